import Foundation
import JupyterWire
import Notebook
import Testing

@Suite struct MessageTests {
    let signer: Signer
    let header =
        #"{"msg_id":"1","session":"s","username":"u","date":"","msg_type":"execute_request","version":"5.3","someMore":[1]}"#

    init() throws { signer = try Signer(key: "secret") }

    func frames(_ parts: [String], route: [String] = ["client"], signature: Data? = nil, buffers: [Data] = []) -> [Data]
    {
        let signed = parts.map { Data($0.utf8) }
        return route.map { Data($0.utf8) } + [Data("<IDS|MSG>".utf8), signature ?? signer.signature(of: signed)]
            + signed
            + buffers
    }

    @Test func readsWhatAClientSent() throws {
        let buffer = Data([0, 255])
        let message = try Message(
            frames: frames([header, #"{"msg_id":"0"}"#, "{}", #"{"code":"1"}"#], buffers: [buffer]), signer: signer)
        #expect(message.identities == [Data("client".utf8)])
        #expect(message.header.id == "1")
        #expect(message.header.type == "execute_request")
        #expect(message.header.subshell == nil)
        #expect(message.parentID == "0")
        #expect(message.buffers == [buffer])
        #expect(try message.decode([String: String].self) == ["code": "1"])
    }

    @Test func theReplyCarriesTheWholeHeaderOfItsRequest() throws {
        let request = try Message(frames: frames([header, "{}", "{}", "{}"]), signer: signer)
        let writer = MessageWriter(signer: signer)
        let reply = writer.frames("execute_reply", content: Data("{}".utf8), parent: request, route: request.identities)
        let read = try Message(frames: reply, signer: signer)
        #expect(read.identities == request.identities)
        #expect(read.header.type == "execute_reply")
        #expect(read.header.session == writer.session)
        #expect(JSONValue(text: String(decoding: read.parent, as: UTF8.self)) == JSONValue(text: header))
    }

    @Test func saysWhatIsWrongWithAFrame() throws {
        func failure(_ frames: [Data]) -> MalformedMessage? {
            do throws(MalformedMessage) {
                _ = try Message(frames: frames, signer: signer)
                return nil
            } catch { return error }
        }
        #expect(failure([]) == .noDelimiter)
        #expect(failure([Data("noise".utf8)]) == .noDelimiter)
        #expect(failure(frames(["{}", "{}", "{}"])) == .tooFewFrames(4))
        #expect(failure(frames([header, "{}", "{}", "{}"], signature: Data())) == .wrongSignature)
        #expect(failure(frames([header, "{}", "{}", "{"])) == .notAnObject(frame: "content"))
        #expect(failure(frames([header, "[]", "{}", "{}"])) == .notAnObject(frame: "parent header"))
        #expect(failure(frames([header, "{}", "null", "{}"])) == .notAnObject(frame: "metadata"))
        #expect(failure(frames(["7", "{}", "{}", "{}"])) == .notAnObject(frame: "header"))
        #expect(failure(frames(["{}", "{}", "{}", "{}"])) == .badHeader("the field 'msg_id' is missing"))
        let wrongType = #"{"msg_id":1,"session":"s","msg_type":"x"}"#
        #expect(failure(frames([wrongType, "{}", "{}", "{}"])) == .badHeader("the field 'msg_id' has the wrong type"))
        #expect(failure(frames([header, "{}", "{}", String(repeating: "[", count: 100_000)])) != nil)
        #expect(failure(frames([header, "{}", "{}", "\u{0}\u{1}"])) == .notAnObject(frame: "content"))
        let skipped = #"{"msg_id":"1","session":"s","msg_type":"x","more":"\uZZZZ"}"#
        #expect(failure(frames([skipped, "{}", "{}", "{}"])) == .notAnObject(frame: "header"))
    }

    @Test func saysWhichFieldOfAContentIsWrong() throws {
        let message = try Message(frames: frames([header, "{}", "{}", #"{"code":1}"#]), signer: signer)
        do throws(UnusableContent) {
            _ = try message.decode([String: String].self)
            Issue.record("a number was read as text")
        } catch {
            #expect(error.description == "execute_request: the field 'code' has the wrong type")
        }
    }

    @Test func whatJSONCannotHoldIsWrittenAsText() {
        let text = String(decoding: MessageWriter.encode(["x": Double.infinity]), as: UTF8.self)
        #expect(text == #"{"x":"Infinity"}"#)
    }
}
