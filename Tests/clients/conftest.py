"""What the clients share: the kernel as `martlet install` leaves it, and people who talk to it."""

import json
import os
import pathlib
import subprocess
import time
from queue import Empty

import pytest
from jupyter_client.manager import KernelManager

PACKAGE = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 30


def install(folder):
    """Installs the built kernel under a prefix of its own, where Jupyter finds it; returns the prefix."""
    martlet = PACKAGE / ".build/release/martlet"
    if not martlet.exists():
        pytest.exit(f"{martlet} is not built: run `swift build -c release`", returncode=2)
    prefix, runtime = folder / "prefix", folder / "runtime"
    runtime.mkdir()
    subprocess.run([martlet, "install", "--prefix", prefix], check=True, stdout=subprocess.DEVNULL)
    os.environ["JUPYTER_PATH"] = str(prefix / "share/jupyter")
    os.environ["JUPYTER_RUNTIME_DIR"] = str(runtime)
    os.environ["MARTLET_HISTORY"] = str(folder / "history.jsonl")
    return prefix


@pytest.fixture(scope="session", autouse=True)
def installation(tmp_path_factory):
    return install(tmp_path_factory.mktemp("installation"))


class Answer:
    """Everything that a kernel said because of one request."""

    def __init__(self, reply, published):
        self.reply = reply
        self.published = published

    @property
    def content(self):
        return self.reply["content"]

    @property
    def status(self):
        return self.content["status"]

    @property
    def types(self):
        return [message["msg_type"] for message in self.published]

    def contents(self, message_type):
        return [m["content"] for m in self.published if m["msg_type"] == message_type]

    def text(self, stream="stdout"):
        return "".join(c["text"] for c in self.contents("stream") if c["name"] == stream)

    @property
    def result(self):
        results = self.contents("execute_result")
        return results[0]["data"]["text/plain"] if results else None


class Person:
    """A client of one kernel."""

    def __init__(self, client, manager=None):
        self.client = client
        self.manager = manager

    def send(self, message_type, content=None, channel="shell", header=None, metadata=None):
        """Sends a request and returns its identifier."""
        message = self.client.session.msg(message_type, content or {}, metadata=metadata)
        message["header"].update(header or {})
        getattr(self.client, f"{channel}_channel").send(message)
        return message["header"]["msg_id"]

    def reply(self, identifier, channel="shell", timeout=PATIENCE):
        """The reply to a request."""
        deadline = time.monotonic() + timeout
        while True:
            message = getattr(self.client, f"get_{channel}_msg")(timeout=max(deadline - time.monotonic(), 0.001))
            if message["parent_header"].get("msg_id") == identifier:
                return message

    def published(self, identifier, timeout=PATIENCE, until=None):
        """What was published because of a request, up to its idle status."""
        until = until or (lambda m: m["msg_type"] == "status" and m["content"]["execution_state"] == "idle")
        messages = []
        deadline = time.monotonic() + timeout
        while True:
            message = self.client.get_iopub_msg(timeout=max(deadline - time.monotonic(), 0.001))
            if message["parent_header"].get("msg_id") == identifier:
                messages.append(message)
                if until(message):
                    return messages

    def ask(self, message_type, content=None, channel="shell", timeout=PATIENCE, **rest):
        """Sends a request and waits for everything that comes of it."""
        identifier = self.send(message_type, content, channel, **rest)
        return Answer(self.reply(identifier, channel, timeout), self.published(identifier, timeout))

    def run(self, code, timeout=PATIENCE, subshell=None, **options):
        """Runs a cell."""
        content = {
            "code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False,
            "stop_on_error": True,
        } | options
        return self.ask("execute_request", content, timeout=timeout, header=subshell and {"subshell_id": subshell})

    def start(self, code, **options):
        """Sends a cell and does not wait."""
        return self.send("execute_request", {"code": code} | options)

    def wait_for_text(self, identifier, text, timeout=PATIENCE):
        """Waits until a cell has printed a text."""
        seen = []

        def is_there(message):
            seen.append(message["content"].get("text", ""))
            return text in "".join(seen)

        self.published(identifier, timeout, until=is_there)

    @property
    def process(self):
        return self.manager.provisioner.pid


def start_kernel(**options):
    """A new kernel with a person who talks to it."""
    manager = KernelManager(kernel_name="swift", **{k: v for k, v in options.items() if k in ("transport", "transport_encryption")})
    environment = dict(os.environ) | options.get("env", {})
    manager.start_kernel(env=environment, **{k: v for k, v in options.items() if k == "stderr"})
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=PATIENCE)
    return Person(client, manager)


def stop_kernel(person):
    person.client.stop_channels()
    person.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def kernel():
    """A kernel for the tests of one file, each of which leaves it ready."""
    person = start_kernel()
    yield person
    stop_kernel(person)


@pytest.fixture
def fresh_kernel():
    """A kernel for one test."""
    person = start_kernel()
    yield person
    stop_kernel(person)


def family(process):
    """A process and all that descend from it."""
    children = {}
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields[0] != "Z":
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [process]
    for member in found:
        found += children.get(member, [])
    return found


def alive(process):
    try:
        state = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def wait_until(condition, timeout):
    """Whether a condition comes true in time."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return condition()
