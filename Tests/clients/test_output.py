"""What cells show: streams, displays, clearing, large output."""

import time

import pytest


def test_streams(kernel):
    answer = kernel.run(
        'import Foundation\nprint("from Swift")\nfputs("from C\\n", stdout)\nfputs("an error\\n", stderr)')
    assert answer.text() == "from Swift\nfrom C\n"
    assert answer.text("stderr") == "an error\n"


def test_output_is_published_while_the_cell_runs(kernel):
    cell = kernel.start('import Foundation\nprint("now")\nusleep(1_500_000)')
    started = time.monotonic()
    kernel.wait_for_text(cell, "now")
    kernel.reply(cell)
    assert time.monotonic() - started > 1


def test_order_of_text_and_displays(kernel):
    answer = kernel.run('print("a")\ndisplay(HTML("<b>b</b>"))\nprint("c")\ndisplay(HTML("<b>d</b>"))\n5')
    assert answer.types == [
        "status", "execute_input", "stream", "display_data", "stream", "display_data", "execute_result", "status"]


@pytest.mark.parametrize("code, mime, value", [
    ('display(SVG("<svg/>"))', "image/svg+xml", "<svg/>"),
    ('display(HTML("<b>x</b>"))', "text/html", "<b>x</b>"),
    ('display(Markdown("*x*"))', "text/markdown", "*x*"),
    ('display(Latex("$x$"))', "text/latex", "$x$"),
])
def test_display(kernel, code, mime, value):
    (shown,) = kernel.run(code).contents("display_data")
    assert shown["data"][mime] == value
    assert isinstance(shown["data"]["text/plain"], str)


def test_types_can_show_themselves(kernel):
    answer = kernel.run(
        'struct Board: Displayable { var mimeBundle: MIMEBundle { MIMEBundle(["text/html": "<table>"]) } }\nBoard()')
    (shown,) = answer.contents("execute_result")
    assert shown["data"]["text/html"] == "<table>" and "Board" in shown["data"]["text/plain"]


def test_displays_are_updated_in_place(kernel):
    answer = kernel.run('let shown = display(Markdown("one"), id: "counter")\nshown.update(Markdown("two"))')
    (first,) = answer.contents("display_data")
    (second,) = answer.contents("update_display_data")
    assert first["transient"] == second["transient"] == {"display_id": "counter"}
    assert second["data"]["text/markdown"] == "two"
    later = kernel.run('shown.update(Markdown("three"))')
    assert later.contents("update_display_data")[0]["transient"] == {"display_id": "counter"}


def test_clear_output(kernel):
    answer = kernel.run('print("gone")\nclearOutput(wait: true)\nprint("stays")')
    assert answer.contents("clear_output") == [{"wait": True}]
    assert answer.types.index("clear_output") == 3


def test_ten_thousand_flushed_lines_arrive_whole(kernel):
    answer = kernel.run('import Foundation\nfor line in 0..<10_000 { print(line); fflush(stdout) }', timeout=60)
    assert answer.text() == "".join(f"{line}\n" for line in range(10_000))
    assert answer.types.count("stream") < 1000


def test_a_long_text_arrives_whole(kernel):
    answer = kernel.run('print(String(repeating: "é", count: 10_000_000))', timeout=60)
    text = answer.text()
    assert len(text) == 10_000_001 and text == "é" * 10_000_000 + "\n"


def test_a_huge_value_is_cut_with_a_note(kernel):
    answer = kernel.run('String(repeating: "x", count: 5_000_000)', timeout=60)
    assert len(answer.result) < 200_000 and "not shown" in answer.result


def test_text_that_is_not_utf8_does_no_harm(kernel):
    answer = kernel.run('import Foundation\nlet bytes: [UInt8] = [104, 105, 255, 254, 10]\n_ = write(1, bytes, 5)')
    assert answer.status == "ok" and answer.text().startswith("hi")
    assert kernel.run("1").status == "ok"


def test_output_of_threads_belongs_to_their_cell(kernel):
    answer = kernel.run(
        'import Foundation\nlet thread = Thread { print("from a thread") }\nthread.start()\nusleep(200_000)')
    assert "from a thread" in answer.text()


def test_output_of_threads_is_none_of_a_later_cells(kernel):
    first = kernel.start('import Foundation\nThread { usleep(300_000); puts("late") }.start()')
    kernel.reply(first)
    assert kernel.run('usleep(600_000)\nputs("own");').text() == "own\n"


def test_a_cell_that_closes_its_streams_leaves_them_to_the_next(kernel):
    kernel.run('import Foundation\nprint("before", terminator: "")\nclose(1)\nclose(2);')
    answer = kernel.run('print("text")\nfputs("error", stderr);')
    assert answer.text("stdout") == "text\n" and answer.text("stderr") == "error"
