"""Running cells: values, counts, errors, the queue."""

import datetime
import shutil

import pytest

from conftest import start_kernel, stop_kernel


def test_the_last_expression_is_the_result(kernel):
    answer = kernel.run("let answer = 6 * 7\nanswer")
    assert answer.status == "ok" and answer.result == "42"
    assert answer.types == ["status", "execute_input", "execute_result", "status"]
    count = answer.content["execution_count"]
    assert answer.contents("execute_input") == [{"code": "let answer = 6 * 7\nanswer", "execution_count": count}]
    assert answer.contents("execute_result")[0]["execution_count"] == count
    assert answer.content["payload"] == [] and answer.content["user_expressions"] == {}


def test_state_is_kept_and_names_are_declared_again(kernel):
    kernel.run("var total = 1\nfunc twice(_ x: Int) -> Int { 2 * x }")
    kernel.run("total += twice(20)")
    assert kernel.run("total").result == "41"
    kernel.run('let total = "text"')
    assert kernel.run("total").result == '"text"'


def test_foundation_and_the_laboratory_are_there(kernel):
    assert kernel.run("import Foundation\nabs(sqrt(2.0) - 1.4142) < 0.001").result == "true"
    assert kernel.run("import Martlet\n1").status == "ok"


def test_counts(kernel):
    count = kernel.run("1").content["execution_count"]
    assert kernel.run("1").content["execution_count"] == count + 1
    assert kernel.run("1", silent=True).content["execution_count"] == count + 1
    assert kernel.run("1", store_history=False).content["execution_count"] == count + 1
    assert kernel.run("").content["execution_count"] == count + 1
    assert kernel.run("1").content["execution_count"] == count + 2


def test_silent(kernel):
    answer = kernel.run('print("hidden"); 1', silent=True)
    assert answer.status == "ok" and answer.types == ["status", "status"]


def test_started(kernel):
    started = kernel.run("1").reply["metadata"]["started"]
    assert isinstance(started, datetime.datetime) or datetime.datetime.fromisoformat(started.replace("Z", "+00:00"))


def test_user_expressions(kernel):
    kernel.run("let shown = 7")
    values = kernel.run("1", user_expressions={"a": "shown + 1", "b": "missing", "c": 3}).content["user_expressions"]
    assert values["a"]["status"] == "ok" and values["a"]["data"]["text/plain"] == "8"
    assert values["b"]["status"] == "error" and "missing" in values["b"]["evalue"]
    assert values["c"]["status"] == "error" and "'c'" in values["c"]["evalue"]


def test_a_place_that_keeps_nothing(tmp_path):
    (tmp_path / "file").touch()
    person = start_kernel(env={"XDG_CACHE_HOME": str(tmp_path / "file"), "TMPDIR": str(tmp_path)})
    try:
        first = person.run("let kept = 1")
        assert first.status == "ok" and "XDG_CACHE_HOME" in first.text("stderr")
        second = person.run("kept + 1")
        assert second.result == "2" and not second.text("stderr")
        assert list(tmp_path.glob("martlet-*/cells-*"))
    finally:
        person.client.stop_channels()
        person.manager.shutdown_kernel()
    assert not list(tmp_path.glob("martlet-*/cells-*"))


def test_what_was_compiled_is_removed_meanwhile(tmp_path):
    person = start_kernel(env={"XDG_CACHE_HOME": str(tmp_path)})
    try:
        person.run("let before = 1")
        shutil.rmtree(tmp_path / "martlet")
        assert "restart the kernel" in person.run("before + 1").contents("error")[0]["evalue"]
    finally:
        stop_kernel(person)


def test_files_that_a_power_cut_left_empty(tmp_path):
    for _ in range(2):
        person = start_kernel(env={"XDG_CACHE_HOME": str(tmp_path)})
        try:
            assert person.run("let lasting = 1\nlasting").result == "1"
        finally:
            stop_kernel(person)
        for file in tmp_path.glob("martlet/cells-*/**/*"):
            if file.suffix in (".so", ".swiftmodule") and not file.is_symlink():
                file.write_bytes(b"")


def test_a_compile_error_shows_line_and_caret(kernel):
    answer = kernel.run('let fine = 1\nlet wrong: Int = "text"')
    assert answer.status == "error"
    (error,) = answer.contents("error")
    assert error == {name: answer.content[name] for name in ["ename", "evalue", "traceback"]}
    shown = "\n".join(error["traceback"])
    assert f"In[{answer.content['execution_count']}]:2:18" in shown
    assert 'let wrong: Int = "text"' in shown and "^" in shown
    assert kernel.run("1").status == "ok"


def test_an_uncaught_error_is_shown(kernel):
    answer = kernel.run('struct Refused: Error { let why: String }\nthrow Refused(why: "tired")')
    assert answer.status == "error" and "tired" in answer.content["evalue"]


@pytest.mark.parametrize("code, sentence", [
    ('try String(contentsOfFile: "/nowhere/file.txt", encoding: .utf8)', "/nowhere/file.txt: The file doesn’t exist."),
    ('try JSONDecoder().decode([[String: Int]].self, from: Data("[{\\"a\\": []}]".utf8))', "The value '[0].a' of the data is no Int."),
    ('try JSONDecoder().decode([String: Int].self, from: Data("{\\"a\\": []}".utf8))', "The value 'a' of the data is no Int."),
    ('import FoundationNetworking\n_ = try await URLSession.shared.data(from: URL(string: "http://127.0.0.1:9/")!)',
     "Failed to connect to 127.0.0.1 port 9"),
])
def test_errors_of_foundation_are_sentences(kernel, code, sentence):
    answer = kernel.run(f"import Foundation\n{code}")
    assert answer.content["evalue"].startswith(sentence), answer.content["evalue"]


def test_top_level_try_and_await(kernel):
    assert kernel.run("func later() async throws -> Int { 9 }\nlet got = try await later()\ngot").result == "9"
    assert kernel.run("got + 1").result == "10"


@pytest.mark.parametrize("code, reason", [
    ("let empty: [Int] = []\nempty[0]", "Index out of range"),
    ("let nothing: Int? = nil\nnothing!", "nil"),
    ("var big = Int.max\nbig += 1", "overflow"),
    ('fatalError("given up")', "given up"),
    ("func deep(_ n: Int) -> Int { deep(n + 1) + 1 }\ndeep(0)", ""),
])
def test_a_trap_is_an_error_and_state_is_kept(kernel, code, reason):
    kernel.run("let before = 11")
    answer = kernel.run(code, timeout=60)
    assert answer.status == "error"
    shown = "\n".join(answer.content["traceback"] + [answer.content["evalue"]])
    assert reason in shown
    assert f"In[{answer.content['execution_count']}]" in shown
    assert kernel.run("before").result == "11"


def test_a_failure_aborts_the_queue(kernel):
    first = kernel.start("import Foundation\nusleep(300_000)\nlet none: Int? = nil\nnone!")
    second = kernel.start("1 + 1")
    third = kernel.start("2 + 2")
    assert kernel.reply(first)["content"]["status"] == "error"
    for identifier in [second, third]:
        reply = kernel.reply(identifier)
        assert reply["content"]["status"] == "error" and "execution_count" in reply["content"]
        assert [m["msg_type"] for m in kernel.published(identifier)] == ["status", "status"]
    assert kernel.run("3 + 3").result == "6"


def test_a_failure_need_not_abort_the_queue(kernel):
    first = kernel.start("import Foundation\nusleep(200_000)\nlet none: Int? = nil\nnone!", stop_on_error=False)
    second = kernel.start("1 + 1")
    assert kernel.reply(first)["content"]["status"] == "error"
    assert kernel.reply(second)["content"]["status"] == "ok"


def test_name_and_question_mark_open_the_pager(kernel):
    for code in ["print?", "print??"]:
        (payload,) = kernel.run(code, timeout=60).content["payload"]
        assert payload["source"] == "page" and "print" in payload["data"]["text/plain"]


def test_set_next_input(kernel):
    (payload,) = kernel.run('setNextInput("let next = 1")').content["payload"]
    assert payload == {"source": "set_next_input", "text": "let next = 1", "replace": False}


def test_every_cell_of_a_long_queue_runs(kernel):
    cells = [kernel.start(f"{number} + 1000", stop_on_error=False) for number in range(60)]
    replies = [kernel.reply(cell)["content"] for cell in cells]
    assert [reply.get("evalue") for reply in replies if reply["status"] != "ok"] == []


def test_a_cell_that_uses_up_all_descriptors_leaves_some_to_the_next(fresh_kernel):
    fresh_kernel.run("import Foundation\nvar taken: [Int32] = []\n"
                     "while true { let f = open(\"/dev/null\", O_RDONLY); if f < 0 { break }; taken.append(f) }")
    assert fresh_kernel.run("taken.count > 100").result == "true"


def test_a_cell_that_closes_all_descriptors_costs_no_more_than_the_worker(fresh_kernel):
    answer = fresh_kernel.run("import Foundation\nfor f in 0..<64 { close(Int32(f)) }")
    assert answer.status == "error" and answer.content["ename"] == "WorkerEnded"
    assert fresh_kernel.run("6 * 7").result == "42"


@pytest.mark.parametrize("piece, count", [("[", 60), ("[", 20_000), ("a < ", 20_000), ("try ", 9_000)])
def test_a_cell_that_overwhelms_a_parser_ends_no_kernel(kernel, piece, count):
    answer = kernel.run(piece * count + "{ }")
    assert answer.status == "error" and answer.content["ename"] in ("CompileError", "CompilerFailure")
    assert kernel.ask("complete_request", {"code": piece * 60, "cursor_pos": 60}).status == "ok"
    assert kernel.run("1 + 1").result == "2"


@pytest.mark.parametrize("piece, count", [("(a) -> ", 5_000), ("if a { } else ", 6_000)])
def test_half_a_cell_that_overwhelms_a_parser_ends_no_kernel(kernel, piece, count):
    assert kernel.ask("is_complete_request", {"code": piece * count}).status == "incomplete"


def test_a_compilation_is_interrupted_at_once(fresh_kernel):
    kernel = fresh_kernel
    # The type checker needs a minute for this before it gives up.
    cell = kernel.start("let hard = (0..<9).map { i in (0..<9).map { j in (0..<9).map { k in i * 2 + j * 3.0 - k / 4 + -i * -j } } }")
    kernel.published(cell, until=lambda message: message["msg_type"] == "execute_input")
    kernel.ask("interrupt_request", channel="control")
    answer = kernel.reply(cell)["content"]
    assert (answer["ename"], answer["evalue"]) == ("Interrupted", "The cell was interrupted.")
    assert kernel.run("1 + 1").result == "2"


def test_a_recursion_with_large_frames_ends_the_cell_and_not_the_worker(kernel):
    """Where the stack is full, the last frame lies beside it."""
    kernel.run(
        "let before = 4\nfunc wide(_ n: Int) -> Int {\n"
        "    withUnsafeTemporaryAllocation(of: Int.self, capacity: 100) { $0[99] = n; $0[0] = n; return wide(n + 1) + $0[0] }\n}")
    for call in ["wide(0)", "await Task.detached { wide(0) }.value"] * 4:
        content = kernel.run(f"print({call})", stop_on_error=False).content
        assert content["ename"] == "Trap" and "recursion" in content["evalue"], content
        assert kernel.run("before").result == "4"


def test_a_copy_of_the_process_ends_with_its_cell(kernel):
    kernel.run("@_silgen_name(\"fork\") func copyProcess() -> Int32\nlet before = 4")
    cell = (
        'print("begun")\nlet copy = copyProcess()\n'
        'if copy == 0 { print("in the copy \\(before)"); %s }\nvar status: Int32 = 0\n'
        'if copy > 0 { waitpid(copy, &status, 0); print("ended", (status >> 8) & 0xff) }')
    for last, status in [("before", 0), ("exit(3)", 3), ("fatalError()", 1), ("_ = [1][before]", 1)]:
        answer = kernel.run(cell % last)
        assert answer.status == "ok", answer.content
        assert answer.text() == f"begun\nin the copy 4\nended {status}\n"
    assert kernel.run("before").result == "4"


def test_the_exit_of_a_thread_ends_what_the_cell_has_on_it(kernel):
    kernel.run("let before = 4")
    assert kernel.run("pthread_exit(nil)").status == "ok"
    assert kernel.run(
        "var thread = pthread_t()\n"
        "pthread_create(&thread, nil, { _ in pthread_exit(UnsafeMutableRawPointer(bitPattern: 40)) }, nil)\n"
        "var result: UnsafeMutableRawPointer?\npthread_join(thread, &result)\nprint(Int(bitPattern: result))").text() == "40\n"
    assert kernel.run("before").result == "4"
