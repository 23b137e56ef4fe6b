import Cells
import Testing

struct AssistanceProcessTests {
    private let nowhere = Surroundings(searchPaths: [], moduleCache: "/tmp")

    @Test(arguments: [["/bin/false"], ["/no/such/program"], ["/bin/sh", "-c", "exec cat"]])
    func aProcessThatDoesNotAnswerIsNoAnswer(command: [String]) async {
        let assistant = AssistanceProcess(command: command, firstPatience: .milliseconds(200)) { nowhere }
        #expect(await assistant.complete("pri", at: 3) == nil)
        #expect(await assistant.inspect("print", at: 3, detail: .documentation) == nil)
        assistant.shutdown()
    }

    @Test func afterShutdownNothingIsStarted() async {
        let assistant = AssistanceProcess(command: ["/bin/false"]) { nowhere }
        assistant.shutdown()
        #expect(await assistant.complete("pri", at: 3) == nil)
        #expect(assistant.processID == nil)
    }
}
