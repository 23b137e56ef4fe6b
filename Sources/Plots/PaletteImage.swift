import Foundation

/// A picture of few colours as a PNG file: one byte a pixel, which names a colour of the palette.
///
/// The format: W3C, Portable Network Graphics (Third Edition).
struct PaletteImage {
    let bytes: [UInt8]

    /// A picture from palette indices, row by row.
    ///
    /// - Parameter palette: at most 256 colours: red, green, blue, opacity, each from 0 to 1.
    init(width: Int, height: Int, pixels: [UInt8], palette: [SIMD4<Double>]) {
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        let size = PaletteImage.bigEndian(UInt32(width)) + PaletteImage.bigEndian(UInt32(height))
        PaletteImage.append("IHDR", size + [8, 3, 0, 0, 0], to: &file)
        let colors = palette.prefix(256).map { color in (0..<4).map { UInt8((color[$0] * 255).rounded()) } }
        PaletteImage.append("PLTE", colors.flatMap { $0.prefix(3) }, to: &file)
        PaletteImage.append("tRNS", colors.map { $0[3] }, to: &file)
        var rows: [UInt8] = []
        rows.reserveCapacity((width + 1) * height)
        for row in 0..<height {
            rows.append(0)
            rows += pixels[row * width..<(row + 1) * width]
        }
        PaletteImage.append("IDAT", Deflate.zlib(rows), to: &file)
        PaletteImage.append("IEND", [], to: &file)
        bytes = file
    }

    /// The file as the address of an image element.
    var dataURL: String { "data:image/png;base64," + Data(bytes).base64EncodedString() }

    private static func append(_ type: String, _ content: [UInt8], to file: inout [UInt8]) {
        let checked = Array(type.utf8) + content
        file += bigEndian(UInt32(content.count)) + checked + bigEndian(crc(of: checked))
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
    }

    private static func crc(of bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { $0 >> 8 ^ remainders[Int(($0 ^ UInt32($1)) & 255)] }
    }

    private static let remainders: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
    }
}
