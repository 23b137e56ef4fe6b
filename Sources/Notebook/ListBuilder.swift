/// Gathers the statements of a closure into a list: the charts of a grid, the marks of a plot, the parts of a training.
///
/// Conditions and loops work as everywhere: `for head in heads { HeatMap(head.pattern) }`.
@resultBuilder
public enum ListBuilder<Element> {
    /// A statement that is an element.
    public static func buildExpression(_ element: Element) -> [Element] { [element] }
    /// A statement that is a list of elements.
    public static func buildExpression(_ elements: [Element]) -> [Element] { elements }
    /// A statement that may be an element.
    public static func buildExpression(_ element: Element?) -> [Element] { element.map { [$0] } ?? [] }
    /// The lists of all statements, one after another.
    public static func buildBlock(_ lists: [Element]...) -> [Element] { lists.flatMap { $0 } }
    /// An `if` without an `else`.
    public static func buildOptional(_ list: [Element]?) -> [Element] { list ?? [] }
    /// The first branch of an `if`.
    public static func buildEither(first list: [Element]) -> [Element] { list }
    /// The other branch of an `if`.
    public static func buildEither(second list: [Element]) -> [Element] { list }
    /// The rounds of a `for`.
    public static func buildArray(_ lists: [[Element]]) -> [Element] { lists.flatMap { $0 } }
    /// An `if #available`.
    public static func buildLimitedAvailability(_ list: [Element]) -> [Element] { list }
}
