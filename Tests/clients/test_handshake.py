"""A kernel that chooses its ports itself and says so to whoever launched it."""

import json
import os
import pathlib
import stat
import subprocess
import uuid

import pytest
import zmq
from conftest import Person, wait_until
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.session import Session


@pytest.fixture
def launcher(tmp_path, installation):
    """A registration socket and the kernel that was pointed at it."""
    socket = zmq.Context.instance().socket(zmq.ROUTER)
    port = socket.bind_to_random_port("tcp://127.0.0.1")
    registration = {
        "kernel_id": str(uuid.uuid4()), "transport": "tcp", "registration_ip": "127.0.0.1", "registration_port": port,
        "signature_scheme": "hmac-sha256", "key": str(uuid.uuid4()),
    }
    path = tmp_path / "registration.json"
    path.write_text(json.dumps(registration))
    process = subprocess.Popen([installation / "share/martlet/bin/martlet", "kernel", "-f", path])
    yield socket, registration, process
    process.kill()
    process.wait()
    socket.close()


def receive(socket, session):
    assert socket.poll(10_000)
    identity, delimiter, signature, content = socket.recv_multipart()
    assert delimiter == b"<IDS|MSG>"
    assert signature == session.sign([content])
    return identity, json.loads(content)


def test_ports_are_announced_and_acknowledged(launcher):
    socket, registration, process = launcher
    session = Session(key=registration["key"].encode())
    identity, content = receive(socket, session)
    assert content.pop("kernel_id") == registration["kernel_id"]
    assert content.keys() == {"shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"}
    assert all(isinstance(port, str) and int(port) > 0 for port in content.values())
    socket.send_multipart([identity, b"<IDS|MSG>", session.sign([b'"ACK"']), b'"ACK"'])

    written = pathlib.Path(os.environ["JUPYTER_RUNTIME_DIR"]) / f"kernel-{registration['kernel_id']}.json"
    assert wait_until(written.exists, 5)
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    client = BlockingKernelClient(connection_file=str(written))
    client.load_connection_file()
    assert {name: str(client.get_connection_info()[name]) for name in content} == content
    client.start_channels()
    client.wait_for_ready(timeout=10)
    assert Person(client).run("1 + 1").result == "2"
    client.shutdown()
    client.stop_channels()
    assert process.wait(5) == 0


def test_a_forged_acknowledgement_ends_the_kernel(launcher):
    socket, registration, process = launcher
    identity, _ = receive(socket, Session(key=registration["key"].encode()))
    socket.send_multipart([identity, b"<IDS|MSG>", b"0" * 64, b"{}"])
    assert process.wait(5) != 0
