"""Requests and replies other than those of cells."""

import json
import os
import stat

import pytest
import zmq
from conftest import Answer, Person, start_kernel, stop_kernel, wait_until
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.session import Session


@pytest.mark.parametrize("channel", ["shell", "control"])
def test_kernel_info(kernel, channel):
    answer = kernel.ask("kernel_info_request", channel=channel)
    info = answer.content
    assert info["status"] == "ok"
    assert info["protocol_version"] == "5.6"
    assert info["implementation"] == "martlet"
    assert info["banner"] and info["help_links"][0].keys() == {"text", "url"}
    assert info["supported_features"] == ["kernel subshells"]
    assert info["debugger"] is False
    language = info["language_info"]
    assert language["name"] == "swift" and language["version"].startswith("6")
    assert language["mimetype"] == "text/x-swift" and language["file_extension"] == ".swift"
    assert language["pygments_lexer"] == "swift" and language["codemirror_mode"] == "swift"
    assert answer.types == ["status", "status"]
    assert [c["execution_state"] for c in answer.contents("status")] == ["busy", "idle"]


@pytest.mark.parametrize("channel", ["shell", "control"])
def test_kernel_info_while_a_cell_runs(kernel, channel):
    cell = kernel.start('print("begun"); while true {}')
    kernel.wait_for_text(cell, "begun")
    assert kernel.reply(kernel.send("kernel_info_request", channel=channel), channel, 5)["content"]["status"] == "ok"
    kernel.ask("interrupt_request", channel="control")
    assert kernel.reply(cell)["content"]["status"] == "error"


def test_a_client_that_knows_one_port_learns_the_others(kernel):
    ports = {name: port for name, port in kernel.client.get_connection_info().items() if name.endswith("_port")}
    assert kernel.ask("connect_request").content == {"status": "ok"} | ports


def test_welcome_to_each_subscriber(kernel):
    context = zmq.Context.instance()
    # Not the client's own: every subscriber hears every welcome, and a session takes no message twice.
    session = Session(key=kernel.client.session.key)
    for topic in [b"", b"kernel", b""]:
        socket = context.socket(zmq.SUB)
        socket.connect(f"tcp://127.0.0.1:{kernel.client.iopub_port}")
        socket.setsockopt(zmq.SUBSCRIBE, topic)
        assert socket.poll(5000)
        session.digest_history.clear()
        identities, frames = session.feed_identities(socket.recv_multipart())
        message = session.deserialize(frames)
        assert message["msg_type"] == "iopub_welcome"
        assert message["content"] == {"subscription": topic.decode()}
        assert message["parent_header"] == {}
        assert identities == ([topic] if topic else [])
        socket.close()


def test_replies_carry_the_header_of_their_request(kernel):
    identifier = kernel.send("kernel_info_request", header={"extraField": {"keptAsItIs": [1, None]}})
    reply = kernel.reply(identifier)
    assert reply["parent_header"]["extraField"] == {"keptAsItIs": [1, None]}
    assert reply["header"]["session"] != kernel.client.session.session
    assert reply["header"]["version"] == "5.6"


def test_is_complete(kernel):
    def status(code):
        return kernel.ask("is_complete_request", {"code": code}).content

    assert status("let a = 1")["status"] == "complete"
    assert status("func f() {\n    if true {") == {"status": "incomplete", "indent": "        "}
    assert status("let a = )")["status"] == "invalid"
    assert status("")["status"] == "complete"
    assert status("/* open") == {"status": "incomplete", "indent": ""}
    assert status('let a = """\nopen') == {"status": "incomplete", "indent": ""}
    assert status('let a = "open')["status"] == "invalid"


def test_history_is_kept_across_sessions():
    first = start_kernel()
    first.run("let remembered = 41")
    first.run("remembered + 1")
    stop_kernel(first)
    second = start_kernel()
    try:
        second.run('"other"', store_history=False)
        tail = second.ask("history_request", {"hist_access_type": "tail", "n": 2, "output": True, "raw": True}).content
        assert [line[2] for line in tail["history"]] == [["let remembered = 41", None], ["remembered + 1", "42"]]
        (session, line, _) = tail["history"][1]
        found = second.ask("history_request", {
            "hist_access_type": "range", "session": session, "start": line, "stop": line + 1, "output": False,
            "raw": True}).content
        assert found["history"] == [[session, line, "remembered + 1"]]
        found = second.ask("history_request", {
            "hist_access_type": "search", "pattern": "*remembered*", "unique": True, "output": False, "raw": True,
            "n": 1}).content
        assert [line[2] for line in found["history"]] == ["remembered + 1"]
        found = second.ask("history_request", {
            "hist_access_type": "search", "pattern": "remembered + [12]", "output": False, "raw": True}).content
        assert [line[2] for line in found["history"]] == ["remembered + 1"]
    finally:
        stop_kernel(second)
    assert stat.S_IMODE(os.stat(os.environ["MARTLET_HISTORY"]).st_mode) == 0o600


def test_history_can_be_switched_off(tmp_path):
    environment = {"MARTLET_HISTORY": "off", "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    person = start_kernel(env=environment)
    try:
        person.run("1")
        assert not list(tmp_path.rglob("*.jsonl"))
    finally:
        stop_kernel(person)


def test_comm_of_an_unknown_target_is_closed(kernel):
    identifier = kernel.send("comm_open", {"comm_id": "c1", "target_name": "nobody", "data": {}})
    published = Answer(None, kernel.published(identifier))
    assert published.contents("comm_close") == [{"comm_id": "c1", "data": {}}]
    assert kernel.ask("comm_info_request").content["comms"] == {}


def test_debugger_is_not_pretended(kernel):
    content = {"type": "request", "seq": 4, "command": "debugInfo"}
    reply = kernel.ask("debug_request", content, channel="control").content
    assert reply["success"] is True and reply["request_seq"] == 4
    assert reply["body"]["isStarted"] is False and reply["body"]["breakpoints"] == []
    content["command"] = "initialize"
    assert kernel.ask("debug_request", content, channel="control").content["success"] is False


def test_usage(kernel):
    kernel.run("1")
    usage = kernel.ask("usage_request", channel="control").content
    assert usage["kernel_memory"] > 1_000_000 and usage["cpu_count"] > 0
    assert kernel.process in [process["pid"] for process in usage["processes"]]
    assert any("worker" in process["name"] for process in usage["processes"])
    assert usage["host_virtual_memory"]["total"] > usage["host_virtual_memory"]["available"] > 0


def test_unknown_requests_change_nothing(kernel):
    identifier = kernel.send("dance_request")
    assert [m["msg_type"] for m in kernel.published(identifier)] == ["status", "status"]


def test_sockets_of_the_file_system(tmp_path):
    person = start_kernel(transport="ipc")
    try:
        assert person.run("6 * 7").result == "42"
        paths = [f"{person.manager.ip}-{port}" for port in person.manager.ports]
        assert all(stat.S_IMODE(os.stat(path).st_mode) & 0o077 == 0 for path in paths)
        person.ask("shutdown_request", {"restart": False}, channel="control")
        assert wait_until(lambda: not any(map(os.path.exists, paths)), 5)
    finally:
        stop_kernel(person)


def test_encrypted_sockets():
    person = start_kernel(transport_encryption="required")
    try:
        assert person.run("6 * 7").result == "42"
        # A client that knows the signing key but not the encryption key hears nothing.
        plain = BlockingKernelClient()
        info = person.manager.get_connection_info()
        plain.load_connection_info({k: v for k, v in info.items() if not k.startswith("curve")})
        plain.start_channels(hb=False)
        with pytest.raises(Exception):
            Person(plain).reply(plain.kernel_info(), timeout=1)
        plain.stop_channels()
    finally:
        stop_kernel(person)


def test_heartbeat(kernel):
    socket = zmq.Context.instance().socket(zmq.REQ)
    socket.connect(f"tcp://127.0.0.1:{kernel.client.hb_port}")
    socket.send(b"ping")
    assert socket.poll(2000) and socket.recv() == b"ping"
    socket.close()
