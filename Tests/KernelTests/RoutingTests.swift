import Cells
import Foundation
import JupyterWire
import Kernel
import Notebook
import Testing

@Suite struct RoutingTests {
    struct Oracle: Assistant {
        func complete(_ text: String, at cursor: Int) async -> Completion? {
            Completion(
                matches: [Completion.Match(text: "append", kind: "function", signature: "(Int)")],
                range: cursor - 2..<cursor)
        }
        func inspect(_ text: String, at cursor: Int, detail: InspectionDetail) async -> MIMEBundle? {
            text == "nothing" ? nil : MIMEBundle(["text/plain": "\(text) \(cursor) \(detail)"])
        }
        func shutdown() {}
    }

    @Test(arguments: [Channels.Channel.shell, .control])
    func theKernelSaysWhatItIsWhileACellRuns(on channel: Channels.Channel) async throws {
        let gate = Event()
        let stage = try Rehearsal(
            ScriptedSession([
                "long": { _, _ in
                    await gate.happens()
                    return .succeeded
                }
            ]))
        let long = try stage.send("execute_request", ["code": "long"])
        let said = try await stage.exchange("kernel_info_request", on: channel)
        #expect(said.types == ["status", "kernel_info_reply", "status"])
        #expect(said[1].channel == channel)
        let information = try #require(said.content("kernel_info_reply"))
        #expect(information["protocol_version"] == "5.6")
        #expect(information["supported_features"] == ["kernel subshells"])
        #expect(information["language_info"]?["file_extension"] == ".swift")
        gate.signal()
        _ = await stage.all(of: long)
    }

    @Test func codeIsCompletedAndInspectedInCodePoints() async throws {
        let stage = try Rehearsal(assistant: Oracle())
        let completed = try await stage.exchange("complete_request", ["code": "🐦.ap", "cursor_pos": 4])
        let reply = try #require(completed.content("complete_reply"))
        #expect(reply["matches"] == ["append"])
        #expect(reply["cursor_start"] == 2)
        #expect(reply["cursor_end"] == 4)
        let inspected = try await stage.exchange(
            "inspect_request", ["code": "🐦x", "cursor_pos": 99, "detail_level": 1])
        #expect(inspected.content("inspect_reply")?["data"] == ["text/plain": "🐦x 2 declaration"])
        let unknown = try await stage.exchange("inspect_request", ["code": "nothing"])
        #expect(unknown.content("inspect_reply") == ["status": "ok", "found": false, "data": [:], "metadata": [:]])
    }

    @Test func aNameWithAQuestionMarkOpensThePager() async throws {
        let stage = try Rehearsal(assistant: Oracle())
        let reply = try await stage.exchange("execute_request", ["code": " print?\n"]).content("execute_reply")
        #expect(reply?["payload"] == [["source": "page", "data": ["text/plain": "print 5 documentation"], "start": 0]])
        let inquiry = try #require(NameInquiry("Array.map??"))
        #expect(inquiry.name == "Array.map")
        #expect(inquiry.detail == .declaration)
        #expect(NameInquiry("?print")?.name == "print" && NameInquiry("%%fast?")?.name == "%%fast")
        for code in ["x ? y : z", "x???", "?", "let a = b?", "3?", "a b?", "%?", "??x?"] {
            #expect(NameInquiry(code) == nil)
        }
    }

    @Test func completenessIsTold() async throws {
        let stage = try Rehearsal()
        let open = try await stage.exchange("is_complete_request", ["code": "func f() {"])
        #expect(open.content("is_complete_reply") == ["status": "incomplete", "indent": "    "])
        let whole = try await stage.exchange("is_complete_request", ["code": "1"])
        #expect(whole.content("is_complete_reply") == ["status": "complete"])
    }

    @Test func subshellsRunBesideTheMainShell() async throws {
        let gate = Event()
        let stage = try Rehearsal(
            ScriptedSession([
                "long": { _, _ in
                    await gate.happens()
                    return .succeeded
                },
                "lane": { cell, say in
                    say(.result(MIMEBundle(["text/plain": cell.lane ?? "main"])))
                    return .succeeded
                },
            ]))
        let created = try await stage.exchange("create_subshell_request", on: .control)
        let id = try #require(created.content("create_subshell_reply")?["subshell_id"]?.string)
        #expect(
            try await stage.exchange("list_subshell_request", on: .control).content("list_subshell_reply")?[
                "subshell_id"] == [.string(id)])
        let long = try stage.send("execute_request", ["code": "long"])
        let said = try await stage.exchange("execute_request", ["code": "lane"], subshell: id)
        #expect(said.content("execute_result")?["data"]?["text/plain"]?.string == id)
        gate.signal()
        _ = await stage.all(of: long)
        #expect(
            try await stage.exchange("delete_subshell_request", ["subshell_id": .string(id)], on: .control).content(
                "delete_subshell_reply") == ["status": "ok"])
        let gone = try await stage.exchange("execute_request", ["code": "1"], subshell: id)
        #expect(gone.types == ["status", "execute_reply", "status"])
        #expect(gone.content("execute_reply")?["ename"] == "UnknownSubshell")
        #expect(
            try await stage.exchange("delete_subshell_request", ["subshell_id": .string(id)], on: .control).content(
                "delete_subshell_reply")?["status"] == "error")
    }

    @Test func commsOfUnknownTargetsAreClosed() async throws {
        let session = ScriptedSession(targets: ["known"])
        let stage = try Rehearsal(session)
        let refused = try await stage.exchange("comm_open", ["comm_id": "1", "target_name": "unknown", "data": [:]])
        #expect(refused.content("comm_close")?["comm_id"] == "1")
        let taken = try await stage.exchange("comm_open", ["comm_id": "2", "target_name": "known", "data": ["a": 1]])
        #expect(taken.types == ["status", "status"])
        #expect(
            try await stage.exchange("comm_info_request").content("comm_info_reply")?["comms"] == [
                "2": ["target_name": "known"]
            ])
        _ = try await stage.exchange("comm_msg", ["comm_id": "2", "data": ["b": [.double(1.5), "x"]]])
        _ = try await stage.exchange("comm_msg", ["comm_id": "none", "data": [:]])
        _ = try await stage.exchange("comm_close", ["comm_id": "2", "data": [:]])
        #expect(session.received.withLock { $0.map(\.id) } == ["1", "2", "2", "2"])
        #expect(
            try await stage.exchange("comm_info_request", ["target_name": "known"]).content("comm_info_reply")?["comms"]
                == [:])
    }

    @Test func whatAWidgetsHandlerSaysStandsBelowItsCell() async throws {
        let session = ScriptedSession(
            [
                "open": { _, output in
                    output(.comm(CommMessage(.open(target: "jupyter.widget"), id: "slider")))
                    return .succeeded
                }
            ],
            reaction: { request in
                [
                    .comm(CommMessage(.message, id: "slider", data: #"{"method":"echo_update"}"#)),
                    .stream(name: "stdout", text: request),
                ]
            })
        let stage = try Rehearsal(session)
        let cell = try stage.send("execute_request", ["code": "open"])
        #expect(await stage.all(of: cell).content("comm_open")?["comm_id"] == "slider")
        let moved = try await stage.exchange("comm_msg", ["comm_id": "slider", "data": ["method": "update"]])
        // The page waits for the echo of its own message; the text belongs to the cell that made the slider.
        #expect(moved.types == ["status", "comm_msg", "status"])
        #expect(stage.said(under: cell).content("stream")?["text"] == .string(cell))
    }

    @Test func aDebuggerIsNotPretended() async throws {
        let stage = try Rehearsal()
        let reply = try await stage.exchange(
            "debug_request", ["type": "request", "command": "debugInfo", "seq": 3], on: .control)
        #expect(reply.content("debug_reply")?["success"] == true)
        #expect(reply.content("debug_reply")?["body"]?["isStarted"] == false)
        #expect(reply.content("debug_reply")?["request_seq"] == 3)
        let attach = try await stage.exchange("debug_request", ["type": "request", "command": "attach"], on: .control)
        #expect(attach.content("debug_reply")?["success"] == false)
    }

    @Test(arguments: ["execute_request", "complete_request", "inspect_request", "is_complete_request"])
    func aRequestWithoutItsFieldsIsAnsweredWithAnError(type: String) async throws {
        let stage = try Rehearsal()
        for content in [[:], ["code": 7], ["code": .null]] as [JSONValue] {
            let said = try await stage.exchange(type, content)
            #expect(said.count == 3)
            #expect(said[1].content["status"] == "error")
            #expect(said[1].content["ename"] == "BadRequest")
        }
    }

    @Test func anUnknownRequestIsNotAnswered() async throws {
        let stage = try Rehearsal()
        #expect(try await stage.exchange("dance_request").types == ["status", "status"])
    }

    @Test func usageNamesTheKernelsProcesses() async throws {
        let stage = try Rehearsal()
        let usage = try await stage.exchange("usage_request", on: .control).content("usage_reply")
        guard case .array(let processes) = usage?["processes"], case .int(let memory) = usage?["kernel_memory"] else {
            Issue.record("no processes")
            return
        }
        #expect(processes.contains { $0["pid"] == .int(Int(getpid())) })
        #expect(memory > 1 << 20)
    }
}
