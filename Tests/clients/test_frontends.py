"""What the console, nbclient and nbconvert make of cells, pictures and widgets."""

import base64
import os
import re
import subprocess
import sys

import nbclient
import nbformat
import pexpect
import pytest


def notebook(*cells):
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": {"name": "swift", "display_name": "Swift", "language": "swift"}})


def execute(*cells, **options):
    book = notebook(*cells)
    nbclient.NotebookClient(book, kernel_name="swift", timeout=60, **options).execute()
    return book


def test_nbclient_goes_on_where_errors_are_allowed():
    book = execute("let empty: [Int] = []", "empty[0]", "print(\"after\")", allow_errors=True)
    assert book.cells[1].outputs[-1]["output_type"] == "error"
    assert book.cells[2].outputs[0]["text"] == "after\n"


def test_nbclient_keeps_the_state_of_widgets():
    book = execute(
        "let n = IntSlider(1...10, value: 3, label: \"layers\")\nn",
        "n.value = 7",
        "let out = Output()\nout.capture { print(\"inside\") }\nprint(\"outside\")\nout",
    )
    view = book.cells[0].outputs[0]["data"]["application/vnd.jupyter.widget-view+json"]
    states = book.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    assert states[view["model_id"]]["state"]["value"] == 7
    assert states[view["model_id"]]["model_name"] == "IntSliderModel"
    assert [o.get("text") for o in book.cells[2].outputs if o["output_type"] == "stream"] == ["outside\n"]
    captured = book.cells[2].outputs[-1]["data"]["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert states[captured]["state"]["outputs"][0]["text"] == "inside\n"


def test_nbconvert_executes_and_writes_html(tmp_path):
    source = tmp_path / "story.ipynb"
    nbformat.write(notebook("Histogram([1.0, 2, 2, 3]).title(\"Words\")", "interact(IntSlider(0...3)) { n in n + 40 }"), source)
    subprocess.run(
        [sys.executable, "-m", "nbconvert", "--execute", "--to", "html", "--output-dir", tmp_path, source],
        check=True, capture_output=True)
    page = (tmp_path / "story.html").read_text()
    pictures = [base64.b64decode(data).decode() for data in re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", page)]
    assert any("Words" in picture for picture in pictures)
    # The value of the closure stands in the page, whether or not it can show the slider.
    assert ">41<" in re.sub(r"\s", "", page)


@pytest.fixture
def console():
    environment = dict(os.environ, TERM="xterm", COLUMNS="100", LINES="40")
    process = pexpect.spawn(
        sys.executable, ["-m", "jupyter_console", "--kernel=swift", "--simple-prompt"], env=environment, encoding="utf-8",
        timeout=60, dimensions=(40, 100))
    process.expect("In \\[1\\]:")
    yield process
    process.close(force=True)


def test_the_console_runs_cells_and_names_errors(console):
    console.sendline("let story = \"a shy cat\"")
    console.expect("In \\[2\\]:")
    console.sendline("story.uppercased()")
    console.expect("\"A SHY CAT\"")
    console.expect("In \\[3\\]:")
    console.sendline("print(story.count)")
    console.expect("9")
    console.expect("In \\[4\\]:")
    console.sendline("nothing")
    console.expect("cannot find 'nothing' in scope")
