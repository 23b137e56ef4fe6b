import Foundation
import JupyterWire
import Testing

@Suite struct ReplayGuardTests {
    @Test func admitsEachSignatureOnce() {
        var replays = ReplayGuard()
        #expect(replays.admits(Data([1])))
        #expect(!replays.admits(Data([1])))
        #expect(replays.admits(Data([2])))
    }

    @Test func remembersAtLeastHalfItsCapacityAndForgetsTheRest() {
        var replays = ReplayGuard(capacity: 100)
        for number in 0..<500 { #expect(replays.admits(Data("\(number)".utf8))) }
        for number in 451..<500 { #expect(!replays.admits(Data("\(number)".utf8))) }
        let old = (0..<300).count { replays.admits(Data("\($0)".utf8)) }
        #expect(old > 0)
    }
}
