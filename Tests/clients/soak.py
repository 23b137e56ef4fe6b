"""One long session of everything that a cell can do to its kernel, in random order.

    python Tests/clients/soak.py --cells 500 --seed 1 [--only TEXT] [--verbose]

Definitions, prints, tasks, threads, queues, tensors and trainings; traps of every kind and in every place; errors;
interrupts at random moments; cells that do not compile; cells that are run again. After each of them, what earlier cells
defined must be there with the right values. Reported are: restarts of the worker, wrong answers, traps without reason or
line, interrupts later than 100 ms, and the memory of kernel and worker. Everything follows from the seed.
"""

import argparse
import json
import os
import pathlib
import random
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass

from conftest import family, install, start_kernel, stop_kernel

SETTING = """
import Foundation
import Synchronization
struct Oops: Error { let code: Int }
struct Point: Equatable { var x = 1, y = 2 }
class Animal { func sound() -> String { "..." } }
class Dog: Animal { override func sound() -> String { "woof" } }
class Node { var value = 7; unowned var other: Node!; weak var next: Node? }
actor Counter {
    var count = 0
    func bump() -> Int { count += 1; return count }
    func trap(_ list: [Int]) -> Int { list[list.count + 3] }
    func spin() { while true { count &+= 1 } }
}
let counter = Counter()
let serial = DispatchQueue(label: "serial")
let wide = DispatchQueue(label: "wide", attributes: .concurrent)
let lock = NSLock()
let mutex = Mutex(0)
let short = [1, 2, 3]
let nothing: Int? = nil
let zero = short.count - 3
func deep(_ n: Int) -> Int { deep(n + 1) + 1 }
func sum(_ list: [Int]) -> Int { list.reduce(0, +) }
func generic<T>(_ list: [T], at index: Int) -> T { list[index] }
@MainActor var onMain = 0
final class Wrong: @unchecked Sendable { var value = 0 }
let stories = Corpus.storyWorld(count: 60, seed: 2)
let (training, held) = try stories.tokenized(by: .bytePair(vocabulary: 300)).split(validation: 0.1)
let model = GPT(hidden: 16, layers: 1, heads: 2, vocabulary: 300, context: 32, seed: 7)
let big = Tensor(ones: [3000, 3000])
"""

RANGE, NIL, OVERFLOW = "[Ii]ndex out of range|out of bounds", "[Uu]nexpectedly found nil", "[Oo]verflow"

# What traps: text, the reason that is to be read, and the line.
TRAPS = {
    "index": ("let at{n} = short.count + {n}\nprint(short[at{n}])", RANGE, 2),
    "index in a generic": ("let at{n} = 5\n_ = generic(short, at: at{n})", RANGE, 0),
    "negative range": ("let low{n} = -{n}\nprint(short[low{n}...])", "[Ii]ndex|[Rr]ange|bounds", 2),
    "bad range": ("let up{n} = short.count\nfor i in (up{n} + 1)...up{n} {{ print(i) }}", "[Rr]ange requires|lowerBound", 2),
    "overflow": ("var top{n} = Int.max\ntop{n} += short.count", OVERFLOW, 2),
    "overflow of a byte": ("var byte{n} = UInt8(short.count)\nbyte{n} -= 4", OVERFLOW, 2),
    "conversion": ("let far{n} = 300 + short.count\nprint(UInt8(far{n}))", "[Nn]ot enough bits|overflow", 2),
    "nan to int": ("let nan{n} = Double.nan * Double(short.count)\nprint(Int(nan{n}))", "NaN|infinite", 2),
    "division": ("print({n} / zero)", "[Dd]ivision by zero", 1),
    "remainder": ("print({n} % zero)", "[Dd]ivision by zero|remainder", 1),
    "shift": ("let shift{n} = -1\nprint(repeatElement(0, count: shift{n}).count)", "negative|count", 2),
    "nil": ("let v{n} = {n}\nprint(nothing!)", NIL, 2),
    "implicit nil": ("let alone{n} = Node()\nprint(alone{n}.other.value)", NIL, 2),
    "cast": ("let any{n}: Any = {n}\nprint(any{n} as! String)", "[Cc]ould not cast|as String", 2),
    "cast of a class": ("let animal{n} = Animal()\nprint((animal{n} as! Dog).sound())", "[Cc]ould not cast", 2),
    "precondition": ("precondition(short.count > {n} + 50, \"too short {n}\")", "too short {n}", 1),
    "precondition failure": ("let w{n} = 1\npreconditionFailure(\"never {n}\")", "never {n}", 2),
    "fatal error": ("let w{n} = 1\nfatalError(\"on purpose {n}\")", "on purpose {n}", 2),
    "fatal error without words": ("let w{n} = 1\nfatalError()", "[Ff]atal error", 2),
    "assertion": ("assert(short.isEmpty, \"not empty {n}\")", "not empty {n}", 1),
    "assertion failure": ("assertionFailure(\"wrong {n}\")", "wrong {n}", 1),
    "try!": ("func no{n}() throws -> Int {{ throw Oops(code: {n}) }}\nprint(try! no{n}())", "Oops", 2),
    "empty array": ("var none{n}: [Int] = []\nnone{n}.removeLast()", "empty|[Cc]an't remove", 2),
    "reduce": ("print(short.map {{ short[$0 + {n}] }})", RANGE, 1),
    "sort": ("print(Array(0..<100).sorted {{ short[$0] < short[$1] }}.count)", RANGE, 1),
    "dictionary": ("print(Dictionary(uniqueKeysWithValues: [(1, {n}), (1, 2)]))", "[Dd]uplicate", 1),
    "string index": ("let s{n} = \"abc\"\nprint(s{n}[s{n}.index(s{n}.startIndex, offsetBy: {n} + 9)])", "[Ii]ndex|bounds", 2),
    "unowned": (
        "func dangling{n}() -> Node {{ let a = Node(); do {{ let b = Node(); a.other = b }}; return a }}\n"
        "let left{n} = dangling{n}()\nprint(left{n}.other.value)", "unowned|deallocated|nil", 3),
    "exclusivity": (
        "func twice{n}(_ a: inout Int, _ b: () -> Void) {{ a += 1; b() }}\nvar x{n} = 1\n"
        "twice{n}(&x{n}) {{ x{n} += 1 }}\nfatalError(\"after {n}\")", "after {n}|[Ee]xclusiv|[Ss]imultaneous", 0),
    "recursion": ("print(deep({n}))", "recursion", 0),
    "recursion with large frames": (
        "func wide{n}(_ i: Int) -> Int {{\n    withUnsafeTemporaryAllocation(of: Int.self, capacity: 90) {{ $0[{n} % 90] = i; return wide{n}(i + 1) + $0[{n} % 90] }}\n}}\n"
        "print(wide{n}(0))", "recursion", 0),
    "recursion in a closure": ("var f{n}: (Int) -> Int = {{ $0 }}\nf{n} = {{ f{n}($0 + 1) + 1 }}\nprint(f{n}(0))", "recursion", 0),
    "null": ("print(UnsafePointer<Int>(bitPattern: 8 + {n} % 8 * 8)!.pointee)", "memory", 1),
    "write to nowhere": ("UnsafeMutablePointer<Int>(bitPattern: 16)!.pointee = {n}", "memory", 1),
    "dispatch precondition": ("dispatchPrecondition(condition: .onQueue(serial))\nprint({n})", "Dispatch", 1),
    "sync on itself": ("serial.sync {{ serial.sync {{ print({n}) }} }}", "Dispatch", 1),
    "abort": ("let w{n} = {n}\nabort()", "[Aa]bort", 2),
    "nan tensor": ("let t{n} = Tensor(ones: [2, {n} + 2])\nprint(matmul(t{n}, Tensor(ones: [1, 5])).shape)", "matmul", 2),
    "in a queue": ("serial.sync {{ print(short[{n} + 3]) }}", RANGE, 1),
    "in a queue with a result": ("let r{n} = serial.sync {{ short[{n} + 3] }}\nprint(r{n})", RANGE, 1),
    "in a barrier": ("wide.sync(flags: .barrier) {{ print(short[{n} + 3]) }}", RANGE, 1),
    "in a mutex": ("mutex.withLock {{ $0 += short[{n} + 3] }}", RANGE, 1),
    "in a mutex in a task": ("await Task.detached {{ mutex.withLock {{ $0 += short[{n} + 3] }} }}.value", RANGE, 1),
    "in a mutex in optimized code": ("%%fast\nmutex.withLock {{ $0 += short[{n} + 3] }}", RANGE, 2),
    "in an async block": ("serial.async {{ print(short[{n} + 3]) }}\nThread.sleep(forTimeInterval: 9)", RANGE, 1),
    "in a global block": ("DispatchQueue.global().async {{ print(short[{n} + 3]) }}\nsleep(9)", RANGE, 1),
    "in a group": (
        "let g{n} = DispatchGroup()\nDispatchQueue.global().async(group: g{n}) {{ print(short[{n} + 3]) }}\ng{n}.wait()", RANGE, 2),
    "in concurrentPerform": ("DispatchQueue.concurrentPerform(iterations: 8) {{ print(short[$0 + {n} + 3]) }}", RANGE, 1),
    "in a task": ("let t{n} = Task {{ print(short[{n} + 3]) }}\nawait t{n}.value", RANGE, 1),
    "in a detached task": ("await Task.detached {{ print(short[{n} + 3]) }}.value", RANGE, 1),
    "in a task group": (
        "await withTaskGroup(of: Int.self) {{ g in\n    for i in 0..<4 {{ g.addTask {{ short[i + {n}] }} }}\n    for await i in g {{ _ = i }}\n}}",
        RANGE, 2),
    "in an async let": ("async let v{n} = short[{n} + 3]\nprint(await v{n})", RANGE, 1),
    "in an actor": ("print(await counter.trap(short))", RANGE, 0),
    "on the main actor": ("await MainActor.run {{ print(short[{n} + 3]) }}", RANGE, 1),
    "in a thread": ("Thread {{ print(short[{n} + 3]) }}.start()\nsleep(9)", RANGE, 1),
    "recursion in a task": ("await Task.detached {{ print(deep({n})) }}.value", "recursion", 0),
    "recursion in a thread": ("Thread {{ print(deep({n})) }}.start()\nsleep(9)", "recursion", 0),
    "recursion in a queue": ("DispatchQueue.global().sync {{ print(deep({n})) }}", "recursion", 0),
    "recursion in a block": ("DispatchQueue.global().async {{ print(deep({n})) }}\nsleep(9)", "recursion", 0),
    "abort in a thread": ("Thread {{ abort() }}.start()\nsleep(9)", "[Aa]bort", 1),
    "fatal error in a task": ("await Task.detached {{ fatalError(\"task {n}\") }}.value", "task {n}", 1),
    "optimized": ("%%fast\nlet at{n} = short.count + {n}\nprint(short[at{n}])", RANGE, 3),
    "optimized overflow": ("%%fast\nvar top{n} = Int.max\ntop{n} += short.count", OVERFLOW, 3),
} | {
    f"raise {name}": (f"let w{{n}} = {{n}}\nraise(SIG{name})", name + "|memory|[Aa]bort|Fatal|Arithmetic", 2)
    for name in ["ABRT", "SEGV", "FPE", "ILL", "TRAP", "BUS", "TERM", "INT", "HUP", "USR1", "USR2", "ALRM", "QUIT", "SYS", "XCPU", "PIPE"]
}
# Signals whose meaning is that nothing happens.
QUIET = {"raise INT", "raise PIPE"}

THROWS = {
    "throw": ("let w{n} = {n}\nthrow Oops(code: {n})", "Oops", 2),
    "throw in a function": ("func f{n}() throws {{ throw Oops(code: {n}) }}\ntry f{n}()", "Oops", 1),
    "throw in a task": ("try await Task.detached {{ throw Oops(code: {n}) }}.value", "Oops", 0),
    "throw in an async let": ("func g{n}() async throws -> Int {{ throw Oops(code: {n}) }}\nasync let a{n} = g{n}()\nprint(try await a{n})", "Oops", 0),
    "missing file": ("_ = try String(contentsOfFile: \"/nowhere/{n}\", encoding: .utf8)", "", 0),
    "decoding": ("_ = try JSONDecoder().decode([Int].self, from: Data(\"[{n}\".utf8))", "", 0),
    "exit": ("let w{n} = {n}\nexit(1 + {n} % 100)", "exit", 0),
    "exit in a task": ("await Task.detached {{ exit(3) }}.value", "exit", 0),
}

LOOPS = {
    "loop": "while true {{}}",
    "optimized loop": "%%fast\nprint(\"begun\")\nvar o{n} = {n}\nwhile true {{ o{n} = o{n} &* 3 }}",
    "strings": "while true {{ _ = \"\\(Int.random(in: 0...9))\".uppercased() }}",
    "dictionary": "var d{n} = [Int: String]()\nwhile true {{ d{n}[Int.random(in: 0...999)] = \"x\" }}",
    "sort": "while true {{ _ = (0..<1000).map {{ -$0 }}.sorted() }}",
    "huge map": "print((0..<1_000_000_000).map {{ sqrt(Double($0)) }}.count)",
    "huge sort": "print((0..<20_000_000).map {{ ($0 &* 7919) % 1_000_003 }}.sorted().count)",
    "huge fill": "print([Int](repeating: {n}, count: 400_000_000).count)",
    "huge fill of strings": "print([String](repeating: \"a{n}\", count: 100_000_000).count)",
    "huge string": "print(String(repeating: \"ab{n}\", count: 200_000_000).utf8.count)",
    "huge reduce": "print((0..<2_000_000_000).reduce(0, &+))",
    "huge dictionary": "print(Dictionary(uniqueKeysWithValues: (0..<50_000_000).map {{ ($0, $0) }}).count)",
    "printing": "while true {{ print({n}); usleep(1000) }}",
    "flood": "while true {{ print(\"line {n}\") }}",
    "sleep": "sleep(60)",
    "thread sleep": "Thread.sleep(forTimeInterval: 60)",
    "task sleep": "try await Task.sleep(for: .seconds(60))",
    "semaphore": "DispatchSemaphore(value: 0).wait()",
    "group wait": "let w{n} = DispatchGroup()\nw{n}.enter()\nw{n}.wait()",
    "lock": "let l{n} = NSLock()\nl{n}.lock()\nl{n}.lock()",
    "in a mutex": "mutex.withLock {{ _ in while true {{}} }}",
    "blocking read": "let p{n} = Pipe()\nprint(p{n}.fileHandleForReading.readData(ofLength: 1))",
    "run loop": "RunLoop.current.run(until: Date(timeIntervalSinceNow: 60))",
    "tensor product": "while true {{ _ = matmul(big, big) }}",
    "one tensor product": "_ = matmul(big, big)\n_ = matmul(big, big)\n_ = matmul(big, big)\n_ = matmul(big, big)",
    "tensor chain": "do {{\n    var c{n} = big\n    while true {{ c{n} = gelu(c{n} * 0.5 + 1) }}\n}}",
    "softmax": "while true {{ _ = softmax(big) }}",
    "training": (
        "let a{n} = AdamW(model, rate: 1e-3)\nwhile true {{\n    for batch in training.batches(of: 8, context: 32, seed: {n}) {{\n"
        "        model.loss(batch).backward()\n        a{n}.step()\n    }}\n}}"),
    "training run": "let r{n} = try model.train(on: training, for: .steps(1_000_000), batch: 8) {{ AdamW(.warmupCosine(peak: 1e-3, warmup: 9)) }}",
    "task": "await Task.detached {{ var n = 0; while true {{ n &+= 1 }} }}.value",
    "tasks": "await withTaskGroup(of: Void.self) {{ g in for _ in 0..<4 {{ g.addTask {{ while true {{}} }} }} }}",
    "yielding task": "await Task {{ while true {{ await Task.yield() }} }}.value",
    "actor": "await counter.spin()",
    "main actor": "await MainActor.run {{ while true {{}} }}",
    "concurrent loop": "DispatchQueue.concurrentPerform(iterations: 8) {{ _ in while true {{}} }}",
    "queue": "serial.sync {{ while true {{}} }}",
    "queue and sleep": "serial.sync {{ sleep(60) }}",
    "async block": "serial.async {{ while true {{}} }}\nserial.sync {{ print(1) }}",
    "thread": "Thread {{ while true {{}} }}.start()\nsleep(60)",
    "stream": "for await i in AsyncStream<Int>(unfolding: {{ 1 }}) {{ if i == 2 {{ break }} }}",
    "continuation": "await withUnsafeContinuation {{ (c: UnsafeContinuation<Void, Never>) in }}",
    "regex": "while true {{ _ = \"aaaaaaaaaaaaaaaaaaaa{n}\".firstMatch(of: /(a+)+b/) }}",
    "json": "while true {{ _ = try JSONEncoder().encode(Array(0..<1000)) }}",
    "timeit": "%timeit (0..<2_000_000_000).reduce({n}) {{ ($0 &* 31) ^ $1 }}",
    "subprocess": "let s{n} = Process()\ns{n}.executableURL = URL(filePath: \"/bin/sleep\")\ns{n}.arguments = [\"60\"]\ntry s{n}.run()\ns{n}.waitUntilExit()",
}

PLAIN = {
    "print": ("print(\"line {n}\")", "line {n}\n"),
    "c output": ("_ = puts(\"c {n}\")", "c {n}\n"),
    "task": ("print(await Task.detached {{ short[1] + {n} }}.value)", "{n+2}\n"),
    "task and print": ("await Task {{ print(\"in {n}\") }}.value", "in {n}\n"),
    "async let": ("async let p{n} = {n} + 1\nasync let q{n} = {n} + 2\nprint(await p{n}, await q{n})", "{n+1} {n+2}\n"),
    "task group": (
        "print(await withTaskGroup(of: Int.self) {{ g in for i in 1...3 {{ g.addTask {{ i }} }}; return await g.reduce({n}, +) }})", "{n+6}\n"),
    "queue": ("print(serial.sync {{ {n} + 1 }})", "{n+1}\n"),
    "async queue": ("let d{n} = DispatchGroup()\nserial.async(group: d{n}) {{ print({n}) }}\nd{n}.wait()", "{n}\n"),
    "wide queue": ("print(wide.sync(flags: .barrier) {{ {n} }}, wide.sync {{ {n} }})", "{n} {n}\n"),
    "global queue": ("let d{n} = DispatchGroup()\nDispatchQueue.global().async(group: d{n}) {{ print({n}) }}\nd{n}.wait()", "{n}\n"),
    "concurrentPerform": (
        "let m{n} = Mutex(0)\nDispatchQueue.concurrentPerform(iterations: 100) {{ i in m{n}.withLock {{ $0 += i }} }}\nprint(m{n}.withLock {{ $0 }})",
        "4950\n"),
    "thread": (
        "let s{n} = DispatchSemaphore(value: 0)\nThread {{ print({n}); s{n}.signal() }}.start()\ns{n}.wait()", "{n}\n"),
    "main actor": ("await MainActor.run {{ onMain += 1 }}\nprint({n})", "{n}\n"),
    "lock": ("lock.withLock {{ print({n}) }}", "{n}\n"),
    "mutex": ("print(mutex.withLock {{ _ in {n} }})", "{n}\n"),
    "mutex in a task": ("print(await Task.detached {{ mutex.withLock {{ _ in {n} }} }}.value)", "{n}\n"),
    "sleep": ("try await Task.sleep(for: .milliseconds({n} % 20))\nprint({n})", "{n}\n"),
    "tensor": ("print((Tensor(ones: [{n} % 7 + 1, 3]) * 2).sum().item)", None),
    "product": ("print(matmul(Tensor(ones: [4, 300]), Tensor(ones: [300, 5]))[0, 0].item == 300)", "true\n"),
    "training": (
        "let a{n} = AdamW(model, rate: 1e-4)\nfor batch in training.batches(of: 4, context: 32, seed: {n}).prefix(3) {{\n"
        "    model.loss(batch).backward()\n    a{n}.step()\n}}\nprint({n})", "{n}\n"),
    "caught": ("do {{ throw Oops(code: {n}) }} catch let e as Oops {{ print(e.code) }} catch {{}}", "{n}\n"),
    "class": ("class C{n}: Animal {{ override func sound() -> String {{ \"s{n}\" }} }}\nprint((C{n}() as Animal).sound())", "s{n}\n"),
    "cast": ("print(([Animal(), Dog()][{n} % 2] as? Dog) != nil)", None),
    "extension": ("extension Point {{ var m{n}: Int {{ x * {n} }} }}\nprint(Point().m{n})", "{n}\n"),
    "generic": ("func g{n}<T: Comparable>(_ a: T, _ b: T) -> T {{ max(a, b) }}\nprint(g{n}({n}, 1))", "{n}\n"),
    "actor": ("actor A{n} {{ var k = {n}; func f() -> Int {{ k += 1; return k }} }}\nprint(await A{n}().f())", "{n+1}\n"),
    "again": ("print(sum(short))", "6\n"),
}

REFUSED = [
    "let bad{n}: Int = \"a\"", "print(undefined{n})", "func broken{n}( {{", "let w{n} = {n}\nw{n} = 2", "struct S{n} {{ let a: Nope }}",
    "short.append({n})", "return {n} +", "class K{n}: Nowhere {{}}",
]


@dataclass
class Trouble:
    kind: str
    cell: int
    name: str
    text: str


class Soak:
    def __init__(self, seed, patience=30):
        self.chance = random.Random(seed)
        self.person = start_kernel()
        self.number = 0
        self.cells = 0
        self.values = {}
        self.troubles = []
        self.late = []
        self.delays = {}
        self.memory = []
        self.patience = patience
        self.bumps = 0
        assert self.person.run(SETTING, timeout=120).status == "ok"
        self.worker = self.find_worker()

    def close(self):
        stop_kernel(self.person)

    # The processes.

    def find_worker(self):
        for process in family(self.person.process):
            try:
                if b"martlet-worker" in pathlib.Path(f"/proc/{process}/cmdline").read_bytes():
                    return process
            except OSError:
                pass
        return None

    def megabytes(self, process):
        try:
            text = pathlib.Path(f"/proc/{process}/status").read_text()
        except OSError:
            return 0
        return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024

    def note_memory(self):
        self.memory.append((self.cells, self.megabytes(self.person.process), self.megabytes(self.worker)))

    def check_worker(self, name):
        now = self.find_worker()
        if now == self.worker:
            return
        self.complain("restart", name, f"worker {self.worker} became {now}")
        self.worker = now
        self.values = {}
        self.person.run(SETTING, timeout=120)

    def complain(self, kind, name, text):
        self.troubles.append(Trouble(kind, self.cells, name, text))
        print(f"  {kind} at cell {self.cells}, {name}: {text}", flush=True)

    # Cells.

    def filled(self, template):
        n = self.number
        text = template.replace("{n+1}", str(n + 1)).replace("{n+2}", str(n + 2)).replace("{n+6}", str(n + 6))
        return text.format(n=n)

    def run(self, name, code, **options):
        self.cells += 1
        try:
            answer = self.person.run(code, timeout=self.patience, stop_on_error=False, **options)
        except Exception as failure:
            self.complain("hang", name, f"{type(failure).__name__} after {self.patience} s: {code!r}")
            self.person.ask("interrupt_request", channel="control", timeout=10)
            time.sleep(5)
            answer = None
        self.check_worker(name)
        return answer

    def expect_error(self, name, case, ename):
        template, reason, line = case
        code = self.filled(template)
        answer = self.run(name, code)
        if answer is None:
            return
        if answer.status != "error":
            self.complain("no error", name, repr(answer.text()))
            return
        content = answer.content
        if ename and content["ename"] not in ename:
            self.complain("other error", name, f"{content['ename']}: {content['evalue']}")
        if not re.search(self.filled(reason), content["evalue"]):
            self.complain("reason", name, f"{content['evalue']!r}")
        if line and not content["traceback"][0].startswith(f"In[{content['execution_count']}]:{line}:"):
            self.complain("line", name, f"{content['traceback'][:1]}, expected line {line}")
        if answer.text("stderr").strip():
            self.complain("stderr", name, repr(answer.text("stderr")[:200]))

    def trap(self, name):
        if name in QUIET:
            self.run(name, self.filled(TRAPS[name][0]))
        else:
            self.expect_error(name, TRAPS[name], ("Trap", "Stopped", "Signal"))

    def throw(self, name):
        self.expect_error(name, THROWS[name], ())

    def refuse(self, name):
        answer = self.run(name, self.filled(name))
        if answer is not None and (answer.status != "error" or answer.content["ename"] != "CompileError"):
            self.complain("compiled", name, str(answer.content)[:200])

    def plain(self, name):
        template, printed = PLAIN[name]
        answer = self.run(name, self.filled(template))
        if answer is None:
            return
        if answer.status != "ok":
            self.complain("failed", name, f"{answer.content['ename']}: {answer.content['evalue']}")
        elif printed is not None and answer.text() != self.filled(printed):
            self.complain("wrong", name, f"{answer.text()!r} {answer.text('stderr')[:300]!r}")
        elif answer.text("stderr"):
            self.complain("stderr", name, answer.text("stderr")[:300])

    def interrupt(self, name):
        self.cells += 1
        loop = self.filled(LOOPS[name])
        code = loop if loop.startswith("%") else 'print("begun")\n' + loop
        person = self.person
        try:
            cell = person.start(code, stop_on_error=False)
            if loop.startswith("%timeit"):
                time.sleep(0.5)
            else:
                person.published(cell, self.patience, lambda m: m["msg_type"] == "error" or "begun" in m["content"].get("text", ""))
            time.sleep(self.chance.choice([0.05, 0.2, 0.5, 1]) * self.chance.random())
            sent = time.monotonic()
            person.send("interrupt_request", channel="control")
            reply = person.reply(cell, timeout=self.patience)
            delay = (time.monotonic() - sent) * 1000
            person.published(cell, timeout=self.patience)
        except Exception as failure:
            self.complain("hang", name, f"{type(failure).__name__}")
            person.ask("interrupt_request", channel="control", timeout=10)
            time.sleep(5)
            self.check_worker(name)
            return
        self.delays.setdefault(name, []).append(delay)
        if reply["content"]["status"] != "error":
            if name != "one tensor product" and not name.startswith("huge"):
                self.complain("not interrupted", name, str(reply["content"])[:200])
        elif reply["content"]["ename"] != "Interrupted":
            self.complain("other error", name, f"{reply['content']['ename']}: {reply['content']['evalue']}")
        if delay > 100:
            self.complain("late", name, f"{delay:.0f} ms")
        self.check_worker(name)

    def define(self, name=None):
        """Defines a variable, or gives one another value or another type."""
        chance = self.chance
        known = [v for v in self.values if v.startswith("v")]
        name = chance.choice(known) if known and chance.random() < 0.3 else f"v{self.number}"
        value = chance.randrange(1000)
        code, shown = chance.choice([
            (f"var {name} = {value}", f"{value}"),
            (f"let {name} = \"t{value}\"", f"t{value}"),
            (f"var {name} = [{value}, 2, 3]", f"[{value}, 2, 3]"),
            (f"let {name} = Point(x: {value}).x + 1", f"{value + 1}"),
            (f"let {name} = [\"k\": {value}]", f"[\"k\": {value}]"),
            (f"struct T{self.number} {{ var a = {value}; func f() -> Int {{ a * 2 }} }}\nlet {name} = T{self.number}().f()", f"{value * 2}"),
            (f"func h{self.number}() -> Int {{ {value} }}\nlet {name} = h{self.number}()", f"{value}"),
            (f"let ({name}, w{self.number}) = ({value}, 2)", f"{value}"),
            (f"let {name} = await Task.detached {{ {value} + 1 }}.value", f"{value + 1}"),
        ])
        answer = self.run("define", code)
        if answer is None:
            return
        if answer.status != "ok":
            self.complain("failed", "define", f"{code!r} {answer.content['ename']}: {answer.content['evalue']}")
        else:
            self.values[name] = shown

    def count(self, name=None):
        """The actor and the queues are free, whatever was left half-way."""
        answer = self.run("count", "let before = await counter.count\nprint(await counter.bump() - before, serial.sync { 2 }, wide.sync(flags: .barrier) { 3 })")
        if answer is not None and answer.text() != "1 2 3\n":
            self.complain("wrong", "count", f"{answer.text()!r} {answer.content}")

    def check(self):
        """What earlier cells defined has the right values."""
        names = self.chance.sample(sorted(self.values), min(3, len(self.values)))
        code = "print(" + ", ".join(["sum(short)", "Point().y", *names]) + ", separator: \"|\")"
        answer = self.run("check", code)
        if answer is None:
            return
        expected = "|".join(["6", "2", *(self.values[name] for name in names)]) + "\n"
        if answer.status != "ok" or answer.text() != expected:
            self.complain("wrong", "check", f"{answer.text()!r} instead of {expected!r} {answer.content.get('evalue', '')}")

    def go(self, cells, only=""):
        kinds = [(self.trap, list(TRAPS), 30), (self.interrupt, list(LOOPS), 20), (self.plain, list(PLAIN), 25),
                 (self.throw, list(THROWS), 8), (self.refuse, REFUSED, 5), (self.define, [""], 14), (self.count, [""], 5)]
        kinds = [(do, [n for n in names if only in n], weight) for do, names, weight in kinds]
        kinds = [(do, names, weight) for do, names, weight in kinds if names]
        # Each kind of thing once before any comes again.
        decks = {do: [] for do, _, _ in kinds}
        self.note_memory()
        while self.cells < cells:
            do, names, _ = self.chance.choices(kinds, [weight for _, _, weight in kinds])[0]
            if not decks[do]:
                decks[do] = self.chance.sample(names, len(names))
            self.number += 1
            name = decks[do].pop()
            if verbose:
                print(f"{self.cells} {do.__name__} {name}", flush=True)
            do(name)
            self.check()
            if self.cells % 10 < 2:
                self.note_memory()
        self.note_memory()

    def attribute(self, times, only=""):
        """Runs each kind of cell several times in a row, and prints how much the worker has grown by each."""
        kinds = [(self.trap, TRAPS), (self.interrupt, LOOPS), (self.plain, PLAIN), (self.throw, THROWS), (self.refuse, REFUSED)]
        growths = []
        for do, name in [(do, name) for do, names in kinds for name in names if only in name]:
            # What a kind of cell loads or fills once is no growth.
            for _ in range(3):
                self.number += 1
                do(name)
            time.sleep(0.5)
            before = self.megabytes(self.worker)
            for _ in range(times):
                self.number += 1
                do(name)
            time.sleep(0.5)
            growths.append((self.megabytes(self.worker) - before, do.__name__, name))
            print(f"{growths[-1][0] * 1000 / times:8.0f} kB a cell: {do.__name__} {name}", flush=True)
        growths.sort(reverse=True)
        print(f"{sum(growth for growth, _, _ in growths):.0f} MB by all, most of it by")
        for growth, kind, name in growths[:20]:
            print(f"{growth * 1000 / times:8.0f} kB a cell: {kind} {name}")

    def report(self):
        delays = [d for list in self.delays.values() for d in list]
        print(f"{self.cells} cells, {len(self.troubles)} complaints")
        for kind in sorted({t.kind for t in self.troubles}):
            names = [t.name for t in self.troubles if t.kind == kind]
            print(f"  {kind}: {len(names)}: {', '.join(sorted(set(names)))}")
        if delays:
            print(f"interrupts: {len(delays)}, median {statistics.median(delays):.0f} ms, worst {max(delays):.0f} ms, "
                  f"{sum(d > 100 for d in delays)} later than 100 ms")
        for cells, kernel, worker in self.memory[:: max(1, len(self.memory) // 12)] + self.memory[-1:]:
            print(f"memory after {cells:4} cells: kernel {kernel:.1f} MB, worker {worker:.1f} MB")


verbose = False

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--each", type=int, default=0, help="run each kind so often instead, and attribute memory to kinds")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    verbose = options.verbose
    with tempfile.TemporaryDirectory() as folder:
        install(pathlib.Path(folder))
        soak = Soak(options.seed)
        try:
            if options.each:
                soak.attribute(options.each, options.only)
            else:
                soak.go(options.cells, options.only)
            soak.report()
        finally:
            soak.close()
    sys.exit(bool(soak.troubles))
