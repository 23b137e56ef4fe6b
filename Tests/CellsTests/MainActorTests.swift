import Kernel
import Testing

/// Cells that use what the main actor guards, as the statements of a script may.
@Suite struct MainActorTests {
    private static let model = """
        @MainActor final class Model {
            var n = 1
            func grow() { n += 1 }
            func at(_ i: Int) -> Int {
                [n][i]
            }
        }
        """

    private func opened() async throws -> Notebook {
        let notebook = try Notebook()
        await notebook.run(Self.model)
        await notebook.run("let model = Model()\nmodel.grow()")
        return notebook
    }

    @Test(arguments: [
        ("model.n", "2"), ("model.n = 5\nmodel.n += 1\nmodel.n", "6"), ("let n = model.n * 2\nn", "4"),
        ("for _ in 0..<3 { model.grow() }\nmodel.n", "5"), ("if model.n > 1 { model.n = 7 }\nmodel.n", "7"),
        ("guard model.n > 1 else { fatalError() }\nmodel.n", "2"), ("defer { model.grow() }\nmodel.n", "2"),
        ("guard let same = Optional(model), same.n > 1 else { fatalError() }\nsame.n", "2"),
        ("@MainActor func score() -> Int { 3 }\nscore() + model.n", "5"), ("await model.grow()\nmodel.n", "3"),
        ("%%fast\nmodel.grow()\nmodel.n", "3"), ("let model = model\nmodel.n", "2"),
        ("#if os(Linux)\nmodel.grow()\nmodel.n\n#endif", "3"),
    ])
    func statementsMayUseIt(text: String, result: String) async throws {
        let page = try await opened().run(text)
        #expect(page.result == result, "\(page)")
    }

    @Test func aFunctionThatIsNobodysMayNot() async throws {
        let error = try #require(await opened().run("func f() -> Int { model.n }").error)
        #expect(error.message.contains("main actor-isolated property 'n'"))
    }

    @Test func theSameCellIsFoundWhereItWasCompiledBefore() async throws {
        for _ in 0..<2 {
            let notebook = try await opened()
            #expect(await notebook.run("let kept = model.n\nlet cut = model.at(5)").error?.name == "Trap")
            #expect(await notebook.run("kept").result == "2")
            #expect(await notebook.run("cut").error?.name == "CompileError")
        }
    }

    @Test func aTrapNamesTheStatementOnce() async throws {
        let error = try #require(await opened().run("model.grow()\nmodel.at(5)").error)
        #expect(
            error.traceback == """
                In[1]:5:12  Index out of range
                  5 |         [n][i]
                    |            ^
                  called from In[3]:2:7
                """)
    }
}
