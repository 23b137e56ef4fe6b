"""Sends a kernel what nobody should send, and checks that it goes on as if nothing had come.

    python Tests/clients/fuzz.py wire --minutes 10 --seed 1     frames: spoiled, forged, replayed, out of order
    python Tests/clients/fuzz.py cells --minutes 10 --seed 1    texts: spliced and spoiled Swift, parsed, completed and run

Everything follows from the seed. What breaks the kernel is printed; the shortest such cases are kept as tests.
"""

import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import uuid

import zmq
from conftest import PACKAGE, alive, start_kernel, stop_kernel

DELIMITER = b"<IDS|MSG>"
TYPES = [
    "execute_request", "complete_request", "inspect_request", "is_complete_request", "history_request", "comm_open",
    "comm_msg", "comm_close", "comm_info_request", "kernel_info_request", "usage_request", "debug_request",
    "create_subshell_request", "delete_subshell_request", "list_subshell_request", "interrupt_request", "input_reply", "x",
]
VALUES = [
    None, True, 0, -1, 2**31, 2**63, 2**80, 1e308, "", "x", "\u0000", "\ud83d", "🐦" * 50, "a" * 10_000, [], [[]], {}, {"a": {}},
    "shell", "1", "print(1)", "*", "?" * 300,
]
FIELDS = [
    "code", "silent", "store_history", "user_expressions", "allow_stdin", "stop_on_error", "cursor_pos", "detail_level",
    "hist_access_type", "session", "start", "stop", "n", "pattern", "unique", "output", "comm_id", "target_name", "data",
    "subshell_id", "value", "command", "restart",
]
SNIPPETS = [
    "let a = 1", "var b = [1, 2, 3]\nb.map { $0 * 2 }", 'print("x\\(1 + 1)y")', "struct S { var x = 1 }\nS()", "import Foundation",
    "func f<T>(_ t: T) -> T where T: Equatable { t }", "for i in 0..<3 where i != 1 { print(i) }", '"""\nlong\n"""', "#if DEBUG\n#endif",
    "try await Task.sleep(for: .zero)", "guard let z = Int(\"1\") else { fatalError() }", "enum E: Error { case a(Int), b }", "throw E.b",
    "extension S: Equatable {}", "@MainActor func g() {}", "let (p, q) = (1, 2)", "// comment", "/* nested /* */ */", "%time 1", "f?", "f??",
    "do { try h() } catch { }", "x.y.z()", "let r = /a(b)c/", "async let w = 1", "operator +++", "switch 1 { default: break }", "{ $0 }(1)",
    "1 as Any", "let 🐦 = \"é\"", "if #available(macOS 10, *) {}", "_ = { (x: inout Int) in x += 1 }", "defer { print(1) }", "#sourceLocation(file: \"a\", line: 1)",
]


def spoil(chance, data):
    """A byte string with a few random changes."""
    data = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        where = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0: data[where:where] = chance.randbytes(chance.randint(1, 8))
            case 1: del data[where:where + chance.randint(1, 8)]
            case 2: data[where:where + 1] = bytes([chance.randrange(256)])
            case _: data[where:where] = chance.choice([b"{", b"}", b"[", b'"', b"\\u0000", b"null", b"\xff", b"\n", b"1e999"])
    return bytes(data)


class Wire:
    """Frames for every channel."""

    def __init__(self, person, chance):
        self.chance = chance
        self.session = person.client.session
        context = zmq.Context.instance()
        self.sockets = []
        for channel in ["shell", "control", "stdin"]:
            socket = context.socket(zmq.DEALER)
            socket.linger = 0
            socket.connect(f"tcp://127.0.0.1:{getattr(person.client, channel + '_port')}")
            self.sockets.append(socket)
        self.sent = []

    def message(self):
        chance = self.chance
        header = {
            "msg_id": str(uuid.UUID(int=chance.getrandbits(128))), "session": "f", "username": "", "date": "",
            "msg_type": chance.choice(TYPES), "version": "5.3",
        }
        if chance.random() < 0.2:
            header[chance.choice([*header, "subshell_id", "more"])] = chance.choice(VALUES)
        content = {name: chance.choice(VALUES) for name in chance.sample(FIELDS, chance.randint(0, 6))}
        # A cell that does run must end by itself.
        if header["msg_type"] == "execute_request":
            content["code"] = chance.choice(["", "1", 7, None, "let = "])
        return [json.dumps(part).encode() for part in [header, {}, {}, content]]

    def step(self):
        chance = self.chance
        parts = self.message()
        if chance.random() < 0.5:
            which = chance.randrange(4)
            parts[which] = spoil(chance, parts[which])
        if chance.random() < 0.1:
            parts = parts[:chance.randrange(4)]
        if chance.random() < 0.1:
            parts += [chance.randbytes(chance.randint(0, 1000))]
        signature = self.session.sign(parts[:4])
        if chance.random() < 0.2:
            signature = spoil(chance, signature)
        frames = [DELIMITER, signature, *parts]
        if chance.random() < 0.1:
            chance.shuffle(frames)
        if self.sent and chance.random() < 0.1:
            frames = chance.choice(self.sent)
        self.sent = [*self.sent[-50:], frames]
        chance.choice(self.sockets).send_multipart(frames)
        for socket in self.sockets:
            while socket.poll(0):
                socket.recv_multipart()
        return frames


class Cells:
    """Texts that are nearly Swift."""

    def __init__(self, person, chance):
        self.person = person
        self.chance = chance

    def text(self):
        chance = self.chance
        text = "\n".join(chance.choices(SNIPPETS, k=chance.randint(1, 4)))
        for _ in range(chance.randint(0, 3)):
            start, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
            match chance.randrange(4):
                case 0: text = text[:start] + text[min(end, start + 10):]
                case 1: text = text[:start] + chance.choice("(){}[]\"'\\#@`/*%?!\n\t\r\0é🐦\u0301\u200d;:.,<>=&|^~-+") + text[start:]
                case 2: text = text[:start] + chance.choice(SNIPPETS) + text[start:]
                case _: text = text[:end] + text[start:end] + text[end:]
        return text

    def step(self):
        text = self.text()
        self.person.ask("is_complete_request", {"code": text}, timeout=10)
        if self.chance.random() < 0.2:
            cursor = self.chance.randrange(len(text) + 2)
            self.person.ask("complete_request", {"code": text, "cursor_pos": cursor}, timeout=30)
        if self.chance.random() < 0.2:
            self.person.run(text, timeout=30, stop_on_error=False)
        return text


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("what", choices=["wire", "cells"])
    arguments.add_argument("--minutes", type=float, default=10)
    arguments.add_argument("--seed", type=int, default=1)
    arguments = arguments.parse_args()

    folder = pathlib.Path(tempfile.mkdtemp(prefix="martlet-fuzz-"))
    subprocess.run([PACKAGE / ".build/release/martlet", "install", "--prefix", folder], check=True, stdout=subprocess.DEVNULL)
    os.environ |= {"JUPYTER_PATH": str(folder / "share/jupyter"), "MARTLET_HISTORY": "off", "MARTLET_LOG": "critical"}
    person = start_kernel()
    process = person.process
    person.run("let alive = 7", timeout=60)
    fuzzer = {"wire": Wire, "cells": Cells}[arguments.what](person, random.Random(arguments.seed))
    deadline = time.monotonic() + arguments.minutes * 60
    steps, recent = 0, []
    try:
        while time.monotonic() < deadline:
            recent = [*recent[-20:], fuzzer.step()]
            steps += 1
            if steps % 500 == 0:
                assert person.ask("kernel_info_request", channel="control", timeout=20).status == "ok"
                assert alive(process)
        product = "6 * alive" if arguments.what == "wire" else "6 * 7"
        answer = person.run(product, timeout=60)
        # An interrupt among what was sent last may have met this cell.
        if answer.content.get("ename") == "Interrupted": answer = person.run(product, timeout=60)
        assert answer.result == "42", answer.content
    except Exception as error:
        print(f"step {steps}, seed {arguments.seed}: {error!r}; the last that was sent:", *(str(sent)[:400] for sent in recent), sep="\n  ")
        sys.exit(1)
    finally:
        stop_kernel(person)
    print(f"{arguments.what}: {steps} steps in {arguments.minutes:g} minutes, seed {arguments.seed}: the kernel goes on")


if __name__ == "__main__":
    main()
