import Foundation
import JupyterWire
import Testing

@Suite struct SignerTests {
    @Test func agreesWithThePublishedVector() throws {
        // RFC 4231, test case 2.
        let signer = try Signer(key: "Jefe")
        let code = signer.signature(of: [Data("what do ya want ".utf8), Data("for nothing?".utf8)])
        #expect(
            String(decoding: code, as: UTF8.self) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test func acceptsOnlyTheWholeSignature() throws {
        let signer = try Signer(key: "key")
        let frames = [Data("{}".utf8)]
        let code = signer.signature(of: frames)
        #expect(signer.accepts(code, of: frames))
        #expect(!signer.accepts(code.dropLast(), of: frames))
        #expect(!signer.accepts(code + Data("0".utf8), of: frames))
        #expect(!signer.accepts(Data(), of: frames))
        for index in code.indices {
            var changed = code
            changed[index] ^= 1
            #expect(!signer.accepts(changed, of: frames))
        }
    }

    @Test func anEmptyKeySwitchesSignaturesOff() throws {
        let signer = try Signer(scheme: "anything", key: "")
        #expect(signer.signature(of: [Data("x".utf8)]).isEmpty)
        #expect(signer.accepts(Data("anything".utf8), of: []))
    }

    @Test func namesASchemeThatItDoesNotKnow() {
        #expect(throws: WireError.unknownSignatureScheme("hmac-md5")) { try Signer(scheme: "hmac-md5", key: "k") }
    }
}
