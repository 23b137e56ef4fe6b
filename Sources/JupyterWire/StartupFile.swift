import FoundationEssentials
import Glibc

/// The file that a kernel is started with: where to bind, or where to say where it bound.
package enum StartupFile: Hashable, Sendable {
    case connection(Connection)
    case registration(Registration)

    /// Reads a connection file or a registration file, and takes away the permission of others to read it.
    package init(path: String) throws(WireError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw .unreadableFile(path, "it cannot be read")
        }
        Self.makePrivate(path)
        do {
            let decoder = JSONDecoder()
            if try decoder.decode(Kind.self, from: data).registrationPort != nil {
                self = .registration(try decoder.decode(Registration.self, from: data))
            } else {
                self = .connection(try decoder.decode(Connection.self, from: data))
            }
        } catch {
            throw .unreadableFile(path, DecodingError.sentence(for: error))
        }
    }

    private struct Kind: Decodable {
        let registrationPort: Int?
        enum CodingKeys: String, CodingKey { case registrationPort = "registration_port" }
    }

    private static func makePrivate(_ path: String) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & 0o077 != 0 { chmod(path, status.st_mode & 0o7700) }
    }
}

extension Connection {
    /// Writes the connection file, readable by its owner only, as one step.
    package func write(to path: String) throws(WireError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { throw .unwritableFile(path) }
        let temporary = "\(path).\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { throw .unwritableFile(path) }
        let written = data.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
        guard written == data.count, rename(temporary, path) == 0 else {
            unlink(temporary)
            throw .unwritableFile(path)
        }
    }
}

extension DecodingError {
    /// What is wrong with a JSON text, in one sentence without the text itself, which may hold a key.
    static func sentence(for error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "the field '\(key.stringValue)' is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "the field '\(context.codingPath.map(\.stringValue).joined(separator: "."))' has the wrong type"
        case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
            "the field '\(context.codingPath.map(\.stringValue).joined(separator: "."))' has no valid value"
        default: "it is not JSON"
        }
    }
}
