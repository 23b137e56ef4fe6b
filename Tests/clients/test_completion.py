"""Completion and inspection, as front ends ask for them."""

import os
import signal
import time

import psutil
import pytest


@pytest.fixture(scope="module", autouse=True)
def cells(kernel):
    assert kernel.run(
        "/// A place in the plane.\n"
        "struct Place {\n    /// How far right.\n    var x = 1.0\n    var y = 2.0\n"
        "    /// The distance to another place.\n    func distance(to other: Place, scale: Double = 1) -> Double { 0 }\n}\n"
        "let home = Place()"
    ).status == "ok"


def complete(kernel, marked):
    cursor = marked.index("|")
    content = {"code": marked.replace("|", "", 1), "cursor_pos": cursor}
    identifier = kernel.send("complete_request", content)
    return kernel.reply(identifier, timeout=60)["content"]


def inspect(kernel, marked, detail=0):
    cursor = marked.index("|")
    content = {"code": marked.replace("|", "", 1), "cursor_pos": cursor, "detail_level": detail}
    return kernel.reply(kernel.send("inspect_request", content), timeout=60)["content"]


def test_members_of_an_earlier_value_have_types(kernel):
    reply = complete(kernel, "home.|")
    assert reply["status"] == "ok"
    assert reply["matches"] == ["distance", "x", "y", "self"]
    assert (reply["cursor_start"], reply["cursor_end"]) == (5, 5)
    first = reply["metadata"]["_jupyter_types_experimental"][0]
    assert first == {
        "text": "distance", "type": "function", "signature": "(to: Place, scale: Double) -> Double", "start": 5, "end": 5,
    }


@pytest.mark.parametrize(
    "marked", ['let 🐦 = home; 🐦.di|', '"👩‍👩‍👧"; home.di|', 'let e\u0301 = "é"; home.di|', 'print("🐦 \\(home.di|)")'])
def test_cursors_count_code_points(kernel, marked):
    reply = complete(kernel, marked)
    assert reply["matches"] == ["distance"]
    assert (reply["cursor_start"], reply["cursor_end"]) == (marked.index("di|"), marked.index("|"))


def test_names_of_the_laboratory_are_offered_and_its_insides_are_not(kernel):
    assert complete(kernel, "GP|")["matches"][0] == "GPT"
    members = complete(kernel, "Tensor(ones: [2, 3]).|")["matches"]
    assert "transposed" in members and "storage" not in members and len(members) == len(set(members))
    assert complete(kernel, "GPT(hid|")["matches"] == ["hidden:"]
    assert "Martlet" in complete(kernel, "import Mart|")["matches"]
    assert complete(kernel, "pri|")["matches"][0] == "print"


def test_a_cell_that_runs_and_one_that_is_wrong_do_not_hinder(kernel):
    identifier = kernel.start("while true {}")
    time.sleep(1)
    assert "distance" in complete(kernel, "let broken = = \nhome.|")["matches"]
    assert inspect(kernel, "home|")["found"]
    kernel.send("interrupt_request", channel="control")
    kernel.published(identifier)
    kernel.reply(identifier)


def test_a_new_meaning_is_seen_at_once(kernel):
    assert kernel.run('let renamed = "text"').status == "ok"
    assert "uppercased" in complete(kernel, "renamed.upp|")["matches"]
    assert kernel.run("let renamed = home").status == "ok"
    assert complete(kernel, "renamed.dis|")["matches"] == ["distance"]


def test_inspection_tells_declaration_and_documentation(kernel):
    reply = inspect(kernel, "home.dist|ance(to: home)")
    assert reply["found"]
    text = reply["data"]["text/plain"]
    assert text.startswith("func distance(to other: Place, scale: Double = 1) -> Double")
    assert "The distance to another place." in text and "In[1]" in text
    assert "```swift" in reply["data"]["text/markdown"] and "<pre>" in reply["data"]["text/html"]
    assert "var y = 2.0" in inspect(kernel, "Place|", detail=1)["data"]["text/plain"]


def test_inside_a_call_the_parameters_are_told(kernel):
    text = inspect(kernel, "home.distance(to: home, |)")["data"]["text/plain"]
    assert "Next: scale: Double = 1" in text
    assert "hidden: Int" in inspect(kernel, "GPT(|)")["data"]["text/plain"]


@pytest.mark.parametrize("marked", ["|", "unknown|", "// home|", "guard|"])
def test_nothing_is_found_where_nothing_is(kernel, marked):
    reply = inspect(kernel, marked)
    assert reply["status"] == "ok" and not reply["found"] and reply["data"] == {}


def test_question_marks_open_the_pager(kernel):
    page = kernel.run("home.distance?").content["payload"][0]
    assert page["source"] == "page" and "The distance to another place." in page["data"]["text/plain"]
    assert "var y = 2.0" in kernel.run("Place??").content["payload"][0]["data"]["text/plain"]


def test_an_assistant_that_ends_is_replaced_and_cells_go_on(kernel):
    def assistants():
        family = psutil.Process(kernel.process).children(recursive=True)
        return [child for child in family if "assist" in child.cmdline()]

    [first] = assistants()
    os.kill(first.pid, signal.SIGKILL)
    assert kernel.run("home.x").result == "1.0"
    assert "distance" in complete(kernel, "home.|")["matches"]
    [second] = assistants()
    assert second.pid != first.pid


def test_a_type_is_told_with_what_makes_its_values(kernel):
    assert kernel.run("import Martlet").status == "ok"
    assert "init(rate: Float" in inspect(kernel, "AdamW|")["data"]["text/plain"]
    assert "case residual(layer: Int)    // The residual stream" in inspect(kernel, "Site|")["data"]["text/plain"]
    assert "init(name:" not in inspect(kernel, "Corpus|")["data"]["text/plain"]
