/// Gathers the statements of a closure into a list: the charts of a grid, the marks of a plot, the parts of a training.
///
/// Conditions and loops work as everywhere: `for head in heads { HeatMap(head.pattern) }`.
@resultBuilder
public enum ListBuilder<Element> {
    public static func buildExpression(_ element: Element) -> [Element] { [element] }
    public static func buildExpression(_ elements: [Element]) -> [Element] { elements }
    public static func buildExpression(_ element: Element?) -> [Element] { element.map { [$0] } ?? [] }
    public static func buildBlock(_ lists: [Element]...) -> [Element] { lists.flatMap { $0 } }
    public static func buildOptional(_ list: [Element]?) -> [Element] { list ?? [] }
    public static func buildEither(first list: [Element]) -> [Element] { list }
    public static func buildEither(second list: [Element]) -> [Element] { list }
    public static func buildArray(_ lists: [[Element]]) -> [Element] { lists.flatMap { $0 } }
    public static func buildLimitedAvailability(_ list: [Element]) -> [Element] { list }
}
