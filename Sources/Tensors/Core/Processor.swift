internal import CProcessor
import Notebook

/// The processor that the laboratory was built for and the one that it runs on.
public enum Processor {
    /// The cores that this program may use: those of the machine, or of a container's share of it.
    public static let coreCount = Machine.coreCount

    /// The vector instructions that operations were compiled to: AVX-512, AVX2, or the architecture's least.
    public static var instructions: String {
        martlet_built_for_avx512 ? "AVX-512" : martlet_built_for_avx2 ? "AVX2" : "baseline"
    }

    /// Whether a vector fits one register.
    @inline(__always)
    package static var hasWideRegisters: Bool { martlet_built_for_avx512 }

    /// Stops where this build's instructions would be illegal, before one of them is.
    @inline(__always)
    static func verify() { _ = isSuitable }

    private static let isSuitable: Bool = {
        let missing =
            martlet_built_for_avx512 && !martlet_has_avx512()
            ? "AVX-512" : martlet_built_for_avx2 && !martlet_has_avx2() ? "AVX2" : nil
        if let missing {
            stopCell(
                "this build of Martlet uses \(missing) instructions, which this processor lacks - build it on this "
                    + "machine: swift build -c release")
        }
        return true
    }()
}
