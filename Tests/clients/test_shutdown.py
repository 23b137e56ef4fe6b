"""How a kernel ends: with everything that it started."""

import os
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


def test_processes_that_a_cell_started_end_too(fresh_kernel):
    fresh_kernel.run(
        'import Foundation\nlet sleeper = Process()\nsleeper.executableURL = URL(filePath: "/bin/sleep")\n'
        'sleeper.arguments = ["100"]\ntry sleeper.run()')
    processes = family(fresh_kernel.process)
    assert len(processes) >= 3
    fresh_kernel.send("shutdown_request", {"restart": False}, "control")
    assert all_end(processes)


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
