"""Subshells: requests that run while the main shell is busy."""

import pytest


@pytest.fixture
def subshell(kernel):
    identifier = kernel.ask("create_subshell_request", channel="control").content["subshell_id"]
    yield identifier
    kernel.ask("delete_subshell_request", {"subshell_id": identifier}, channel="control")


def test_create_list_delete(kernel):
    first, second = (kernel.ask("create_subshell_request", channel="control").content for _ in range(2))
    assert first["status"] == "ok" and first["subshell_id"] != second["subshell_id"]
    listed = kernel.ask("list_subshell_request", channel="control").content
    assert set(listed["subshell_id"]) == {first["subshell_id"], second["subshell_id"]}
    for created in [first, second]:
        content = {"subshell_id": created["subshell_id"]}
        assert kernel.ask("delete_subshell_request", content, channel="control").content == {"status": "ok"}
        assert kernel.ask("delete_subshell_request", content, channel="control").status == "error"
    assert kernel.ask("list_subshell_request", channel="control").content["subshell_id"] == []


def test_a_variable_can_be_read_while_the_main_shell_is_busy(kernel, subshell):
    kernel.run("import Foundation\nvar seen = 5")
    cell = kernel.start('print("begun"); while true { usleep(1000) }')
    kernel.wait_for_text(cell, "begun")
    answer = kernel.run("seen * 2", subshell=subshell, timeout=10)
    assert answer.status == "ok" and answer.result == "10"
    assert answer.reply["parent_header"]["subshell_id"] == subshell
    kernel.ask("interrupt_request", channel="control")
    assert kernel.reply(cell)["content"]["status"] == "error"


def test_an_unknown_subshell_is_an_error(kernel):
    answer = kernel.run("1", subshell="nowhere")
    assert answer.status == "error" and "nowhere" in answer.content["evalue"]
    assert answer.content["execution_count"] == kernel.run("", silent=True).content["execution_count"]
    assert answer.types == ["status", "status"]


def test_the_same_new_cell_runs_in_several_shells_at_once(kernel, subshell):
    for number in range(5):
        code = f'"the same text {number} " + String(repeating: "x", count: {number})'
        cells = [kernel.start(code, stop_on_error=False)]
        content = {"code": code, "stop_on_error": False}
        cells += [kernel.send("execute_request", content, header={"subshell_id": subshell}) for _ in range(2)]
        replies = {}
        while len(replies) < len(cells):
            message = kernel.client.get_shell_msg(timeout=30)
            replies[message["parent_header"]["msg_id"]] = message["content"]
        assert [replies[cell]["status"] for cell in cells] == ["ok"] * 3, replies


@pytest.mark.parametrize("code, text", [
    ('puts("from C"); fflush(stdout);', "from C\n"),
    ('for c in "half".utf8 { putchar(Int32(c)) }', "half"),
    ('withVaList([42]) { _ = vprintf("%d\\n", $0) }', "42\n"),
    ('fputs("part", stdout)\nusleep(100_000)\nprint(" and rest")', "part and rest\n"),
])
def test_what_c_functions_print_belongs_to_their_cell(kernel, subshell, code, text):
    kernel.run("import Foundation")
    cell = kernel.start('puts("begun"); while true { usleep(1000) }')
    kernel.wait_for_text(cell, "begun")
    assert kernel.run(code, subshell=subshell).text() == text
    kernel.ask("interrupt_request", channel="control")
    assert kernel.reply(cell)["content"]["status"] == "error"


def test_traps_at_the_same_moment_have_each_their_own_reason(kernel):
    kernel.run("import Foundation\nlet list = [1]")
    subshells = [kernel.ask("create_subshell_request", channel="control").content["subshell_id"] for _ in range(3)]
    traps = [(None, 'fatalError("on purpose")', "on purpose"), (subshells[0], "list[7]", "Index out of range"),
             (subshells[1], "var n = Int.max\nn += list.count", "Arithmetic overflow"),
             (subshells[2], "list[-2]", "Index out of range")]
    for number in range(6):
        cells = []
        for shell, code, _ in traps:
            content = {"code": f"usleep({300_000 + number})\n" + code, "stop_on_error": False}
            header = {"subshell_id": shell} if shell else None
            cells.append(kernel.send("execute_request", content, header=header))
        replies = {}
        while len(replies) < len(cells):
            message = kernel.client.get_shell_msg(timeout=30)
            replies[message["parent_header"]["msg_id"]] = message["content"]["evalue"]
        assert [replies[cell] for cell in cells] == [reason for _, _, reason in traps]
    for shell in subshells:
        kernel.ask("delete_subshell_request", {"subshell_id": shell}, channel="control")
