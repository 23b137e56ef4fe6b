import Foundation
import JupyterWire
import Testing

@Suite struct ReplayGuardTests {
    @Test func admitsEachSignatureOnce() {
        var replays = ReplayGuard()
        let admitted = [1, 1, 2, 1].map { replays.admits(Data([$0])) }
        #expect(admitted == [true, false, true, false])
    }

    @Test func remembersAtLeastHalfItsCapacityAndForgetsTheRest() {
        var replays = ReplayGuard(capacity: 100)
        let fresh = (0..<500).count { replays.admits(Data("\($0)".utf8)) }
        let lately = (451..<500).count { replays.admits(Data("\($0)".utf8)) }
        let longAgo = (0..<300).count { replays.admits(Data("\($0)".utf8)) }
        #expect(fresh == 500)
        #expect(lately == 0)
        #expect(longAgo > 0)
    }
}
