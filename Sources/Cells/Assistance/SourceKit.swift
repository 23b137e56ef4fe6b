import CSourceKit
import Glibc

/// The toolchain's sourcekitd in this process: the compiler's front end, which answers questions about source text.
///
/// It is opened at run time, from the toolchain that compiles the cells. Requests are made one at a time.
final class SourceKit {
    /// An interned name of the protocol's.
    typealias Name = sourcekitd_uid_t

    /// The index that stands for the end of an array: `(size_t)(-1)`.
    private static let atEnd = Int(bitPattern: UInt.max)

    let calls: Calls
    private var names: [String: Name] = [:]
    /// The texts behind names, which never change.
    private var texts: [Name: String] = [:]

    /// Opens the library.
    ///
    /// - Throws: `SourceKitError` where it is missing or is not one that can be used.
    init(library: String) throws(SourceKitError) {
        calls = try Calls(library: library)
        calls.initialize()
    }

    /// The interned form of a key or value such as `key.offset`.
    func name(_ text: String) throws(SourceKitError) -> Name {
        if let name = names[text] { return name }
        guard let name = calls.uid(text) else { throw SourceKitError("sourcekitd does not know \(text)") }
        names[text] = name
        return name
    }

    /// The text of an interned name.
    func text(of name: Name) -> String {
        if let text = texts[name] { return text }
        let text = calls.uidText(name).map { String(cString: $0) } ?? ""
        texts[name] = text
        return text
    }

    /// Sends a request and waits for its answer.
    ///
    /// - Throws: `SourceKitError` with what sourcekitd says where it refuses.
    func send(_ request: SourceKitRequest) throws(SourceKitError) -> SourceKitResponse {
        guard let object = try encode(request) else { throw SourceKitError("sourcekitd takes no request") }
        defer { calls.release(object) }
        guard let response = calls.send(object) else { throw SourceKitError("sourcekitd did not answer") }
        let answer = SourceKitResponse(response, of: self)
        if calls.isError(response) {
            throw SourceKitError(calls.errorText(response).map { String(cString: $0) } ?? "sourcekitd refused")
        }
        return answer
    }

    private func encode(_ request: SourceKitRequest) throws(SourceKitError) -> sourcekitd_object_t? {
        guard let object = calls.dictionary(nil, nil, 0) else { return nil }
        calls.setName(object, try name("key.request"), try name("source.request.\(request.kind)"))
        for (key, value) in request.values {
            let key = try name("key.\(key)")
            switch value {
            case .text(let text): calls.setString(object, key, text)
            case .number(let number): calls.setNumber(object, key, Int64(number))
            case .texts(let texts):
                guard let array = calls.array(nil, 0) else { return nil }
                for text in texts { calls.append(array, Self.atEnd, text) }
                calls.setValue(object, key, array)
                calls.release(array)
            }
        }
        return object
    }
}

/// What is asked of sourcekitd: a kind such as `codecomplete`, and values by key, both without their prefixes.
struct SourceKitRequest {
    enum Value {
        case text(String)
        case number(Int)
        case texts([String])
    }

    let kind: String
    let values: [String: Value]
}

/// Why sourcekitd did not answer.
package struct SourceKitError: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

extension SourceKit {
    /// The functions of the library.
    struct Calls {
        let initialize: sourcekitd_initialize_f
        let uid: sourcekitd_uid_get_from_cstr_f
        let uidText: sourcekitd_uid_get_string_ptr_f
        let dictionary: sourcekitd_request_dictionary_create_f
        let setValue: sourcekitd_request_dictionary_set_value_f
        let setString: sourcekitd_request_dictionary_set_string_f
        let setNumber: sourcekitd_request_dictionary_set_int64_f
        let setName: sourcekitd_request_dictionary_set_uid_f
        let array: sourcekitd_request_array_create_f
        let append: sourcekitd_request_array_set_string_f
        let release: sourcekitd_request_release_f
        let send: sourcekitd_send_request_sync_f
        let dispose: sourcekitd_response_dispose_f
        let isError: sourcekitd_response_is_error_f
        let errorText: sourcekitd_response_error_get_description_f
        let value: sourcekitd_response_get_value_f
        let member: sourcekitd_variant_dictionary_get_value_f
        let string: sourcekitd_variant_dictionary_get_string_f
        let number: sourcekitd_variant_dictionary_get_int64_f
        let memberName: sourcekitd_variant_dictionary_get_uid_f
        let count: sourcekitd_variant_array_get_count_f
        let element: sourcekitd_variant_array_get_value_f

        init(library: String) throws(SourceKitError) {
            guard let handle = dlopen(library, RTLD_NOW | RTLD_LOCAL) else {
                throw SourceKitError("\(library) cannot be opened: \(dlerror().map { String(cString: $0) } ?? "")")
            }
            func find<Function>(_ name: String) throws(SourceKitError) -> Function {
                guard let symbol = dlsym(handle, "sourcekitd_\(name)") else {
                    throw SourceKitError("\(library) has no sourcekitd_\(name)")
                }
                return unsafeBitCast(symbol, to: Function.self)
            }
            initialize = try find("initialize")
            uid = try find("uid_get_from_cstr")
            uidText = try find("uid_get_string_ptr")
            dictionary = try find("request_dictionary_create")
            setValue = try find("request_dictionary_set_value")
            setString = try find("request_dictionary_set_string")
            setNumber = try find("request_dictionary_set_int64")
            setName = try find("request_dictionary_set_uid")
            array = try find("request_array_create")
            append = try find("request_array_set_string")
            release = try find("request_release")
            send = try find("send_request_sync")
            dispose = try find("response_dispose")
            isError = try find("response_is_error")
            errorText = try find("response_error_get_description")
            value = try find("response_get_value")
            member = try find("variant_dictionary_get_value")
            string = try find("variant_dictionary_get_string")
            number = try find("variant_dictionary_get_int64")
            memberName = try find("variant_dictionary_get_uid")
            count = try find("variant_array_get_count")
            element = try find("variant_array_get_value")
        }
    }
}
