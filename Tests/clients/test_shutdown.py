"""How a kernel ends: with everything that it started."""

import os
import pathlib
import random
import signal
import subprocess
import sys
import textwrap
import time

import pytest
from conftest import alive, family, wait_until


def all_end(processes, timeout=2):
    return wait_until(lambda: not any(alive(process) for process in processes), timeout)


@pytest.mark.parametrize("channel", ["control", "shell"])
@pytest.mark.parametrize("restart", [False, True])
def test_a_request_ends_every_process(fresh_kernel, channel, restart):
    fresh_kernel.run("1")
    processes = family(fresh_kernel.process)
    assert len(processes) > 1
    identifier = fresh_kernel.send("shutdown_request", {"restart": restart}, channel)
    assert fresh_kernel.reply(identifier, channel, 5)["content"] == {"status": "ok", "restart": restart}
    published = fresh_kernel.published(identifier, 5)
    assert "shutdown_reply" in [message["msg_type"] for message in published]
    assert all_end(processes)


@pytest.mark.parametrize("code", ["while true {}", "import Foundation\nsleep(100)"])
def test_a_request_ends_a_kernel_that_is_busy(fresh_kernel, code):
    cell = fresh_kernel.start(f'print("begun")\n{code}')
    fresh_kernel.wait_for_text(cell, "begun")
    processes = family(fresh_kernel.process)
    fresh_kernel.send("shutdown_request", {"restart": False}, "control")
    assert all_end(processes)


STARTS = {
    "Process": (
        'let sleeper = Process()\nsleeper.executableURL = URL(filePath: "/bin/sleep")\n'
        'sleeper.arguments = ["{length}"]\ntry sleeper.run()'),
    "a session of its own": 'system("setsid sleep {length} > /dev/null 2>&1 &")',
    "a parent that has ended": 'system("(setsid sh -c \'sleep {length} & sleep {length}\' &) > /dev/null 2>&1")',
}


def sleepers(length):
    return [
        int(entry.parent.name) for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline")
        if entry.read_bytes() == f"sleep\0{length}\0".encode() or entry.read_bytes() == f"/bin/sleep\0{length}\0".encode()]


@pytest.fixture(params=STARTS)
def child(request, fresh_kernel):
    """A kernel whose cell has started a process, and the processes that run because of it."""
    length = str(100 + random.random())
    answer = fresh_kernel.run("import Foundation\n" + STARTS[request.param].format(length=length))
    assert answer.status == "ok", answer.content
    assert wait_until(lambda: sleepers(length), 10)
    return fresh_kernel, sleepers(length)


@pytest.mark.parametrize("way", ["shutdown", "kill", "stopped worker", "restart", "reset"])
def test_processes_that_a_cell_started_end_too(child, way):
    kernel, children = child
    everything = family(kernel.process)
    if way == "shutdown":
        kernel.send("shutdown_request", {"restart": False}, "control")
    elif way == "reset":
        kernel.start("%reset")
        everything = []
    elif way == "restart":
        kernel.manager.restart_kernel(now=False)
    else:
        if way == "stopped worker":
            kernel.run("import Foundation\nprint(1)")
            kernel.start("raise(SIGSTOP)")
            time.sleep(1)
        os.kill(kernel.process, signal.SIGKILL)
    assert all_end(everything + children)


def test_a_compilation_ends_with_the_kernel(fresh_kernel):
    code = "func f() -> Int { [" + ", ".join(f"{n} * 2 + Int({n}.5)" for n in range(3000)) + "].reduce(0, +) }"
    fresh_kernel.start(code)
    assert wait_until(lambda: any(b"swift-frontend" in command(process) for process in family(fresh_kernel.process)), 20)
    processes = family(fresh_kernel.process)
    os.kill(fresh_kernel.process, signal.SIGKILL)
    assert all_end(processes)


def command(process):
    try:
        return pathlib.Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_ends_every_process(fresh_kernel, number):
    fresh_kernel.run("1")
    processes = family(fresh_kernel.process)
    os.kill(fresh_kernel.process, number)
    assert all_end(processes)


def test_the_death_of_the_parent_ends_the_kernel(tmp_path):
    program = textwrap.dedent(
        """
        import sys, time
        from jupyter_client.manager import start_new_kernel
        manager, client = start_new_kernel(kernel_name="swift")
        client.execute("1", reply=True)
        print(manager.provisioner.pid, flush=True)
        time.sleep(100)
        """)
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    kernel = int(parent.stdout.readline())
    processes = family(kernel)
    assert len(processes) > 1
    parent.kill()
    parent.wait()
    assert all_end(processes)


def test_restart(fresh_kernel):
    fresh_kernel.run("let forgotten = 1")
    fresh_kernel.manager.restart_kernel(now=False)
    fresh_kernel.client.wait_for_ready(timeout=20)
    answer = fresh_kernel.run("forgotten")
    assert answer.status == "error" and answer.content["execution_count"] == 1
