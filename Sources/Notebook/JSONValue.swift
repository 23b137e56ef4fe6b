import Foundation

/// Any JSON value, for what a cell and a front end say to each other.
///
/// Literals stand for it: `comm.send(["step": 3, "loss": 2.5])`.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// The value of a JSON text, or nil where the text is not JSON.
    public init?(text: String) {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) else { return nil }
        self = value
    }

    /// The value as JSON text on one line, the members of objects in the order of their names.
    public var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }

    /// The member of an object, or nil where there is none.
    public subscript(name: String) -> JSONValue? { object?[name] }

    /// The members, where this is an object.
    public var object: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }

    /// The elements, where this is an array.
    public var array: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

    /// The text, where this is a string.
    public var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The truth value, where this is one.
    public var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }

    /// The number, where this is one; front ends write whole numbers without a point.
    public var double: Double? {
        switch self {
        case .int(let int): Double(int)
        case .double(let double): double
        default: nil
        }
    }

    /// The whole number, where this is one.
    public var int: Int? {
        switch self {
        case .int(let int): int
        case .double(let double): Int(exactly: double)
        default: nil
        }
    }

    /// The value where a condition holds, or nil, which is not JSON's null.
    func when(_ condition: Bool) -> JSONValue? { condition ? .some(self) : .none }

    /// The value, a number with the fifteen digits that survive arithmetic: a page that counts in steps of 0.02 from 0.1
    /// says 0.9999999999999999 and means 1.
    var withoutNoise: JSONValue {
        guard case .double(let double) = self else { return self }
        return .double(Double(String(format: "%.15g", double)) ?? double)
    }
}

extension JSONValue: Codable {
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let string = try? value.decode(String.self) {
            self = .string(string)
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let int = try? value.decode(Int.self) {
            self = .int(int)
        } else if let double = try? value.decode(Double.self) {
            self = .double(double)
        } else if let members = try? value.decode([String: JSONValue].self) {
            self = .object(members)
        } else {
            self = .array(try value.decode([JSONValue].self))
        }
    }

    /// Writes the value; a number that is not finite, which JSON cannot say, becomes null.
    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .null: try value.encodeNil()
        case .bool(let bool): try value.encode(bool)
        case .int(let int): try value.encode(int)
        case .double(let double) where !double.isFinite: try value.encodeNil()
        case .double(let double): try value.encode(double)
        case .string(let string): try value.encode(string)
        case .array(let elements): try value.encode(elements)
        case .object(let members): try value.encode(members)
        }
    }
}

extension JSONValue: ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .int(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(nilLiteral: ()) { self = .null }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral members: (String, JSONValue)...) {
        self = .object(Dictionary(members) { _, last in last })
    }
}
