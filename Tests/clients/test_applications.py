"""Programs that run notebooks."""

import subprocess
import sys

import nbclient
import nbformat
import pytest


def notebook(*cells):
    metadata = {"kernelspec": {"name": "swift", "display_name": "Swift (Martlet)", "language": "swift"}}
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells], metadata=metadata)


def test_nbclient_runs_a_notebook():
    ran = nbclient.NotebookClient(
        notebook("let x = 20", "print(x)", "x + 1", 'display(HTML("<i>i</i>"))'), timeout=60).execute()
    outputs = [cell.outputs for cell in ran.cells]
    assert [cell.execution_count for cell in ran.cells] == [1, 2, 3, 4]
    assert outputs[0] == [] and outputs[1][0].text == "20\n"
    assert outputs[2][0].data["text/plain"] == "21"
    assert outputs[3][0].data["text/html"] == "<i>i</i>"
    assert ran.metadata.language_info.name == "swift" and ran.metadata.language_info.file_extension == ".swift"
    nbformat.validate(ran)


def test_nbclient_stops_at_an_error():
    with pytest.raises(nbclient.exceptions.CellExecutionError, match="missing"):
        nbclient.NotebookClient(notebook("missing", "1"), timeout=60).execute()


def test_jupyter_run(tmp_path):
    script = tmp_path / "script.swift"
    script.write_text('print("ran", 6 * 7)')
    ran = subprocess.run(
        [sys.executable, "-m", "jupyter_client.runapp", "--kernel", "swift", script], capture_output=True, text=True,
        timeout=120)
    assert "ran 42" in ran.stdout, ran.stderr
