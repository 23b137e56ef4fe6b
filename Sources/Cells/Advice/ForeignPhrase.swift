/// A way in which other languages, Python first of all, say what Swift says in another.
struct ForeignPhrase {
    /// What the line looks like, its strings being empty and its comments gone.
    let look: Regex<Substring>
    /// What the compiler says of it.
    var complaint: Regex<(Substring, Substring)> =
        #/^(consecutive|expected|unexpected|extraneous|cannot find|expression|keyword)/#
    /// How Swift says it.
    let swift: String

    func isMeant(by message: String, in line: String) -> Bool {
        message.firstMatch(of: complaint) != nil && line.firstMatch(of: look) != nil
    }

    /// The phrases that the look of a line gives away, the surest first.
    static var all: [ForeignPhrase] {
        [
            ForeignPhrase(look: #/^\s*#\s/#, swift: "comments as '// …'"),
            ForeignPhrase(
                look:
                    #/^\s*!\s*(?:ls|pip3?|conda|cat|cd|pwd|echo|git|curl|wget|apt|mkdir|rm|cp|mv|head|tail|python3?|find|grep|wc|unzip|tar)\b/#,
                swift: "a command of the shell as 'system(\"ls\")', with 'import Foundation'"),
            ForeignPhrase(look: #/^\s*print\s+[^\s(]/#, swift: "'print(…)', with parentheses"),
            ForeignPhrase(look: #/^\s*(?:def|fn|function)\s/#, swift: "'func add(a: Int, b: Int) -> Int { a + b }'"),
            ForeignPhrase(look: #/\blambda\b/#, swift: "'{ x in x + 1 }' for a function without a name"),
            ForeignPhrase(
                look: #/[\[(][^{}]*\sfor\s+\w+[^{}]*\sin\s/#,
                swift: "'values.map { $0 * $0 }' for a list made of another"),
            ForeignPhrase(look: #/^\s*elif\b/#, swift: "'else if … { … }'"),
            ForeignPhrase(
                look: #/^\s*(?:if|else|for|while|class|with|try|except)\b.*:\s*$/#,
                swift: "braces in the place of a colon and indentation: 'if … { … }'"),
            ForeignPhrase(look: #/=\s*\S.*\sif\s.+\selse\s/#, swift: "'condition ? one : other'"),
            ForeignPhrase(look: #/\bf"/#, swift: interpolation),
            ForeignPhrase(look: #/[=(,\[]\s*\{\s*"/#, swift: "a dictionary as '[\"a\": 1, \"b\": 2]'"),
            ForeignPhrase(look: #/^\s*\w+\s*,\s*\w+\s*=[^=]/#, swift: "'(a, b) = (b, a)', with parentheses"),
            ForeignPhrase(look: #/^\s*(?:const|auto|val)\s/#, swift: "'let' for what stays and 'var' for what changes"),
            ForeignPhrase(
                look: #/\s(?:and|or)\s|\bnot\s/#, swift: "'&&', '||' and '!' for 'and', 'or' and 'not'"),
            ForeignPhrase(
                look: #/^\s*(?:from|import)\s.*\s(?:as|import)\s/#,
                swift: "'import Martlet' for tensors, plots and models; packages of Python are not to be had"),
            ForeignPhrase(look: #/[\w)\]]\s*@\s*[\w(]/#, swift: "'matmul(a, b)' for the product of two matrices"),
            ForeignPhrase(
                look: #/\bTensor\(\s*(?:shape|size|random|rand|empty|full)\b/#,
                complaint:
                    #/^(missing argument for parameter 'storage'|extraneous argument label|incorrect argument label)/#,
                swift:
                    "'Tensor(zeros: [2, 3])', 'Tensor(repeating: 7, shape: [2, 3])' or 'Tensor(normal: [2, 3], seed: 1)'"
            ),
            ForeignPhrase(
                look: #/\bwhere\(/#, swift: "'x.where(mask, else: 0)': the word alone belongs to its patterns and types"
            ),
            ForeignPhrase(
                look: #/./#, complaint: #/^for-in loop requires '(Tensor)'/#,
                swift: "'for row in x.unstacked()' for the parts of a tensor, and 'x.elements' for its numbers"),
            ForeignPhrase(look: #/%/#, complaint: #/type '(String)' to expected/#, swift: interpolation),
            ForeignPhrase(
                look: #/\+/#, complaint: #/operands of type ('String' and|'\w+' and 'String')/#, swift: interpolation),
            ForeignPhrase(
                look: #/[-+*\/<>=]/#, complaint: #/operands of type '(Int' and 'Double|Double' and 'Int)'/#,
                swift: "'Double(…)' around the whole number: it converts nothing by itself"),
            ForeignPhrase(
                look: #/[-+*\/(]/#,
                complaint:
                    #/of type '(\w+' and 'Parameter|Parameter' and '\w+|Parameter' to expected argument type '\w+)'/#,
                swift: "'parameter.value' for the tensor that a parameter holds"),
            ForeignPhrase(
                look: #/[-+*\/]/#,
                complaint: #/operands of type '(Tensor' and '(?:Double|Int)|(?:Double|Int)' and 'Tensor)'/#,
                swift: "'Float(…)' around the number: the elements of tensors are 32-bit floats"),
            ForeignPhrase(
                look: #/\.(?:abs|exp|log|sqrt|tanh|sigmoid|relu|gelu|silu|softmax|logSoftmax|log_softmax)\(/#,
                complaint: #/^(referencing operator function|value of type 'Tensor' has no member)/#,
                swift: "'abs(x)', 'exp(x)' or 'softmax(x)': functions of a tensor, not members"),
            ForeignPhrase(
                look: #/\[.*\.\.\.[,\]]/#, complaint: #/'\((UnboundedRange_)\)/#,
                swift: "'.all' for a whole axis: 'x[.all, 0]'"),
            ForeignPhrase(
                look: #/\w\(/#,
                complaint:
                    #/^cannot convert value of type '(Int' to expected argument type '(?:Float|Double)|Double' to expected argument type 'Float)'/#,
                swift: "'Float(…)' or 'Double(…)' around the number: it converts nothing by itself"),
            ForeignPhrase(
                look: #/[(,]\s*-?\d+\s*[,)]/#,
                complaint: #/^ambiguous use of '(a?(?:sin|cos|tan)h?|atan2|exp2?|log(?:2|10)?)'/#,
                swift: "'log(10.0)' or 'sin(1.0)': a whole number would fit several functions of this name"),
            ForeignPhrase(
                look: #/\[/#, complaint: #/cannot subscript (String) with an Int/#,
                swift: "'Array(text)[0]' for a character by its number, and 'text.first' for the first one"),
            ForeignPhrase(
                look: #/./#, complaint: #/extra argument '(sep|end)' in call/#,
                swift: "'separator:' between the values and 'terminator:' behind them"),
            ForeignPhrase(
                look: #/[<>]/#,
                complaint: #/^referencing operator function '[<>]=?' on '\w+' requires that '(Tensor)'/#,
                swift: "'x .> 2' to compare each element, which gives ones and zeros"),
            ForeignPhrase(
                look: #/\b(?:max|min)\(/#,
                complaint:
                    #/^(missing argument for parameter #2|global function '(?:max|min)' requires that 'Tensor')/#,
                swift: "'values.max()' for a list, and 'x.max()' or 'x.max(axis: -1)' for a tensor"),
            ForeignPhrase(
                look: #/./#, complaint: #/^(actor-isolated)/#, swift: "'await' before what it asks of an actor"),
            ForeignPhrase(
                look: #/^\s*@\w/#, complaint: #/^(property wrappers are not yet supported)/#,
                swift: "'struct Settings { @Clamped(0...10) var top = 3 }': wrapped properties are a type's"),
            ForeignPhrase(
                look: #/"/#, complaint: #/^(unterminated string literal)/#,
                swift: "a text of several lines between '\"\"\"' marks, and any other within one line"),
        ]
    }

    private static let interpolation = "values in a text as '\"n is \\(n)\"'"

    /// Names that Swift does not know, and what it has in their place.
    static let names = [
        "None": "'nil'", "null": "'nil'", "NULL": "'nil'", "nullptr": "'nil'", "undefined": "'nil'",
        "True": "'true'", "False": "'false'",
        "len": "'values.count'", "length": "'count'", "size": "'count', and 'shape' of a tensor",
        "range": "a range as '0..<10'", "enumerate": "'values.enumerated()'",
        "sum": "'values.reduce(0, +)', and 'x.sum()' of a tensor", "sorted": "'values.sorted()'",
        "reversed": "'values.reversed()'",
        "map": "'values.map { … }'", "filter": "'values.filter { … }'", "any": "'values.contains { … }'",
        "all": "'values.allSatisfy { … }'", "round": "'value.rounded()'",
        "input": "'readLine(\"name? \")' for a line that the person types",
        "ask": "'readLine(\"name? \")' for a line that the person types",
        "str": "'String(…)'", "string": "'String'", "int": "'Int(…)'", "float": "'Double(…)'", "double": "'Double(…)'",
        "bool": "'Bool'", "boolean": "'Bool'", "char": "'Character'", "list": "'Array(…)'", "dict": "'[String: Int]()'",
        "isinstance": "'value is Int'", "typeof": "'type(of: value)'", "help": "'name?', in a cell of its own",
        "println": "'print(…)'", "printf": "'print(…)'", "console": "'print(…)'", "echo": "'print(…)'",
        "raise": "'throw'", "pass": "'{ }' for a body that does nothing", "self": "'self' within methods only",
        "np": "'Tensor', of 'import Martlet', for arrays of numbers", "torch": "'Tensor', of 'import Martlet'",
        "plt": "'Plot', of 'import Martlet', for pictures", "math": "'sqrt(x)' and the like, of 'import Foundation'",
        // members
        "push": "'append(…)'", "push_back": "'append(…)'", "add": "'append(…)' for arrays, 'insert(…)' for sets",
        "extend": "'append(contentsOf: …)'", "pop": "'removeLast()'", "index": "'firstIndex(of: …)'",
        "indexOf": "'firstIndex(of: …)'", "includes": "'contains(…)'", "upper": "'uppercased()'",
        "lower": "'lowercased()'", "toUpperCase": "'uppercased()'", "toLowerCase": "'lowercased()'",
        "strip": "'trimmingCharacters(in: .whitespaces)'", "trim": "'trimmingCharacters(in: .whitespaces)'",
        "join": "'joined(separator: …)'", "startswith": "'hasPrefix(…)'", "endswith": "'hasSuffix(…)'",
        "replace": "'replacing(…, with: …)'", "items": "'for (key, value) in dictionary'",
        "toString": "'String(…)'", "append_all": "'append(contentsOf: …)'", "slice": "'values[1..<3]'",
        "forEach": "'for value in values { … }'",
        // tensors
        "zeros": "'Tensor(zeros: [2, 3])'", "ones": "'Tensor(ones: [2, 3])'", "eye": "'Tensor(identity: 3)'",
        "arange": "'Tensor(0..<10)'", "linspace": "'Tensor(from: 0, through: 1, count: 5)'",
        "rand": "'Tensor(uniform: [2, 3], seed: 1)'", "randn": "'Tensor(normal: [2, 3], seed: 1)'",
        "reshape": "'reshaped(to: 2, 3)'", "view": "'reshaped(to: 2, 3)'", "matmul": "'matmul(a, b)'",
        "dot": "'matmul(a, b)'",
        "T": "'transposed'", "transpose": "'transposed(…)'", "unsqueeze": "'expanded(at: …)'",
        "squeeze": "'squeezed(…)'", "permute": "'transposed(0, 2, 1, 3)'", "tril": "'lowerTriangle()'",
        "grad": "'gradient'", "std": "'sqrt(x.variance(axis: -1))'", "var": "'variance(axis: -1)'",
        "pow": "'power(2)'", "detach": "'withoutGradient'", "masked_fill": "'scores.where(mask, else: -.infinity)'",
        "numpy": "'elements'", "tolist": "'elements'", "dtype": "nothing: the elements of tensors are 32-bit floats",
        "zero_grad": "'clearGradients()'; 'step()' of an optimizer does it too", "topk": "'argmax()' for the greatest",
        "requires_grad": "'Parameter(x)' for what is learnt, 'tracked()' for any tensor",
        "eval": "nothing: a model has one way to compute", "no_grad": "'withoutGradients { … }'",
        "generate": "'stories(after: …)' for text, 'tell(after: …)' while it is written",
        "cat": "'Tensor.concatenate([a, b])'", "concat": "'Tensor.concatenate([a, b])'",
    ]
}
