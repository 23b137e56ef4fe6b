"""Scripts of some hundred lines, which were written to be compiled: they say in cells what they say as programs.

Beside each script stands what it printed when `swiftc -enforce-exclusivity=unchecked` had made a program of it.
"""

import pathlib

import pytest

SCRIPTS = pathlib.Path(__file__).parent / "scripts"


@pytest.mark.parametrize("cells", ["one cell", "many cells"])
@pytest.mark.parametrize("script", sorted(p.stem for p in SCRIPTS.glob("*.swift")))
def test_a_script_says_the_same(fresh_kernel, script, cells):
    text = (SCRIPTS / f"{script}.swift").read_text()
    printed = ""
    for cell in [text] if cells == "one cell" else text.split("\n// ---\n"):
        answer = fresh_kernel.run(cell)
        assert answer.status == "ok", answer.content
        assert answer.result is None and answer.text("stderr") == ""
        printed += answer.text()
    assert printed == (SCRIPTS / f"{script}.txt").read_text()
