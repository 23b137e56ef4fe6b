import Tensors

/// The keys and values of a text so far, so that the next token is computed without the ones before it.
///
/// They lie in pages of 16 positions. A cache is a value: copies share their pages, as beams and several stories after
/// one prompt do, and only a shared page that is written to is copied.
package struct KeyValueCache {
    /// The numbers of one page.
    struct Layout: Equatable {
        let layers: Int
        /// Heads of keys and values.
        let heads: Int
        let headWidth: Int

        /// A head's values, one position after the other, each a whole number of vectors.
        var valueStep: Int { vectorCount(headWidth) * 16 }
        /// A head's keys, vectors of 16 positions, one for each place in the head; then its values.
        var headSize: Int { headWidth * 16 + 16 * valueStep }
        var layerSize: Int { heads * headSize }
        var pageSize: Int { layers * layerSize }
    }

    let layout: Layout
    /// How many tokens it holds.
    private(set) var count = 0
    private var pages: [Storage] = []

    init(_ layout: Layout) { self.layout = layout }

    /// Makes room for tokens, in pages of its own.
    mutating func grow(by tokens: Int) {
        guard tokens > 0 else { return }
        if count % 16 != 0, !isKnownUniquelyReferenced(&pages[pages.count - 1]) {
            let copy = Storage.allocated(layout.pageSize)
            copy.floats.update(from: pages[pages.count - 1].floats, count: layout.pageSize)
            pages[pages.count - 1] = copy
        }
        count += tokens
        while pages.count * 16 < count {
            let page = Storage.allocated(layout.pageSize)
            page.floats.update(repeating: 0, count: layout.pageSize)
            pages.append(page)
        }
    }

    /// Where each page begins. Valid as long as this cache is not changed.
    var pageStarts: [UnsafeMutablePointer<Float>] { pages.map(\.floats) }
}
