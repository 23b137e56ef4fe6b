"""Interrupting what runs."""

import pathlib
import re

import pytest
from conftest import family, wait_until

LOOPS = {
    "a loop": "while true {}",
    "arithmetic": "var n = 0\nwhile true { n = n &+ 1 }",
    "a growing array": "var grown: [Int] = []\nwhile true { grown.append(1); if grown.count > 100_000 { grown = [] } }",
    "formatting": 'import Foundation\nwhile true { _ = String(format: "%d", 7) }',
    "sorting": "while true { _ = (0..<1000).map { -$0 }.sorted() }",
    "a sleep": "import Foundation\nsleep(60)",
    "an async sleep": "try await Task.sleep(for: .seconds(60))",
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
    kernel.run('let kept = (0..<300_000).map { "number \\($0)" }\nlet table = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })')
    for _ in range(6):
        cell = kernel.start('print("begun")\n' + LARGE[name])
        kernel.wait_for_text(cell, "begun")
        wait_until(lambda: worker_megabytes(kernel) > 300, 2)
        kernel.ask("interrupt_request", channel="control")
        assert kernel.reply(cell)["content"]["ename"] == "Interrupted"
    assert wait_until(lambda: worker_megabytes(kernel) < 350, 10), worker_megabytes(kernel)
    assert kernel.run("kept.indices.allSatisfy { table[kept[$0]] == $0 }").result == "true"


def worker_megabytes(kernel):
    """The memory of the process that runs the cells."""
    for process in family(kernel.process):
        if b"martlet-worker" in pathlib.Path(f"/proc/{process}/cmdline").read_bytes():
            return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{process}/status").read_text())[1]) / 1024
    return 0


def test_a_mutex_is_open_again_after_a_trap_or_an_interrupt_inside(kernel):
    kernel.run(
        "import Synchronization\nlet guarded = Mutex([1])\n"
        "final class Box: Sendable { let guarded = Mutex([1]) }\nlet box = Box()")
    for name in ["guarded", "box.guarded"]:
        assert kernel.run(name + ".withLock { print($0[7]) }", stop_on_error=False).content["ename"] == "Trap"
        assert kernel.run(name + ".withLock { $0.count }").result == "1"
        cell = kernel.start(f'print("begun")\n{name}.withLock {{ _ in while true {{}} }}')
        kernel.wait_for_text(cell, "begun")
        kernel.ask("interrupt_request", channel="control")
        assert kernel.reply(cell)["content"]["ename"] == "Interrupted"
        assert kernel.run(f"await Task.detached {{ {name}.withLock {{ $0.count }} }}.value").result == "1"
