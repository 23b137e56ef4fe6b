import Foundation

/// Why a file is no table.
public struct TableError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, and what is wrong with it.
    public let description: String

    package init(description: String) { self.description = description }
}

extension Table {
    /// The rows of a file of comma-separated values (RFC 4180), whose first line has the headings.
    ///
    /// Cells in quotes may hold separators, line ends and, doubled, quotes. What a row lacks is empty.
    ///
    /// - Parameter separator: what stands between cells: a comma, or such as `"\t"` or `";"`.
    /// - Throws: `TableError` that names the file and what is wrong with it.
    public init(csv path: String, separator: Unicode.Scalar = ",") throws(TableError) {
        let path = path.hasPrefix("~/") ? NSHomeDirectory() + path.dropFirst() : path
        let data: Data
        do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw TableError(description: "\(path): cannot be read: \(error.localizedDescription)")
        }
        guard separator.isASCII, separator != "\"" else {
            throw TableError(description: "\(path): '\(separator)' cannot stand between cells")
        }
        var reader = CSVReader(bytes: Array(data), separator: UInt8(separator.value))
        let rows = reader.rows()
        if let line = reader.openQuote {
            throw TableError(description: "\(path):\(line): the quote that begins here does not end")
        }
        self.init(columns: rows.first ?? [], rows: Array(rows.dropFirst()))
    }
}

/// Reads comma-separated values.
private struct CSVReader {
    let bytes: [UInt8]
    let separator: UInt8
    /// The line of a quote that does not end.
    private(set) var openQuote: Int?

    init(bytes: [UInt8], separator: UInt8) { (self.bytes, self.separator) = (bytes, separator) }

    /// All rows but empty lines.
    mutating func rows() -> [[String]] {
        let (quote, newline, carriageReturn) = (UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r"))
        var rows: [[String]] = []
        var row: [String] = []
        var cell: [UInt8] = []
        // Programs of Windows write a mark before the text.
        var place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var line = 1
        var quoteLine: Int?
        func endCell() { row.append(String(decoding: cell, as: UTF8.self)); cell.removeAll(keepingCapacity: true) }
        func endRow() {
            endCell()
            if row != [""] { rows.append(row) }
            row = []
        }
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            if byte == newline { line += 1 }
            if quoteLine != nil {
                if byte != quote {
                    cell.append(byte)
                } else if place < bytes.count, bytes[place] == quote {
                    cell.append(byte)
                    place += 1
                } else {
                    quoteLine = nil
                }
            } else if byte == quote, cell.isEmpty {
                quoteLine = line
            } else if byte == separator {
                endCell()
            } else if byte == newline {
                endRow()
            } else if byte == carriageReturn, place == bytes.count || bytes[place] == newline {
                continue
            } else {
                cell.append(byte)
            }
        }
        openQuote = quoteLine
        if !cell.isEmpty || !row.isEmpty { endRow() }
        return rows
    }
}
