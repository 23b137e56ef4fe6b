import Foundation

/// Rows of texts and numbers under headings: shown as a table, and made of values, of columns or of a CSV file.
///
/// ```swift
/// Table(["model": names, "loss": losses])                 // a column a name
/// Table(run.steps.suffix(5))                              // a row a value, a column a property
///
/// let scores = try Table(csv: "scores.csv")
/// Table(scores.filter { $0["model"] == "8M" })
/// Histogram(scores.numbers("grammar"))
/// ```
public struct Table: RandomAccessCollection, Sendable {
    /// The headings, in order.
    public let columns: [String]
    /// The texts of each row, as many as there are columns.
    private let rows: [[String]]

    /// Rows of texts under headings; what a row lacks is empty, what it has too much is left out.
    public init(columns: [String], rows: [[String]]) {
        self.columns = columns
        self.rows = rows.map { row in
            row.count == columns.count
                ? row
                : Array(row.prefix(columns.count))
                    + Array(repeating: "", count: Swift.max(0, columns.count - row.count))
        }
    }

    /// Named columns, side by side; short ones end in empty cells.
    public init(_ columns: KeyValuePairs<String, [Any]>) {
        let count = columns.map(\.value.count).max() ?? 0
        let rows = (0..<count).map { row in
            columns.map { $0.value.indices.contains(row) ? CellText.of($0.value[row]) : "" }
        }
        self.init(columns: columns.map(\.key), rows: rows)
    }

    /// A row a value: of a structure its properties, of a tuple its elements, of a dictionary its entries.
    @_disfavoredOverload
    public init(_ values: some Sequence) {
        let entries = values.map(CellText.entries)
        var places: [String: Int] = [:]
        var columns: [String] = []
        for (name, _) in entries.joined() where places[name] == nil {
            places[name] = columns.count
            columns.append(name)
        }
        let rows = entries.map { entries in
            var row = Array(repeating: "", count: columns.count)
            for (name, text) in entries { if let place = places[name] { row[place] = text } }
            return row
        }
        self.init(columns: columns, rows: rows)
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { rows.count }

    /// One row, by its number.
    public subscript(position: Int) -> Row { Row(columns: columns, texts: rows[position]) }

    /// The texts of a column.
    public subscript(column: String) -> [String] {
        let place = Self.place(of: column, in: columns)
        return rows.map { $0[place] }
    }

    /// The numbers of a column; nil where there is none.
    public func numbers(_ column: String) -> [Double?] { self[column].map { Double($0) } }

    /// One row of a table.
    public struct Row: Sendable, CustomStringConvertible {
        fileprivate let columns: [String]
        fileprivate let texts: [String]

        /// The text under a heading.
        public subscript(column: String) -> String { texts[Table.place(of: column, in: columns)] }

        /// The number under a heading; nil where there is none.
        public func number(_ column: String) -> Double? { Double(self[column]) }

        /// Headings and texts.
        public var description: String { zip(columns, texts).map { "\($0): \($1)" }.joined(separator: ", ") }

        var entries: [(name: String, text: String)] { zip(columns, texts).map { ($0, $1) } }
    }

    private static func place(of column: String, in columns: [String]) -> Int {
        if let place = columns.firstIndex(of: column) { return place }
        stopCell("table: no column '\(column)' - it has \(columns.map { "'\($0)'" }.joined(separator: ", "))")
    }
}

extension Table: Displayable, CustomStringConvertible {
    /// How many rows are shown of a table that is longer.
    private static let limit = 30

    /// The first rows in columns of letters of equal width.
    public var description: String {
        let shown = [columns] + rows.prefix(Self.limit).map { $0.map { CellText.shortened($0, to: 40) } }
        let widths = columns.indices.map { column in shown.map { $0[column].count }.max() ?? 0 }
        let lines = shown.map { row in
            let cells = row.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                return isNumeric[column] ? space + row[column] : row[column] + space
            }
            return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }
        return (lines + (more.map { [$0] } ?? [])).joined(separator: "\n")
    }

    public var mimeBundle: MIMEBundle {
        let alignments = isNumeric.map { "text-align:\($0 ? "right" : "left")" }
        let head = zip(columns, alignments).map { "<th style=\"\($1)\">\(HTML.escaped($0))</th>" }.joined()
        let body = rows.prefix(Self.limit).map { row in
            let cells = zip(row, alignments).map { text, alignment in
                let style = "\(alignment);vertical-align:top;white-space:pre-wrap;max-width:40em"
                return
                    "<td style=\"\(style)\">\(HTML.escaped(CellText.shortened(text, to: 300, inOneLine: false)))</td>"
            }
            return "<tr>\(cells.joined())</tr>"
        }
        let table = "<table><thead><tr>\(head)</tr></thead><tbody>\(body.joined(separator: "\n"))</tbody></table>"
        return MIMEBundle([
            "text/plain": description, "text/html": table + (more.map { "<p>\($0)</p>" } ?? ""),
        ])
    }

    private var more: String? { count > Self.limit ? "and \(count - Self.limit) more rows" : nil }

    /// Which columns hold numbers only, empty cells aside.
    private var isNumeric: [Bool] {
        columns.indices.map { column in
            let texts = rows.lazy.map { $0[column] }.filter { !$0.isEmpty }
            return !texts.isEmpty && texts.allSatisfy { Double($0) != nil }
        }
    }
}

/// What stands in a cell of a table.
private enum CellText {
    static func of(_ value: Any) -> String {
        if let text = value as? String { return text }
        let mirror = Mirror(reflecting: value)
        if mirror.displayStyle == .optional { return mirror.children.first.map { of($0.value) } ?? "" }
        return ValueText.of(value)
    }

    /// The cells of a row that is a value.
    static func entries(of value: Any) -> [(name: String, text: String)] {
        if let row = value as? Table.Row { return row.entries }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .dictionary:
            return mirror.children.map { child in
                let entry = Mirror(reflecting: child.value).children.map(\.value)
                return (of(entry.first ?? ""), of(entry.last ?? ""))
            }.sorted { $0.0 < $1.0 }
        case .struct, .class, .tuple, .collection:
            let children = mirror.children.enumerated().map { place, child in
                (name: name(of: child.label) ?? "\(place)", text: of(child.value))
            }
            return children.isEmpty ? [("value", of(value))] : children
        default: return [("value", of(value))]
        }
    }

    /// The name of a field; that of a wrapped property without its underscore, and none of those that are only numbers.
    private static func name(of label: String?) -> String? {
        guard let label, !label.hasPrefix(".") else { return nil }
        return label.hasPrefix("_") ? String(label.dropFirst()) : label
    }

    /// A text as it is shown: numbers to six digits, long texts cut.
    static func shortened(_ text: String, to length: Int, inOneLine: Bool = true) -> String {
        if text.count > 8, text.contains("."), let number = Double(text) {
            return String(format: "%.6g", number)
        }
        let line = inOneLine ? text.replacing("\n", with: " ") : text
        return line.count > length ? line.prefix(length - 1) + "…" : line
    }
}
