import Foundation
import Testing

import Cells

@Suite struct PackageReferenceTests {
    @Test(
        arguments: [
            ("https://github.com/apple/swift-log", "swift-log", nil),
            ("https://github.com/apple/swift-log.git 1.2.0", "swift-log", "1.2.0"),
            ("git@github.com:apple/swift-log.git main", "swift-log", "main"),
            ("\"file:///a b/c\" 1.0", "c", "1.0"),
        ] as [(String, String, String?)])
    func readsURLs(argument: String, name: String, version: String?) throws {
        let reference = try PackageReference(argument, in: "/")
        #expect(reference.name == name)
        #expect(reference.version == version)
    }

    @Test func readsFolders() throws {
        let place = URL(filePath: NSTemporaryDirectory()).appending(path: "references-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: place) }
        try FileManager.default.createDirectory(
            at: place.appending(path: "My Package"), withIntermediateDirectories: true)
        try "".write(to: place.appending(path: "My Package/Package.swift"), atomically: true, encoding: .utf8)
        for argument in ["My Package", "\"My Package\"", "./My Package/", "\(place.path)/My Package"] {
            #expect(try PackageReference(argument, in: place.path).name == "My Package")
        }
        #expect(throws: PackageFailure("%package: a folder has no versions; leave '1.0' out.")) {
            try PackageReference("\"My Package\" 1.0", in: place.path)
        }
    }
}
