"""Interrupting what runs."""

import pathlib
import re
import time

import pytest
from conftest import family, wait_until

LOOPS = {
    "a loop": "while true {}",
    "arithmetic": "var n = 0\nwhile true { n = n &+ 1 }",
    "a growing array": "var grown: [Int] = []\nwhile true { grown.append(1); if grown.count > 100_000 { grown = [] } }",
    "formatting": 'import Foundation\nwhile true { _ = String(format: "%d", 7) }',
    "sorting": "while true { _ = (0..<1000).map { -$0 }.sorted() }",
    "reading the clock": "import Foundation\nwhile true { _ = Date() }",
    "waiting for a time": "let end = ContinuousClock.now + .seconds(60)\nwhile ContinuousClock.now < end {}",
    "a sleep": "import Foundation\nsleep(60)",
    "an async sleep": "try await Task.sleep(for: .seconds(60))",
    "a fill": "print([Int](repeating: 7, count: 500_000_000).count)",
    "a fill of texts": 'print([String](repeating: String(repeating: "a", count: 40), count: 100_000_000).count)',
    "a long text": 'print(String(repeating: "ab7", count: 500_000_000).utf8.count)',
    "a map": "print((0..<1_000_000_000).map { Double($0).squareRoot() }.count)",
    "a sum": "print((0..<20_000_000_000).reduce(0, &+))",
    "a dictionary": "print(Dictionary(uniqueKeysWithValues: (0..<100_000_000).map { ($0, $0) }).count)",
    "printing": 'import Foundation\nwhile true { print("x"); usleep(100) }',
}


@pytest.mark.parametrize("name", LOOPS)
def test_an_interrupt_stops(kernel, name):
    kernel.run("let kept = 3")
    cell = kernel.start('print("begun")\n' + LOOPS[name])
    kernel.wait_for_text(cell, "begun")
    assert kernel.ask("interrupt_request", channel="control", timeout=5).content == {"status": "ok"}
    reply = kernel.reply(cell, timeout=10)["content"]
    assert reply["status"] == "error"
    assert "nterrupt" in reply["ename"]
    assert kernel.run("kept").result == "3"


def test_an_interrupt_of_an_idle_kernel_does_nothing(kernel):
    kernel.ask("interrupt_request", channel="control")
    assert kernel.run("1 + 1").result == "2"


def test_an_interrupt_aborts_the_queue(kernel):
    cell = kernel.start('print("begun")\nwhile true {}')
    queued = kernel.start("1")
    kernel.wait_for_text(cell, "begun")
    kernel.ask("interrupt_request", channel="control")
    assert kernel.reply(cell)["content"]["status"] == "error"
    assert kernel.reply(queued)["content"]["status"] == "error"


def test_an_interrupt_at_any_moment_of_a_cell_ends_it(kernel):
    """While it is read, compiled, handed to the worker and run: none is lost."""
    for moment in range(40):
        cell = kernel.start(f"while true {{ _ = {moment} }}")
        kernel.published(cell, until=lambda message: message["msg_type"] == "execute_input")
        time.sleep(moment * 0.004)
        kernel.ask("interrupt_request", channel="control")
        assert kernel.reply(cell)["content"]["ename"] == "Interrupted"
    assert kernel.run("1 + 1").result == "2"


def test_a_mutex_is_open_again_after_a_trap_or_an_interrupt_inside(kernel):
    kernel.run("import Synchronization\nlet first = Mutex([1])\nenum Guarded { static let second = Mutex([1]) }")
    for name in ["first", "Guarded.second"]:
        assert kernel.run(name + ".withLock { print($0[7]) }", stop_on_error=False).content["ename"] == "Trap"
        assert kernel.run(name + ".withLock { $0.count }").result == "1"
        cell = kernel.start(f'print("begun")\n{name}.withLock {{ _ in while true {{}} }}')
        kernel.wait_for_text(cell, "begun")
        kernel.ask("interrupt_request", channel="control")
        assert kernel.reply(cell)["content"]["ename"] == "Interrupted"
        assert kernel.run(f"await Task.detached {{ {name}.withLock {{ $0.count }} }}.value").result == "1"


def test_a_cell_is_not_left_while_blocks_use_its_stack(fresh_kernel):
    """The thread that has begun them waits for one that is slow to end, and they tell it how they ended."""
    kernel = fresh_kernel
    kernel.run("import Dispatch\nlet kept = 41")
    texts = ""
    for turn in range(8):
        cell = kernel.start(
            f"DispatchQueue.concurrentPerform(iterations: 2) {{ i in\n  while i == 0 {{ _ = {turn} }}\n"
            "  while true { _ = (0..<3_000_000).map { ($0 &* 7919) % 1_000_003 }.sorted() }\n}")
        kernel.published(cell, until=lambda message: message["msg_type"] == "execute_input")
        time.sleep(0.3 + turn * 0.03)
        kernel.ask("interrupt_request", channel="control")
        assert kernel.reply(cell)["content"]["ename"] == "Interrupted"
        texts += kernel.run("print((0..<200).map { String($0) }.joined().count, kept + 1)").text("stderr")
    assert kernel.run("kept + 1").result == "42"
    assert texts == ""


LARGE = {
    "an array that is filled": "print([Int](repeating: 7, count: 300_000_000).count)",
    "an array that is made of another": "print((0..<1_000_000_000).map { Double($0).squareRoot() }.count)",
    "an array in another": (
        "do { var all = [[Int]]()\nwhile true { let more = Array(0..<10_000_000); if more[5] == 5 { all = [more, more] } } }"),
    "tensors": "do { var chain = Tensor(ones: [3000, 3000])\nwhile true { chain = gelu(chain * 0.5 + 1) } }",
    "a local model": (
        "func learn() { let model = GPT(hidden: 512, layers: 4, heads: 4, vocabulary: 8192, context: 64, seed: 7)\n"
        "print(\"made\"); while true { _ = model.parameterCount } }\nlearn()"),
}


@pytest.mark.parametrize("name", LARGE)
def test_what_an_interrupted_cell_held_is_given_back(fresh_kernel, name):
    """Its frames release nothing, so the memory is searched for what only they knew of."""
    kernel = fresh_kernel
    kernel.run(
        'import Foundation\nlet kept = (0..<300_000).map { "number \\($0)" }\n'
        "let table = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })\n"
        "let large = (0..<1_000_000).map { $0 }, weights = Tensor(ones: [1000, 1000])\n"
        "final class Holder { let numbers = Array(0..<1_000_000); weak var other: Holder? }\n"
        "let process = try Process.run(URL(filePath: \"/bin/true\"), arguments: [])\nprocess.waitUntilExit()\n"
        "let spinning = Task.detached { [large] in while !Task.isCancelled { usleep(1000) }; return large[7] }\n"
        "let holder = Holder(), slice = large[500_000...], text = String(repeating: \"abc\", count: 1_000_000)\nholder.other = holder")
    for _ in range(6):
        cell = kernel.start('print("begun")\n' + LARGE[name])
        kernel.wait_for_text(cell, "begun")
        wait_until(lambda: worker_megabytes(kernel) > 300, 2)
        kernel.ask("interrupt_request", channel="control")
        assert kernel.reply(cell)["content"]["ename"] == "Interrupted"
    assert wait_until(lambda: worker_megabytes(kernel) < 350, 10), worker_megabytes(kernel)
    assert kernel.run("kept.indices.allSatisfy { table[kept[$0]] == $0 }").result == "true"
    assert kernel.run("weights.sum().item == 1_000_000 && large == holder.other!.numbers").result == "true"
    assert kernel.run("spinning.cancel(); print(await spinning.value)").text() == "7\n"
    assert kernel.run("slice.first == 500_000 && slice.last == 999_999 && text.hasSuffix(\"cabc\")").result == "true"


def worker_megabytes(kernel):
    """The memory of the process that runs the cells."""
    for process in family(kernel.process):
        if b"martlet-worker" in pathlib.Path(f"/proc/{process}/cmdline").read_bytes():
            return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{process}/status").read_text())[1]) / 1024
    return 0
