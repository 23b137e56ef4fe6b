import Cells
import Testing

@Suite(.serialized) struct AdviceTests {
    @Test(arguments: [
        ("let x = None", "Swift writes 'nil'."),
        ("x = 5", "Swift writes 'let x = …' the first time, or 'var x = …' for what changes."),
        ("let name = hello", "If it is a text, Swift writes '\"hello\"'."),
        ("let temperature = 20\ntemprature + 1", "Did you mean 'temperature'?"),
        (
            "struct Parameter {}\nstruct Tensor {}\nfunc matmul(_ a: Tensor) {}\nmatmul(Parameter())",
            "Swift writes 'parameter.value' for the tensor"
        ),
        ("struct Tensor { init(zeros: [Int]) {} }\nTensor(shape: [2, 3])", "Swift writes 'Tensor(zeros: [2, 3])'"),
        ("let (a, b) = (1, 2)\na @ b", "Swift writes 'matmul(a, b)' for the product of two matrices."),
        ("let masked = where(1 > 0, 1, 2)", "Swift writes 'x.where(mask, else: 0)'"),
        ("struct Tensor {}\nfor row in Tensor() { print(row) }", "Swift writes 'for row in x.unstacked()'"),
        ("struct Tensor {}\nTensor().softmax()", "Swift writes 'abs(x)', 'exp(x)' or 'softmax(x)'"),
        ("struct Tensor {}\nTensor() > 2", "Swift writes 'x .> 2' to compare each element"),
        ("struct Tensor {}\nmax(Tensor())", "Swift writes 'values.max()' for a list, and 'x.max()' or"),
        ("sum([1, 2])", "'values.reduce(0, +)'"),
        ("[1].push(2)", "Swift writes 'append(…)'."),
        ("print \"hello\"", "Swift writes 'print(…)', with parentheses."),
        ("let n = 3\nprint(f\"n is {n}\")", "Swift writes values in a text as '\"n is \\(n)\"'."),
        (
            "let d = 2.5, i = 3\ni + d",
            "Swift writes 'Double(…)' around the whole number: it converts nothing by itself."
        ),
        ("if 1 > 0:\n    print(1)", "Swift writes braces in the place of a colon and indentation: 'if … { … }'."),
        ("class Dog:\n    def bark(self):\n        pass", "in the place of a colon and indentation"),
        ("# a comment", "Swift writes comments as '// …'."),
        ("import fundation", "Did you mean 'Foundation'?"),
        ("import numpy as np", "packages of Python are not to be had."),
        ("log(10)", "Swift writes 'log(10.0)' or 'sin(1.0)': a whole number would fit several functions of this name."),
        ("pritn(1)", "Did you mean 'print'?"),
        (
            "struct Tensor { static func * (a: Self, b: Float) -> Self { a } }\nlet d = 2.5\nTensor() * d",
            "Swift writes 'Float(…)' around"
        ),
        (
            "func halved(_ x: Float) {}\nlet n = 3\nhalved(n)",
            "Swift writes 'Float(…)' or 'Double(…)' around the number"
        ),
        (
            "struct Parameter { let value = 1 }\nlet (one, gain) = (1, Parameter())\none * gain",
            "Swift writes 'parameter.value' for the tensor"
        ),
        ("[1].grad", "Swift writes 'gradient'."),
        ("[1].cuont", "Did you mean 'count'?"),
        ("actor A { var n = 1 }\nlet a = A()\na.n", "Swift writes 'await' before what it asks of an actor."),
        (
            "@propertyWrapper struct W { var wrappedValue: Int }\n@W var top = 3",
            "Swift writes 'struct Settings { @Clamped(0...10) var top = 3 }': wrapped properties are a type's."
        ),
        ("\"text\"[0]", "Swift writes 'Array(text)[0]' for a character by its number"),
    ])
    func isGivenToThoseWhoWriteAnotherLanguage(text: String, advice: String) async throws {
        let error = try #require(await Notebook().run(text).error)
        #expect(error.message.contains(advice))
        #expect(error.traceback.contains(advice))
    }

    @Test func whatFollowsFromAnErrorIsNotSaid() async throws {
        let error = try #require(await Notebook().run("let rows = missing(1)\n(rows.count, rows)").error)
        #expect(!error.traceback.contains("cannot be told"))
        let closures =
            "func each(_ list: [Int]) {}\neach { for a in missing { a } }\n[1].map { n in missing[keyPath: \\.count] }"
        let names = try #require(await Notebook().run(closures).error)
        #expect(names.traceback.ranges(of: "error: ").count == names.traceback.ranges(of: "cannot find").count)
        let stubs = try #require(await Notebook().run("struct A: Sequence, Comparable { }").error)
        #expect(!stubs.traceback.contains("add stubs"))
        let loop = try #require(await Notebook().run("for s in missing(3) { for t in s { } }").error)
        #expect(!loop.traceback.contains("Swift writes"))
    }

    @Test(arguments: [
        "let s: Int = \"this and that\"", "let flag = 1\n!flag", "unheardOf(1)", "let compressor = Compressor()",
    ])
    func isNotGivenWhereNothingIsKnown(text: String) async throws {
        let error = try #require(await Notebook().run(text).error)
        #expect(!error.traceback.contains("Swift writes") && !error.traceback.contains("Did you mean"))
    }

    @Test func ofATextThatIsNoSwiftOnlyTheFirstErrorIsShown() async throws {
        let error = try #require(await Notebook().run("def add(a, b):\n    return a + b").error)
        #expect(error.traceback.ranges(of: ": error: ").count == 1)
    }

    @Test(arguments: [
        ("timeti", "timeit"), ("hepl", "help"), ("Save", "save"), ("who", nil), ("x", nil), ("tmie", "time"),
    ])
    func aSlipOfTheHandIsSeen(word: String, meant: String?) {
        #expect(Spelling.nearest(to: word, among: ["help", "time", "timeit", "save", "load"]) == meant)
    }
}
