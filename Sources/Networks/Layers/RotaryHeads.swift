import Tensors

/// Queries and keys turned by their positions (Su et al. 2021) with the values beside them, as `causalAttention` reads
/// them; keys and values that several heads share stand once for each.
///
/// - Returns: [rows, length, 3 · heads · width]
func rotatedHeads(
    query: Tensor,  // [rows, length, heads · width]
    key: Tensor, value: Tensor,  // [rows, length, keyValueHeads · width]
    keyValueHeads: Int, positions: RotaryPositions
) -> Tensor {
    let (rows, length, hidden) = (query.shape[0], query.shape[1], query.shape[2])
    let sizes = SharedHeads(hidden: hidden, width: positions.headWidth, shared: keyValueHeads)
    let result = Tensor(uninitialized: [rows, length, 3 * hidden])
    let (queries, keys, values) = (query.storage.floats, key.storage.floats, value.storage.floats)
    let to = result.storage.floats
    parallelRanges(rows * length, grain: max(1, 16384 / hidden)) { tokens in
        for token in tokens {
            let (all, place) = (to + token * 3 * hidden, token % length)
            for head in 0..<sizes.heads {
                let from = sizes.shared(by: head) + token * sizes.narrow
                positions.turn(queries + token * hidden + head * sizes.width, at: place, into: all + head * sizes.width)
                positions.turn(keys + from, at: place, into: all + hidden + head * sizes.width)
                (all + 2 * hidden + head * sizes.width).update(from: values + from, count: sizes.width)
            }
        }
    }
    withExtendedLifetime((query.storage, key.storage, value.storage)) {}
    return result.recorded(from: query, key, value) { gradient in
        let (ofQuery, ofKey) = (Tensor(zeros: query.shape), Tensor(zeros: key.shape))
        let ofValue = Tensor(zeros: value.shape)
        let (queries, keys, values) = (ofQuery.storage.floats, ofKey.storage.floats, ofValue.storage.floats)
        let from = gradient.storage.floats
        parallelRanges(rows * length, grain: max(1, 16384 / hidden)) { tokens in
            for token in tokens {
                let (all, place) = (from + token * 3 * hidden, token % length)
                for head in 0..<sizes.heads {
                    let to = sizes.shared(by: head) + token * sizes.narrow
                    positions.turnBack(
                        all + head * sizes.width, at: place, addingTo: queries + token * hidden + head * sizes.width)
                    positions.turnBack(all + hidden + head * sizes.width, at: place, addingTo: keys + to)
                    let incoming = all + 2 * hidden + head * sizes.width
                    for i in 0..<sizes.width { values[to &+ i] += incoming[i] }
                }
            }
        }
        withExtendedLifetime(gradient.storage) {}
        query.accumulate(ofQuery)
        key.accumulate(ofKey)
        value.accumulate(ofValue)
    }
}

/// Heads of which groups share keys and values.
private struct SharedHeads {
    let heads: Int
    let width: Int
    /// The width of all keys of a token.
    let narrow: Int
    private let group: Int

    init(hidden: Int, width: Int, shared: Int) {
        (heads, self.width, narrow) = (hidden / width, width, shared * width)
        group = heads / shared
    }

    /// Where among a token's keys and values those of a head begin.
    func shared(by head: Int) -> Int { head / group * width }
}
