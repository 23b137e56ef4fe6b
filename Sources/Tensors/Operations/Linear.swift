import Notebook

/// x W + b, plus a residual if there is one.  // [..., in] x [in, out] -> [..., out]
public func linear(_ x: Tensor, _ weight: Tensor, bias: Tensor? = nil, addedTo residual: Tensor? = nil) -> Tensor {
    var y = matmul(x, weight)
    if let bias { y = y + bias }
    if let residual { y = residual + y }
    return y
}

/// gelu(x) W + b, plus a residual if there is one.  // [..., in] x [in, out] -> [..., out]
public func geluLinear(_ x: Tensor, _ weight: Tensor, bias: Tensor? = nil, addedTo residual: Tensor? = nil) -> Tensor {
    linear(gelu(x), weight, bias: bias, addedTo: residual)
}
