// Matrices and statistics without a library.
import Foundation

// MARK: - Operators
// ---
precedencegroup ExponentiationPrecedence {
    associativity: right
    higherThan: MultiplicationPrecedence
}
infix operator ** : ExponentiationPrecedence
infix operator ≈ : ComparisonPrecedence
postfix operator ′
// ---
func ** (base: Double, exponent: Int) -> Double { pow(base, Double(exponent)) }
func ≈ (a: Double, b: Double) -> Bool { abs(a - b) <= 1e-9 * max(1, abs(a), abs(b)) }

// MARK: - Matrix
// ---
struct Matrix: Equatable {
    let rows: Int, columns: Int
    fileprivate(set) var elements: [Double]

    init(rows: Int, columns: Int, _ value: Double = 0) {
        (self.rows, self.columns) = (rows, columns)
        elements = .init(repeating: value, count: rows * columns)
    }

    init(_ rows: [[Double]]) {
        precondition(Set(rows.map(\.count)).count == 1, "rows of different lengths")
        self.rows = rows.count
        columns = rows[0].count
        elements = rows.flatMap { $0 }
    }

    static func identity(_ n: Int) -> Matrix {
        var result = Matrix(rows: n, columns: n)
        for i in 0..<n { result[i, i] = 1 }
        return result
    }

    subscript(i: Int, j: Int) -> Double {
        _read { yield elements[i * columns + j] }
        _modify { yield &elements[i * columns + j] }
    }

    subscript(row i: Int) -> [Double] {
        get { Array(elements[i * columns..<(i + 1) * columns]) }
        set { elements.replaceSubrange(i * columns..<(i + 1) * columns, with: newValue) }
    }

    subscript(column j: Int) -> [Double] { (0..<rows).map { self[$0, j] } }
}

extension Matrix: ExpressibleByArrayLiteral {
    init(arrayLiteral rows: [Double]...) { self.init(rows) }
}
// ---
extension Matrix: CustomStringConvertible {
    var description: String {
        (0..<rows).map { i in
            "[" + self[row: i].map { String(format: "%8.4f", $0) }.joined(separator: " ") + "]"
        }.joined(separator: "\n")
    }
}

extension Matrix {
    static func + (a: Matrix, b: Matrix) -> Matrix { zip(a, b, +) }
    static func - (a: Matrix, b: Matrix) -> Matrix { zip(a, b, -) }
    static func * (k: Double, a: Matrix) -> Matrix {
        var result = a
        for i in result.elements.indices { result.elements[i] *= k }
        return result
    }
    static func * (a: Matrix, b: Matrix) -> Matrix {
        precondition(a.columns == b.rows, "\(a.rows)x\(a.columns) * \(b.rows)x\(b.columns)")
        var result = Matrix(rows: a.rows, columns: b.columns)
        for i in 0..<a.rows {
            for k in 0..<a.columns {
                let f = a[i, k]
                for j in 0..<b.columns { result[i, j] += f * b[k, j] }
            }
        }
        return result
    }
    static postfix func ′ (a: Matrix) -> Matrix {
        var result = Matrix(rows: a.columns, columns: a.rows)
        for i in 0..<a.rows { for j in 0..<a.columns { result[j, i] = a[i, j] } }
        return result
    }
    private static func zip(_ a: Matrix, _ b: Matrix, _ f: (Double, Double) -> Double) -> Matrix {
        precondition((a.rows, a.columns) == (b.rows, b.columns))
        var result = a
        for i in a.elements.indices { result.elements[i] = f(a.elements[i], b.elements[i]) }
        return result
    }
}
// ---
// MARK: - Linear algebra

enum LinearAlgebraError: Error {
    case singular(column: Int)
    case notSquare(rows: Int, columns: Int)
}
// ---
/// P A = L U, packed.
struct LU {
    let packed: Matrix
    let permutation: [Int]
    let sign: Double

    init(_ a: Matrix) throws {
        guard a.rows == a.columns else { throw LinearAlgebraError.notSquare(rows: a.rows, columns: a.columns) }
        var m = a
        var p = Array(0..<a.rows), sign = 1.0
        for k in 0..<a.rows {
            let pivot = (k..<a.rows).max { abs(m[$0, k]) < abs(m[$1, k]) }!
            guard abs(m[pivot, k]) > 1e-12 else { throw LinearAlgebraError.singular(column: k) }
            if pivot != k {
                (m[row: k], m[row: pivot]) = (m[row: pivot], m[row: k])
                p.swapAt(k, pivot)
                sign = -sign
            }
            for i in k + 1..<max(k + 1, a.rows) {
                m[i, k] /= m[k, k]
                for j in k + 1..<a.rows { m[i, j] -= m[i, k] * m[k, j] }
            }
        }
        (packed, permutation, self.sign) = (m, p, sign)
    }

    var determinant: Double { (0..<packed.rows).reduce(sign) { $0 * packed[$1, $1] } }

    func solve(_ b: [Double]) -> [Double] {
        let n = packed.rows
        var x = permutation.map { b[$0] }
        for i in 0..<n { for j in 0..<i { x[i] -= packed[i, j] * x[j] } }
        for i in (0..<n).reversed() {
            for j in i + 1..<max(i + 1, n) { x[i] -= packed[i, j] * x[j] }
            x[i] /= packed[i, i]
        }
        return x
    }
}

extension Matrix {
    func inverse() throws -> Matrix {
        let lu = try LU(self)
        var result = Matrix(rows: rows, columns: rows)
        for j in 0..<rows {
            let column = lu.solve((0..<rows).map { $0 == j ? 1 : 0 })
            for i in 0..<rows { result[i, j] = column[i] }
        }
        return result
    }

    /// Eigenvalues of a symmetric matrix by Jacobi's rotations.
    func symmetricEigenvalues(sweeps: Int = 50) -> [Double] {
        var a = self
        for _ in 0..<sweeps {
            var off = 0.0
            for p in 0..<rows - 1 {
                for q in p + 1..<rows where abs(a[p, q]) > 1e-14 {
                    off += a[p, q] ** 2
                    let theta = (a[q, q] - a[p, p]) / (2 * a[p, q])
                    let t = (theta < 0 ? -1 : 1) / (abs(theta) + sqrt(theta ** 2 + 1))
                    let c = 1 / sqrt(t ** 2 + 1), s = t * c
                    for k in 0..<rows {
                        let (x, y) = (a[k, p], a[k, q])
                        (a[k, p], a[k, q]) = (c * x - s * y, s * x + c * y)
                    }
                    for k in 0..<rows {
                        let (x, y) = (a[p, k], a[q, k])
                        (a[p, k], a[q, k]) = (c * x - s * y, s * x + c * y)
                    }
                }
            }
            if off < 1e-20 { break }
        }
        return (0..<rows).map { a[$0, $0] }.sorted(by: >)
    }
}
// ---
let a: Matrix = [[4, 3, 2], [1, 3, 1], [2, 1, 5]]
print("A =", a, separator: "\n")
print("A' A =", a′ * a, separator: "\n")
let lu = try LU(a)
print("det =", String(format: "%.6f", lu.determinant))
let solution = lu.solve([1, 2, 3])
print("x =", solution.map { String(format: "%.5f", $0) })
let check = a * (try a.inverse())
print("A A⁻¹ ≈ I:", zip(check.elements, Matrix.identity(3).elements).allSatisfy { abs($0 - $1) < 1e-9 })
do {
    _ = try Matrix([[1, 2], [2, 4]]).inverse()
} catch LinearAlgebraError.singular(let column) {
    print("singular in column", column)
}
do { _ = try LU(Matrix(rows: 2, columns: 3)) } catch { print(error) }
print("eigenvalues:", (a + a′).symmetricEigenvalues().map { String(format: "%.4f", $0) })
// ---
// MARK: - Statistics

struct Moments {
    private(set) var count = 0
    private(set) var mean = 0.0
    private var m2 = 0.0, m3 = 0.0
    mutating func add(_ x: Double) {
        let n1 = Double(count)
        count += 1
        let n = Double(count)
        let delta = x - mean
        let dn = delta / n
        let term = delta * dn * n1
        mean += dn
        m3 += term * dn * (n - 2) - 3 * dn * m2
        m2 += term
    }
    var variance: Double { count > 1 ? m2 / Double(count - 1) : .nan }
    var deviation: Double { variance.squareRoot() }
    var skewness: Double { Double(count).squareRoot() * m3 / pow(m2, 1.5) }
}
// ---
extension Sequence where Element: BinaryFloatingPoint {
    var moments: Moments {
        reduce(into: Moments()) { $0.add(Double($1)) }
    }
}

extension Collection where Element: Comparable & BinaryFloatingPoint {
    func quantile(_ q: Double) -> Element? {
        guard !isEmpty, (0...1).contains(q) else { return nil }
        let sorted = self.sorted()
        let place = q * Double(sorted.count - 1)
        let low = Int(place), high = Swift.min(low + 1, sorted.count - 1)
        let part = Element(place - Double(low))
        return sorted[low] * (1 - part) + sorted[high] * part
    }
    var median: Element? { quantile(0.5) }
}
// ---
/// A linear congruential generator: the same numbers everywhere.
struct Generator: IteratorProtocol, Sequence {
    var state: UInt64
    mutating func next() -> Double? {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) / Double(1 << 53)
    }
}

let uniform = Array(Generator(state: 42).prefix(5_000))
let normal = stride(from: 0, to: uniform.count - 1, by: 2).map { i in
    (-2 * log(uniform[i] + 1e-300)).squareRoot() * cos(2 * .pi * uniform[i + 1])
}
// ---
for (name, sample) in [("uniform", uniform), ("normal", normal)] {
    let m = sample.moments
    print(
        name,
        String(
            format: "n=%d mean=%.3f sd=%.3f skew=%.3f median=%.3f", m.count, m.mean, m.deviation, m.skewness,
            sample.median!))
}

/// Least squares by the normal equations.
func fit(_ x: [[Double]], _ y: [Double]) throws -> (coefficients: [Double], r2: Double) {
    let design = Matrix(x.map { [1] + $0 })
    let target = Matrix(y.map { [$0] })
    let beta = try LU(design′ * design).solve((design′ * target)[column: 0])
    let predicted = (design * Matrix(beta.map { [$0] }))[column: 0]
    let mean = y.reduce(0, +) / Double(y.count)
    let residual = zip(y, predicted).map { ($0 - $1) ** 2 }.reduce(0, +)
    let spread = y.map { ($0 - mean) ** 2 }.reduce(0, +)
    return (beta, 1 - residual / spread)
}
// ---
let xs = (0..<200).map { [uniform[$0] * 10, uniform[$0 + 200] * 5] }
let ys = xs.enumerated().map { i, x in 3 + 2 * x[0] - 1.5 * x[1] + 0.3 * normal[i] }
let (coefficients, r2) = try fit(xs, ys)
print("fit:", coefficients.map { String(format: "%.2f", $0) }, String(format: "R²=%.4f", r2))

// MARK: - A histogram, concurrently
// ---
func histogram(_ values: [Double], bins: Int) async -> [Int] {
    let (low, high) = (values.min()!, values.max()!)
    return await withTaskGroup(of: [Int].self) { group in
        for part in 0..<4 {
            group.addTask {
                var counts = [Int](repeating: 0, count: bins)
                for i in stride(from: part, to: values.count, by: 4) {
                    counts[min(bins - 1, Int((values[i] - low) / (high - low) * Double(bins)))] += 1
                }
                return counts
            }
        }
        return await group.reduce(into: [Int](repeating: 0, count: bins)) { sum, part in
            for (i, n) in part.enumerated() { sum[i] += n }
        }
    }
}

async let left = histogram(normal, bins: 9)
async let right = histogram(uniform, bins: 5)
for (bin, count) in await left.enumerated() {
    print(bin, String(repeating: "▇", count: count / 20), count)
}
// ---
print(await right)

func power(_ m: Matrix, _ n: Int) -> Matrix {
    if n == 0 { return .identity(m.rows) }
    let half = power(m, n / 2)
    return n.isMultiple(of: 2) ? half * half : half * half * m
}
// ---
let fibonacci = power([[1, 1], [1, 0]], 50)[0, 1]
print("F50 =", Int(fibonacci), (2.0 ** 3) ** 2 ≈ 64)
