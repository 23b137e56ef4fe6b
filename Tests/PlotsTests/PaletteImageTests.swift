import Foundation
import Testing

import Plots

@Suite struct PaletteImageTests {
    /// Inflated by Python's zlib, an implementation that is not ours.
    @Test(arguments: [1, 5, 300])
    func compressedBytesComeBackFromZlib(seed: Int) throws {
        var state = UInt64(seed)
        let bytes: [UInt8] = (0..<seed * 131).map { index in
            state = state &* 6_364_136_223_846_793_005 &+ 1
            return index % 7 < 4 ? UInt8(index % 40) : UInt8(state >> 56)
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(Deflate.zlib(bytes)).write(to: folder.appendingPathComponent("packed"))
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.currentDirectoryURL = folder
        python.arguments = [
            "python3", "-c", "import zlib; open('plain', 'wb').write(zlib.decompress(open('packed', 'rb').read()))",
        ]
        try python.run()
        python.waitUntilExit()
        #expect(python.terminationStatus == 0)
        #expect(try Data(contentsOf: folder.appendingPathComponent("plain")) == Data(bytes))
    }

    @Test func aLargeHeatMapIsSmall() {
        var pattern = [[Double]](repeating: [Double](repeating: 0, count: 256), count: 256)
        for row in 0..<256 {
            for column in 0...row { pattern[row][column] = Double((column * 7919 + row * 104_729) % 997) / 997 }
        }
        #expect(HeatMap(pattern).svg.source.utf8.count < 70_000)
        let huge = [[Double]](repeating: [Double](repeating: 0.5, count: 3000), count: 3000)
        #expect(HeatMap(huge).svg.source.utf8.count < 20_000)
    }
}
