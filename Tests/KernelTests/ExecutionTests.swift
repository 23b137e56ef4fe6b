import Foundation
import JupyterWire
import Kernel
import Notebook
import Synchronization
import Testing

@Suite struct ExecutionTests {
    @Test func whatACellSaysComesInOrderBeforeItsReply() async throws {
        let stage = try Rehearsal(
            ScriptedSession([
                "cell": { _, say in
                    say(.stream(name: "stdout", text: "a"))
                    say(.stream(name: "stdout", text: "b"))
                    say(.stream(name: "stderr", text: "c"))
                    say(.display(MIMEBundle(["text/html": "<b>"]), id: "d", updates: false))
                    say(.stream(name: "stdout", text: "e"))
                    say(.display(MIMEBundle(["text/html": "<i>"]), id: "d", updates: true))
                    say(.clear(wait: true))
                    say(.result(MIMEBundle(["text/plain": "7"])))
                    say(.stream(name: "stdout", text: "f"))
                    return .succeeded
                }
            ]))
        let said = try await stage.exchange("execute_request", ["code": "cell"])
        #expect(
            said.types == [
                "status", "execute_input", "stream", "stream", "display_data", "stream", "update_display_data",
                "clear_output", "execute_result", "stream", "execute_reply", "status",
            ])
        #expect(said[2].content == ["name": "stdout", "text": "ab"])
        #expect(said.content("execute_input") == ["code": "cell", "execution_count": 1])
        #expect(said.content("execute_result")?["data"] == ["text/plain": "7"])
        #expect(said.content("display_data")?["transient"] == ["display_id": "d"])
        #expect(said.content("display_data")?["data"]?["text/plain"] == "")
        let reply = try #require(said.first { $0.type == "execute_reply" })
        #expect(reply.channel == .shell)
        #expect(reply.content == ["status": "ok", "execution_count": 1, "user_expressions": [:], "payload": []])
        #expect(String(decoding: reply.message.metadata, as: UTF8.self).contains("started"))
    }

    @Test func onlyStoredCellsAreCounted() async throws {
        let stage = try Rehearsal()
        func count(_ content: JSONValue) async throws -> JSONValue? {
            try await stage.exchange("execute_request", content).content("execute_reply")?["execution_count"]
        }
        #expect(try await count(["code": "1"]) == 1)
        #expect(try await count(["code": "1", "silent": true]) == 1)
        #expect(try await count(["code": "1", "store_history": false]) == 1)
        #expect(try await count(["code": "  \n"]) == 1)
        #expect(try await count(["code": "1"]) == 2)
    }

    @Test func aSilentCellPublishesNothing() async throws {
        let stage = try Rehearsal(
            ScriptedSession([
                "cell": { _, say in
                    say(.stream(name: "stdout", text: "a"))
                    say(.result(MIMEBundle(["text/plain": "7"])))
                    return .failed(name: "E", message: "m", traceback: [])
                }
            ]))
        let said = try await stage.exchange("execute_request", ["code": "cell", "silent": true])
        #expect(said.types == ["status", "execute_reply", "status"])
    }

    @Test func aFailureAbortsWhatWaitsAndNothingMore() async throws {
        let gate = Event()
        let stage = try Rehearsal(
            ScriptedSession([
                "fails": { _, _ in
                    await gate.happens()
                    return .failed(name: "Trap", message: "overflow", traceback: ["line"])
                }
            ]))
        let failing = try stage.send("execute_request", ["code": "fails"])
        let waiting = try stage.send("execute_request", ["code": "next"])
        gate.signal()
        let said = await stage.all(of: failing)
        #expect(
            said.content("error") == ["ename": "Trap", "evalue": "overflow", "traceback": ["line"]])
        #expect(said.content("execute_reply")?["status"] == "error")
        let aborted = await stage.all(of: waiting)
        #expect(aborted.types == ["status", "execute_reply", "status"])
        #expect(aborted.content("execute_reply")?["status"] == "error")
        #expect(aborted.content("execute_reply")?["ename"] == "Aborted")
        let later = try await stage.exchange("execute_request", ["code": "later"])
        #expect(later.content("execute_reply")?["status"] == "ok")
        #expect(later.content("execute_reply")?["execution_count"] == 2)
    }

    @Test func anInterruptAbortsWhatWaitedAndNotWhatIsSentAfterIt() async throws {
        let gate = Event()
        let stage = try Rehearsal(
            ScriptedSession([
                "loops": { _, _ in
                    await gate.happens()
                    return .failed(name: "Interrupted", message: "", traceback: [])
                }
            ]))
        let looping = try stage.send("execute_request", ["code": "loops"])
        let waiting = try stage.send("execute_request", ["code": "next"])
        _ = try await stage.exchange("interrupt_request", on: .control)
        let later = try stage.send("execute_request", ["code": "later"])
        gate.signal()
        #expect(await stage.all(of: looping).content("execute_reply")?["status"] == "error")
        #expect(await stage.all(of: waiting).content("execute_reply")?["ename"] == "Aborted")
        #expect(await stage.all(of: later).content("execute_reply")?["status"] == "ok")
    }

    @Test func aFailureThatDoesNotStopLetsTheQueueRun() async throws {
        let gate = Event()
        let stage = try Rehearsal(
            ScriptedSession([
                "fails": { _, _ in
                    await gate.happens()
                    return .failed(name: "Trap", message: "", traceback: [])
                }
            ]))
        try stage.send("execute_request", ["code": "fails", "stop_on_error": false])
        let waiting = try stage.send("execute_request", ["code": "next"])
        gate.signal()
        #expect(await stage.all(of: waiting).content("execute_reply")?["status"] == "ok")
    }

    @Test func theNextCellIsPreparedWhileOneRuns() async throws {
        let gate = Event()
        let session = ScriptedSession([
            "first": { _, _ in
                await gate.happens()
                return .succeeded
            }
        ])
        let stage = try Rehearsal(session)
        try stage.send("execute_request", ["code": "first"])
        try stage.send("execute_request", ["code": "second"])
        let third = try stage.send("execute_request", ["code": "third"])
        gate.signal()
        _ = await stage.all(of: third)
        #expect(session.prepared.withLock { $0.map(\.text) } == ["second", "third"])
    }

    @Test func expressionsAreEvaluatedAfterTheCell() async throws {
        let stage = try Rehearsal(
            ScriptedSession([
                "x": { _, say in
                    say(.stream(name: "stdout", text: "not shown"))
                    say(.result(MIMEBundle(["text/plain": "5"])))
                    return .succeeded
                },
                "y": { _, _ in .failed(name: "Unknown", message: "y", traceback: []) },
            ]))
        let said = try await stage.exchange(
            "execute_request", ["code": "cell", "user_expressions": ["a": "x", "b": "y"]])
        let values = said.content("execute_reply")?["user_expressions"]
        #expect(values?["a"] == ["status": "ok", "data": ["text/plain": "5"], "metadata": [:]])
        #expect(values?["b"] == ["status": "error", "ename": "Unknown", "evalue": "y", "traceback": []])
        #expect(!said.types.contains("stream"))
    }

    @Test func questionsGoToWhoeverSentTheCell() async throws {
        let answer = Mutex<String??>(nil)
        let asked = Event()
        let stage = try Rehearsal(
            ScriptedSession([
                "asks": { _, say in
                    let given = Event()
                    say(
                        .question(prompt: "name?", hidden: true) { text in
                            answer.withLock { $0 = .some(text) }
                            given.signal()
                        })
                    asked.signal()
                    await given.happens()
                    return .succeeded
                }
            ]))
        let id = try stage.send("execute_request", ["code": "asks", "allow_stdin": true])
        await asked.happens()
        try stage.send("input_reply", ["value": "Lily"], on: .stdin)
        let said = await stage.all(of: id)
        let question = try #require(said.first { $0.type == "input_request" })
        #expect(question.channel == .stdin)
        #expect(question.message.identities == [Data("client".utf8)])
        #expect(question.content == ["prompt": "name?", "password": true])
        #expect(answer.withLock { $0 } == "Lily")
        _ = try await stage.exchange("execute_request", ["code": "asks"])
        #expect(answer.withLock { $0 } == .some(nil))
    }

    @Test func anInterruptWithdrawsTheQuestion() async throws {
        let asked = Event()
        let session = ScriptedSession([
            "asks": { _, say in
                let given = Event()
                say(.question(prompt: "", hidden: false) { _ in given.signal() })
                asked.signal()
                await given.happens()
                return .failed(name: "Interrupted", message: "", traceback: [])
            }
        ])
        let stage = try Rehearsal(session)
        let id = try stage.send("execute_request", ["code": "asks", "allow_stdin": true])
        await asked.happens()
        let reply = try await stage.exchange("interrupt_request", on: .control)
        #expect(reply.content("interrupt_reply") == ["status": "ok"])
        #expect(await stage.all(of: id).content("execute_reply")?["status"] == "error")
        #expect(session.interrupts.withLock { $0 } == 1)
    }

    @Test func outputBeyondTheLimitIsLeftOutWithANote() async throws {
        let stage = try Rehearsal(
            ScriptedSession([
                "floods": { _, say in
                    for _ in 0..<100 { say(.stream(name: "stdout", text: "0123456789")) }
                    return .succeeded
                }
            ]), outputLimit: 100)
        let said = try await stage.exchange("execute_request", ["code": "floods"])
        let streams = said.filter { $0.type == "stream" }
        #expect(streams.first?.content["text"]?.string?.count == 100)
        #expect(streams.last?.content["name"] == "stderr")
        #expect(streams.count == 2)
    }

    @Test func aHugePlainTextIsCutWithANote() async throws {
        let stage = try Rehearsal(
            ScriptedSession([
                "huge": { _, say in
                    say(.result(MIMEBundle(["text/plain": String(repeating: "é", count: 1_000_000)])))
                    return .succeeded
                }
            ]))
        let text = try await stage.exchange("execute_request", ["code": "huge"])
            .content("execute_result")?["data"]?["text/plain"]?.string
        #expect(text?.hasSuffix("\n... 1800000 more bytes are not shown; print the value to see it whole") == true)
    }

    @Test func payloadsAreInTheReply() async throws {
        let stage = try Rehearsal(
            ScriptedSession([
                "cell": { _, say in
                    say(.page(MIMEBundle(["text/plain": "p"])))
                    say(.nextInput("let y = 2"))
                    return .succeeded
                }
            ]))
        let payload = try await stage.exchange("execute_request", ["code": "cell"]).content("execute_reply")?["payload"]
        #expect(
            payload == [
                ["source": "page", "data": ["text/plain": "p"], "start": 0],
                ["source": "set_next_input", "text": "let y = 2", "replace": false],
            ])
    }

    @Test func jsonRepresentationsAreValuesNotText() async throws {
        let stage = try Rehearsal(
            ScriptedSession([
                "cell": { _, say in
                    say(
                        .result(
                            MIMEBundle(
                                ["application/json": "{\"a\": [1, null]}", "text/plain": "x"],
                                metadata: ["application/json": "{\"expanded\": true}"])))
                    return .succeeded
                }
            ]))
        let result = try await stage.exchange("execute_request", ["code": "cell"]).content("execute_result")
        #expect(result?["data"]?["application/json"] == ["a": [1, .null]])
        #expect(result?["metadata"] == ["application/json": ["expanded": true]])
    }
}

extension Event {
    /// Waits without keeping a thread.
    func happens() async {
        while !wait(seconds: 0) { try? await Task.sleep(for: .milliseconds(1)) }
    }
}
