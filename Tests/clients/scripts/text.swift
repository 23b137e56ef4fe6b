// A tool that reads orders from CSV and JSON, checks them, and writes reports.
import Foundation

// MARK: Model
// ---
struct Money: Hashable, Comparable, Codable, ExpressibleByFloatLiteral, CustomStringConvertible {
    var cents: Int
    init(cents: Int) { self.cents = cents }
    init(floatLiteral value: Double) { cents = Int((value * 100).rounded()) }
    init?(_ text: some StringProtocol) {
        guard let match = String(text).wholeMatch(of: #/(-?)(\d+)(?:\.(\d{1,2}))?/#) else { return nil }
        let whole = Int(match.2)! * 100
        let part = match.3.map { Int($0.count == 1 ? $0 + "0" : $0)! } ?? 0
        cents = match.1.isEmpty ? whole + part : -(whole + part)
    }
    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Money(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is no amount"))
        }
        self = value
    }
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
    static func < (a: Money, b: Money) -> Bool { a.cents < b.cents }
    static func + (a: Money, b: Money) -> Money { Money(cents: a.cents + b.cents) }
    static func * (a: Money, n: Int) -> Money { Money(cents: a.cents * n) }
    static prefix func - (a: Money) -> Money { Money(cents: -a.cents) }
    var description: String { String(format: "%d.%02d", cents / 100, abs(cents % 100)) }
}

extension Sequence where Element == Money {
    func total() -> Money { reduce(Money(cents: 0), +) }
}
// ---
enum Status: String, Codable, CaseIterable, Comparable {
    case new, paid, shipped, cancelled
    static func < (a: Self, b: Self) -> Bool { allCases.firstIndex(of: a)! < allCases.firstIndex(of: b)! }
}

struct Item: Codable, Hashable {
    let sku: String
    var quantity: Int
    var price: Money
    var total: Money { price * quantity }
    enum CodingKeys: String, CodingKey { case sku, quantity = "qty", price }
}
// ---
struct Order: Codable, Identifiable {
    let id: Int
    var customer: String
    var date: Date
    var status: Status
    var items: [Item]
    var note: String?
    var total: Money { items.map(\.total).total() }
}

// MARK: CSV
// ---
enum CSVError: Error, CustomStringConvertible, Equatable {
    case unclosedQuote(line: Int)
    case wrongFieldCount(line: Int, found: Int, expected: Int)
    case badField(line: Int, name: String, text: String)

    var description: String {
        switch self {
        case .unclosedQuote(let line): return "line \(line): a quote does not end"
        case let .wrongFieldCount(line, found, expected): return "line \(line): \(found) fields in place of \(expected)"
        case let .badField(line, name, text): return "line \(line): '\(text)' is no \(name)"
        }
    }
}

/// Splits a text after RFC 4180.
struct CSVParser {
    let text: String
    var separator: Character = ","

    func rows() throws -> [(line: Int, fields: [String])] {
        var rows: [(Int, [String])] = []
        var fields: [String] = [], field = ""
        var isQuoted = false, line = 1, startLine = 1
        var index = text.startIndex
        func next() -> Character? {
            let after = text.index(after: index)
            return after < text.endIndex ? text[after] : nil
        }
        func endRow() {
            fields.append(field)
            if fields != [""] { rows.append((startLine, fields)) }
            (fields, field) = ([], "")
        }
        while index < text.endIndex {
            let c = text[index]
            switch c {
            case "\"" where isQuoted:
                if next() == "\"" {
                    field.append(c)
                    index = text.index(after: index)
                } else {
                    isQuoted = false
                }
            case "\"" where field.isEmpty: isQuoted = true
            case separator where !isQuoted:
                fields.append(field)
                field = ""
            case "\n" where !isQuoted, "\r\n" where !isQuoted:
                endRow()
                line += 1
                startLine = line
            default:
                if c.isNewline { line += 1 }
                field.append(c)
            }
            index = text.index(after: index)
        }
        guard !isQuoted else { throw CSVError.unclosedQuote(line: startLine) }
        if !field.isEmpty || !fields.isEmpty { endRow() }
        return rows
    }
}
// ---
let orderCSV = """
    id,customer,date,status,sku,qty,price,note
    1,Ada Lovelace,2024-03-01,paid,A-1,2,9.99,
    1,Ada Lovelace,2024-03-01,paid,B-7,1,120,"gift wrap, please"
    2,"Babbage, Charles",2024-03-02,new,C-3,10,0.5,"He said ""hurry"" twice"
    3,Grace Hopper,2024-03-05,shipped,A-1,1,9.99,"two
    lines"
    4,Alan Turing,2024-03-08,cancelled,Z-9,3,33.3,
    5,Zoë Müller 🐦,2024-03-09,paid,B-7,2,120,
    """

let dateFormatter: DateFormatter = {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.dateFormat = "yyyy-MM-dd"
    return formatter
}()
// ---
func parseOrders(_ csv: String) throws -> [Order] {
    let rows = try CSVParser(text: csv).rows()
    guard let header = rows.first?.fields else { return [] }
    let column = Dictionary(uniqueKeysWithValues: header.enumerated().map { ($1, $0) })
    var orders: [Int: Order] = [:]
    for (line, fields) in rows.dropFirst() {
        guard fields.count == header.count else {
            throw CSVError.wrongFieldCount(line: line, found: fields.count, expected: header.count)
        }
        func field<T>(_ name: String, _ convert: (String) -> T?) throws -> T {
            let text = fields[column[name]!]
            guard let value = convert(text) else { throw CSVError.badField(line: line, name: name, text: text) }
            return value
        }
        let item = try Item(
            sku: field("sku") { $0 }, quantity: field("qty") { Int($0) }, price: field("price") { Money($0) })
        let id = try field("id") { Int($0) }
        if orders[id] != nil {
            orders[id]!.items.append(item)
        } else {
            orders[id] = try Order(
                id: id, customer: field("customer") { $0 }, date: field("date") { dateFormatter.date(from: $0) },
                status: field("status", Status.init(rawValue:)), items: [item])
        }
        let note = try field("note") { $0 }
        if !note.isEmpty { orders[id]?.note = note }
    }
    return orders.values.sorted { $0.id < $1.id }
}

let orders = try parseOrders(orderCSV)
print("\(orders.count) orders")
for order in orders {
    print("#\(order.id)", order.customer, order.status, order.total, order.note.map { "[\($0)]" } ?? "")
}
// ---
for bad in ["id,customer\n1", "a\n\"open", orderCSV.replacingOccurrences(of: "0.5", with: "cheap")] {
    do {
        _ = try parseOrders(bad)
        print("parsed?!")
    } catch let error as CSVError {
        print("refused:", error)
    } catch {
        print("other:", error)
    }
}

// MARK: JSON
// ---
let encoder = JSONEncoder()
encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
encoder.dateEncodingStrategy = .formatted(dateFormatter)
let decoder = JSONDecoder()
decoder.dateDecodingStrategy = .formatted(dateFormatter)

let json = try encoder.encode(orders[1])
print(String(decoding: json, as: UTF8.self))
let back = try decoder.decode(Order.self, from: json)
assert(back.items == orders[1].items)
// ---
let broken =
    #"{"id": 9, "customer": "X", "date": "2024-01-01", "status": "paid", "items": [{"sku": "A", "qty": 1, "price": "abc"}]}"#
do {
    _ = try decoder.decode(Order.self, from: Data(broken.utf8))
} catch DecodingError.dataCorrupted(let context) {
    print(
        "corrupt at \(context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")):",
        context.debugDescription)
}

/// JSON whose shape is not known beforehand.
@dynamicMemberLookup
indirect enum JSON: Decodable, CustomStringConvertible {
    case null, bool(Bool), number(Double), string(String), array([JSON]), object([String: JSON])

    init(from decoder: any Decoder) throws {
        let c = try decoder.singleValueContainer()
        if c.decodeNil() {
            self = .null
        } else if let b = try? c.decode(Bool.self) {
            self = .bool(b)
        } else if let n = try? c.decode(Double.self) {
            self = .number(n)
        } else if let s = try? c.decode(String.self) {
            self = .string(s)
        } else if let a = try? c.decode([JSON].self) {
            self = .array(a)
        } else {
            self = .object(try c.decode([String: JSON].self))
        }
    }
    subscript(dynamicMember name: String) -> JSON {
        if case .object(let members) = self { return members[name] ?? .null }
        return .null
    }
    subscript(index: Int) -> JSON {
        if case .array(let elements) = self, elements.indices.contains(index) { return elements[index] }
        return .null
    }
    var description: String {
        switch self {
        case .null: "null"
        case .bool(let b): "\(b)"
        case .number(let n): n == n.rounded() ? "\(Int(n))" : "\(n)"
        case .string(let s): "\"\(s)\""
        case .array(let a): "[\(a.map(\.description).joined(separator: ", "))]"
        case .object(let o): "{" + o.sorted { $0.key < $1.key }.map { "\($0): \($1)" }.joined(separator: ", ") + "}"
        }
    }
}
// ---
let loose = try JSONDecoder().decode(
    JSON.self,
    from: Data(
        """
        {"user": {"name": "Zoë", "tags": ["a", "b\\n", null, 2.5, true]}, "n": 3}
        """.utf8))
print(loose.user.name, loose.user.tags[3], loose.user.tags[9], loose)

// MARK: Reports
// ---
struct Report<Key: Hashable & Comparable> {
    let title: String
    let rows: [(key: Key, count: Int, total: Money)]
    init(_ title: String, _ orders: some Collection<Order>, by key: (Order) -> Key) {
        self.title = title
        rows = Dictionary(grouping: orders, by: key)
            .map { key, orders in (key, orders.count, orders.lazy.map(\.total).total()) }
            .sorted { $0.key < $1.key }
    }
    func rendered() -> String {
        let keys = rows.map { "\($0.key)" }
        let width = max(title.count, keys.map(\.count).max() ?? 0)
        var lines = ["\(title.padding(toLength: width, withPad: " ", startingAt: 0))  count     total"]
        lines.append(String(repeating: "-", count: lines[0].count))
        for (name, row) in zip(keys, rows) {
            let total = "\(row.total)"
            lines.append(
                name.padding(toLength: width, withPad: " ", startingAt: 0)
                    + String(format: "  %5d", row.count)
                    + String(repeating: " ", count: max(1, 10 - total.count)) + total)
        }
        return lines.joined(separator: "\n")
    }
}

print(Report("status", orders, by: \.status).rendered())
print(Report("first letter", orders) { String($0.customer.prefix(1)) }.rendered())
// ---
// MARK: Words

let prose = """
    It was the best of times, it was the worst of times, it was the age of wisdom,
    it was the age of foolishness — it was the epoch of belief; it was the epoch of incredulity.
    """
let words = prose.lowercased().matches(of: /\p{Letter}+/).map { String($0.output) }
let frequencies = words.reduce(into: [:]) { counts, word in counts[word, default: 0] += 1 }
let top = frequencies.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5)
print(top.map { "\($0.key)=\($0.value)" }.joined(separator: " "))
// ---
func slug(_ text: String) -> String {
    text.folding(options: .diacriticInsensitive, locale: nil).lowercased()
        .components(separatedBy: CharacterSet.alphanumerics.inverted).filter { !$0.isEmpty }.joined(separator: "-")
}
print(orders.map { slug($0.customer) })
// ---
// MARK: Files

let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "orders-\(ProcessInfo.processInfo.processIdentifier)")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }
for order in orders where order.status != .cancelled {
    try encoder.encode(order).write(to: folder.appendingPathComponent("\(order.id).json"))
}
let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
print(names)
let total = try names.map { name -> Order in
    try decoder.decode(Order.self, from: Data(contentsOf: folder.appendingPathComponent(name)))
}.map(\.total).total()
print("total", total)
guard let most = orders.max(by: { $0.total < $1.total }) else { exit(1) }
print("most:", most.customer, most.total)
