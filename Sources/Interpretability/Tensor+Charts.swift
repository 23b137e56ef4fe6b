import Plots
import Tensors

extension HeatMap {
    /// A matrix as a table of colours.
    ///
    /// - Parameter labels: names of the rows and of the columns alike, such as the tokens of an attention pattern.
    public init(_ matrix: Tensor, labels: [String] = []) { self.init(matrix.rows, labels: labels) }

    /// A matrix as a table of colours, with names of the rows and of the columns.
    public init(_ matrix: Tensor, rows: [String], columns: [String]) {
        self.init(matrix.rows, rows: rows, columns: columns)
    }
}

extension Histogram {
    /// The distribution of a tensor's elements.
    ///
    /// - Parameter bins: about how many steps there are to be.
    public init(_ tensor: Tensor, bins: Int? = nil) { self.init(tensor.elements, bins: bins) }
}

extension LineChart {
    /// A line through a tensor's elements.
    public init(_ tensor: Tensor) { self.init(tensor.elements) }
}
