import CSourceKit

/// An answer of sourcekitd's, which is freed with this object. Its values are read in place.
final class SourceKitResponse {
    private let response: sourcekitd_response_t
    let kit: SourceKit

    init(_ response: sourcekitd_response_t, of kit: SourceKit) {
        self.response = response
        self.kit = kit
    }

    deinit { kit.calls.dispose(response) }

    /// The dictionary that the answer is.
    var root: SourceKitValue { SourceKitValue(kit.calls.value(response), in: self) }
}

/// A value in an answer; it keeps the answer alive.
struct SourceKitValue {
    private let variant: sourcekitd_variant_t
    private let response: SourceKitResponse

    init(_ variant: sourcekitd_variant_t, in response: SourceKitResponse) {
        self.variant = variant
        self.response = response
    }

    private var kit: SourceKit { response.kit }

    /// The text under a key such as `key.name`.
    func text(_ key: SourceKit.Name) -> String? {
        kit.calls.string(variant, key).map { String(cString: $0) }
    }

    /// The bytes of the text under a key, where making a string of it would cost too much.
    func bytes(_ key: SourceKit.Name) -> UnsafePointer<CChar>? { kit.calls.string(variant, key) }

    /// The number under a key; 0 where there is none.
    func number(_ key: SourceKit.Name) -> Int { Int(kit.calls.number(variant, key)) }

    /// The text of the interned name under a key.
    func name(_ key: SourceKit.Name) -> String {
        kit.calls.memberName(variant, key).map { kit.text(of: $0) } ?? ""
    }

    /// The elements of the array under a key.
    func elements(_ key: SourceKit.Name) -> some Sequence<SourceKitValue> {
        let array = kit.calls.member(variant, key)
        return (0..<kit.calls.count(array)).lazy.map { SourceKitValue(kit.calls.element(array, $0), in: response) }
    }
}
