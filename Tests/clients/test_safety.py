"""What a kernel must survive and must not do."""

import json
import os
import pathlib
import socket
import uuid

import pytest
import zmq
from conftest import family, start_kernel, stop_kernel

DELIMITER = b"<IDS|MSG>"


class Intruder:
    """Sends whatever frames it likes."""

    def __init__(self, kernel, channel="shell"):
        self.session = kernel.client.session
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.connect(f"tcp://127.0.0.1:{getattr(kernel.client, channel + '_port')}")

    def frames(self, content=b'{"code": "1"}', message_type="execute_request", **header):
        head = {
            "msg_id": str(uuid.uuid4()), "session": "intruder", "username": "", "date": "", "msg_type": message_type,
            "version": "5.3",
        } | header
        return [json.dumps(head).encode(), b"{}", b"{}", content]

    def send(self, frames, signature=None):
        self.socket.send_multipart([DELIMITER, self.session.sign(frames) if signature is None else signature] + frames)

    def hears(self, timeout=300):
        return self.socket.poll(timeout) != 0


@pytest.fixture(params=["shell", "control"])
def intruder(kernel, request):
    intruder = Intruder(kernel, request.param)
    yield intruder
    intruder.socket.close()


def check_untouched(kernel, count):
    reply = kernel.ask("execute_request", {"code": "", "silent": True}).content
    assert reply["status"] == "ok" and reply["execution_count"] == count


@pytest.fixture
def count(kernel):
    return kernel.ask("execute_request", {"code": "", "silent": True}).content["execution_count"]


def test_unsigned_and_forged(kernel, intruder, count):
    frames = intruder.frames()
    good = intruder.session.sign(frames)
    flipped = bytes([good[0] ^ 1]) + good[1:]
    for signature in [b"", b"0" * 64, good[:-1], good + b"0", good.upper(), flipped, b"\xff" * 64]:
        if signature != good:
            intruder.send(frames, signature)
    assert not intruder.hears()
    check_untouched(kernel, count)


def test_replayed(kernel, intruder, count):
    frames = intruder.frames()
    intruder.send(frames)
    assert intruder.hears(10_000)
    intruder.socket.recv_multipart()
    for _ in range(3):
        intruder.send(frames)
    assert not intruder.hears()
    check_untouched(kernel, count + 1)


def test_signed_nonsense(kernel, intruder, count):
    good = intruder.frames()
    nonsense = [
        [b"{", *good[1:]], [b"[]", *good[1:]], [b"null", *good[1:]], [b"", *good[1:]], [b"{}", *good[1:]],
        [good[0], b"7", b"{}", good[3]], [good[0], b"{}", b'"x"', good[3]], [good[0], b"{}", b"{}", b"[1]"],
        [good[0], b"{}", b"{}", b'{"code": '], [good[0], b"{}", b"{}", b"\xff\xfe\x00"],
        [good[0], b"{}", b"{}", b"[" * 100_000], [good[0], b"{}", b"{}", b'{"a":' * 100_000],
        intruder.frames(msg_id=7), intruder.frames(msg_type=None), intruder.frames(session=["x"]),
        intruder.frames(subshell_id=3),
    ]
    for frames in nonsense:
        intruder.send(frames)
    assert not intruder.hears()
    check_untouched(kernel, count)


def test_wrong_fields_are_answered_with_an_error(kernel, intruder, count):
    for content in [b"{}", b'{"code": 7}', b'{"code": null}', b'{"code": "1", "silent": "yes"}']:
        intruder.send(intruder.frames(content))
        assert intruder.hears(5000)
        reply = json.loads(intruder.socket.recv_multipart()[-1])
        assert reply["status"] == "error"
    check_untouched(kernel, count)


def test_missing_parts(kernel, intruder, count):
    good = intruder.frames()
    for frames in [[], [b""], [b"noise"], [DELIMITER], [DELIMITER, b""], [DELIMITER, intruder.session.sign(good), *good[:3]]]:
        if frames:
            intruder.socket.send_multipart(frames)
    assert not intruder.hears()
    check_untouched(kernel, count)


def test_a_hundred_megabytes_of_noise(kernel, intruder, count):
    noise = os.urandom(1 << 20) * 100
    intruder.socket.send(noise)
    intruder.send([intruder.frames()[0], b"{}", b"{}", noise], b"0" * 64)
    intruder.send([intruder.frames()[0], b"{}", b"{}", noise])
    assert not intruder.hears(1000)
    check_untouched(kernel, count)


def test_noise_on_every_port(kernel, count):
    client = kernel.client
    for port in [client.shell_port, client.iopub_port, client.stdin_port, client.control_port, client.hb_port]:
        for noise in [b"GET / HTTP/1.1\r\n\r\n", os.urandom(4096), b"\xff" + b"\x00" * 100]:
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(noise)
    check_untouched(kernel, count)


def test_only_the_five_ports_are_open(kernel):
    kernel.run("1")
    inodes = set()
    for process in family(kernel.process):
        for descriptor in pathlib.Path(f"/proc/{process}/fd").iterdir():
            try:
                target = os.readlink(descriptor)
            except FileNotFoundError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    listening = set()
    for table in ["tcp", "tcp6", "udp", "udp6"]:
        for line in pathlib.Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in inodes and (fields[3] == "0A" or table.startswith("udp")):
                address, port = fields[1].split(":")
                listening.add((address, int(port, 16)))
    client = kernel.client
    ports = [client.shell_port, client.iopub_port, client.stdin_port, client.control_port, client.hb_port]
    # 127.0.0.1, as /proc writes it.
    assert listening == {("0100007F", port) for port in ports}


def test_what_a_cell_starts_does_not_hold_the_worker_socket(fresh_kernel):
    answer = fresh_kernel.run('''import Foundation
system("ls -l /proc/self/fd; sleep 60 &")
kill(getpid(), SIGKILL)
sleep(60)''')
    assert "/dev/null" in answer.text() and "socket:" not in answer.text()
    assert answer.content["ename"] == "WorkerEnded"
    assert fresh_kernel.run("6 * 7").result == "42"


def test_the_connection_file_is_private(kernel):
    path = pathlib.Path(kernel.manager.connection_file)
    assert path.stat().st_mode & 0o077 == 0


def test_the_key_is_not_shown(kernel):
    key = kernel.client.session.key.decode()
    for process in family(kernel.process):
        assert key not in pathlib.Path(f"/proc/{process}/cmdline").read_text()
        assert key not in pathlib.Path(f"/proc/{process}/environ").read_text()


def test_a_flood_of_forgeries_is_no_flood_in_the_log(tmp_path):
    log = tmp_path / "log"
    with log.open("w") as errors:
        person = start_kernel(stderr=errors)
    try:
        intruder = Intruder(person)
        for number in range(2000):
            intruder.send(intruder.frames(), b"%064d" % number)
        intruder.send(intruder.frames(message_type="kernel_info_request"))
        assert intruder.hears(10_000)
        intruder.socket.close()
        text = log.read_text()
        assert "wrong signature" in text and text.count("\n") < 20
        assert person.client.session.key.decode() not in text
    finally:
        stop_kernel(person)
