import Foundation

/// Pairs of names and values in an order that stays: the names' own where they come from a dictionary, which has none.
func inOrder<Name: Hashable & CustomStringConvertible, Value>(
    _ pairs: some Sequence<(key: Name, value: Value)>
) -> [(name: String, value: Value)] {
    let named = pairs.map { (name: $0.key.description, value: $0.value) }
    guard pairs is [Name: Value] else { return named }
    return named.sorted { $0.name.compare($1.name, options: .numeric) == .orderedAscending }
}
