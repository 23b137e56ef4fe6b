import CSodium
import FoundationEssentials

/// Signs messages with the key of a connection (HMAC-SHA256) and checks signatures.
package struct Signer: Sendable {
    private let key: [UInt8]

    /// A signer for a connection's key and scheme; an empty key switches signatures off, as Jupyter defines it.
    package init(scheme: String = "hmac-sha256", key: String) throws(WireError) {
        guard scheme == "hmac-sha256" || key.isEmpty else { throw .unknownSignatureScheme(scheme) }
        guard sodium_init() >= 0 else { throw .unknownSignatureScheme(scheme) }
        self.key = Array(key.utf8)
    }

    /// Whether messages are signed at all.
    package var isActive: Bool { !key.isEmpty }

    /// The signature over some frames, as lowercase hexadecimal text.
    package func signature(of frames: [Data]) -> Data {
        guard isActive else { return Data() }
        var state = crypto_auth_hmacsha256_state()
        crypto_auth_hmacsha256_init(&state, key, key.count)
        for frame in frames {
            frame.withBytes { _ = crypto_auth_hmacsha256_update(&state, $0.baseAddress, UInt64($0.count)) }
        }
        var code = [UInt8](repeating: 0, count: crypto_auth_hmacsha256_bytes())
        crypto_auth_hmacsha256_final(&state, &code)
        let digits = Array("0123456789abcdef".utf8)
        return Data(code.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    /// Whether a signature fits some frames, in a time that says nothing about where it differs.
    package func accepts(_ signature: Data, of frames: [Data]) -> Bool {
        guard isActive else { return true }
        let expected = self.signature(of: frames)
        guard signature.count == expected.count else { return false }
        return signature.withBytes { given in
            expected.withBytes { sodium_memcmp(given.baseAddress, $0.baseAddress, $0.count) == 0 }
        }
    }
}

extension Data {
    /// The bytes as libsodium takes them.
    fileprivate func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        withUnsafeBytes { body($0.bindMemory(to: UInt8.self)) }
    }
}
