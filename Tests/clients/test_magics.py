"""Magics, and what they say to wrong arguments."""

import os

import pytest


@pytest.fixture
def here(kernel, tmp_path):
    """A folder in which cells run."""
    assert kernel.run(f'%cd "{tmp_path}"').text() == f"{tmp_path}\n"
    return tmp_path


def sentence(answer):
    assert answer.status == "error"
    return answer.content["evalue"]


def test_help_lists_the_magics(kernel):
    (shown,) = kernel.run("%help").contents("display_data")
    for name in ["%%fast", "%time", "%timeit", "%who", "%reset", "%env", "%cd", "%format", "%package", "%load", "%save", "%help"]:
        assert name in shown["data"]["text/plain"] and name in shown["data"]["text/markdown"]


def test_an_unknown_magic_points_to_help(kernel):
    assert sentence(kernel.run("%nothing")) == "There is no magic %nothing. %help lists them."
    assert sentence(kernel.run("%tiem 1")) == "There is no magic %tiem. Did you mean %time? %help lists them."
    assert sentence(kernel.run("%hepl")) == "There is no magic %hepl. Did you mean %help? %help lists them."
    assert sentence(kernel.run("%pip install numpy")) == "There is no magic %pip. Did you mean %package? %help lists them."


def test_who_and_reset(kernel):
    kernel.run("%reset")
    assert kernel.run("%who").text() == "No names yet.\n"
    count = kernel.run("let a = 1, b = 2\nfunc twice(_ n: Int) -> Int { 2 * n }").content["execution_count"]
    assert kernel.run("%who").text() == f"In[{count}]  a, b, twice\n"
    assert "forgotten" in kernel.run("%reset").text()
    assert "cannot find 'a'" in sentence(kernel.run("a"))


def test_time(kernel):
    answer = kernel.run("%time 1 + 1")
    assert answer.result == "2" and answer.text().endswith("s\n")
    answer = kernel.run('%time\nprint("a")\n5')
    assert answer.result == "5" and answer.text().startswith("a\n") and answer.text().endswith("s\n")
    assert kernel.run("// a comment is no code\n\n%time 3 + 3").result == "6"


def test_fast_with_an_expression_runs_it(kernel):
    assert kernel.run("%fast 6 * 7").result == "42"


def test_a_magic_below_code_is_told_so(kernel):
    expected = "%who stands in line 2, but magics stand before the code of their cell."
    assert sentence(kernel.run("let misplaced = 5\n%who")) == expected


def test_timeit(kernel):
    assert "7 rounds of" in kernel.run("%timeit (0..<100).reduce(0, +)").text()
    assert "7 rounds of" in kernel.run("%timeit\nvar sum = 0\nfor i in 0..<100 { sum += i }\nsum").text()
    assert "needs something to time" in sentence(kernel.run("%timeit"))
    assert "ms (best" in kernel.run("%timeit try await Task.sleep(for: .milliseconds(2))").text()
    assert "7 rounds of" in kernel.run("%timeit try JSONEncoder().encode(1)").text()
    assert sentence(kernel.run("%timeit try await Task { throw CancellationError() }.value")) == "CancellationError()"
    answer = kernel.run('%timeit 1 + 1\nprint("after")')
    assert answer.text().endswith("after\n")


@pytest.mark.parametrize("code, line, column", [
    ("%time missing(3)", 1, 7), ("%timeit missing(3)", 1, 9), ("%timeit\nlet a = 1\nmissing(a)", 3, 1),
    ("%time\nmissing()", 2, 1), ("%%fast\n  missing()", 2, 3),
])
def test_a_message_names_the_place_that_the_person_wrote(kernel, code, line, column):
    answer = kernel.run(code)
    count = answer.content["execution_count"]
    first, shown, caret = answer.content["traceback"][:3]
    assert first == f"In[{count}]:{line}:{column}: error: cannot find 'missing' in scope"
    assert shown == f"  {line} | {code.splitlines()[line - 1]}"
    assert caret.index("^") == shown.index("missing")


def test_env(kernel):
    assert kernel.run("%env MARTLET_A=one two").status == "ok"
    assert kernel.run("%env MARTLET_A").text() == "MARTLET_A=one two\n"
    assert kernel.run('%env "MARTLET_B" = "x=y"\n%env MARTLET_B').text() == "MARTLET_B=x=y\n"
    assert "MARTLET_A=one two\n" in kernel.run("%env").text()
    assert "MARTLET_NONE is not set" in sentence(kernel.run("%env MARTLET_NONE"))
    for wrong in ["%env =5", "%env A B"]:
        assert "takes a name" in sentence(kernel.run(wrong))
    kernel.run("kill(getpid(), SIGKILL)")
    assert kernel.run("%env MARTLET_A").text() == "MARTLET_A=one two\n"


def test_cd(kernel, here):
    (here / "with space").mkdir()
    (here / "file").write_text("")
    assert kernel.run("%cd with space").text() == f"{here}/with space\n"
    assert kernel.run("%cd").text() == f"{here}/with space\n"
    kernel.run("kill(getpid(), SIGKILL)")
    assert kernel.run("%cd").text() == f"{here}/with space\n"
    assert sentence(kernel.run("%cd nowhere")) == "%cd: there is no folder 'nowhere'."
    assert sentence(kernel.run("%cd ../file")) == "%cd: '../file' is a file."


def test_load(kernel, here):
    (here / "code.swift").write_text("let loaded = 5\n")
    (here / "bytes").write_bytes(b"\xff\xfe\x00")
    (payload,) = kernel.run("%load code.swift").content["payload"]
    assert payload == {"source": "set_next_input", "text": "let loaded = 5", "replace": False}
    assert "needs a file" in sentence(kernel.run("%load"))
    assert sentence(kernel.run("%load none.swift")) == "%load: there is no file 'none.swift'."
    assert sentence(kernel.run("%load .")) == "%load: '.' is not a file."
    assert sentence(kernel.run("%load bytes")) == "%load: 'bytes' is not text in UTF-8."


def test_save(kernel, here):
    kernel.run("%reset")
    kernel.run(f"%cd {here}\nlet saved = 1")
    kernel.run("%time saved + 1\nlet also = 2")
    assert kernel.run("%save cells.swift").text() == f"2 cells in {here}/cells.swift\n"
    text = (here / "cells.swift").read_text()
    assert text.startswith("// The cells of a Martlet session.\n\n// In[")
    assert f"// %cd {here}\nlet saved = 1\n" in text and "]\nsaved + 1\nlet also = 2\n" in text
    assert kernel.run("%save cells.swift").status == "ok"
    (here / "precious").write_text("mine")
    assert "is no saved session" in sentence(kernel.run("%save precious"))
    assert (here / "precious").read_text() == "mine"
    assert "needs a file" in sentence(kernel.run("%save"))
    assert sentence(kernel.run("%save none/x.swift")) == "%save: there is no folder for 'none/x.swift'."
    if os.getuid() != 0:
        (here / "closed").mkdir(mode=0o500)
        assert sentence(kernel.run("%save closed/x.swift")) == "%save: you have no right to write 'closed/x.swift'."


def test_format(kernel):
    (payload,) = kernel.run("%format\nlet   x=5\nfunc g( )->Int{return 5}").content["payload"]
    assert payload["text"] == "let x = 5\nfunc g() -> Int { return 5 }"
    assert "there is no rest" in sentence(kernel.run("%format"))
    answer = kernel.run("%format\nlet x = = 5")
    assert sentence(answer).startswith(f"%format: In[{answer.content['execution_count']}]:2:9: error: expected expression")
