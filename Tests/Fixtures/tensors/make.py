"""Writes expected.json: operations of Tensors in PyTorch, with gradients, at odd and long sizes.

Inputs are values(seed, shape), the same here and in GoldenTests.swift. Of long results some fifty elements are kept.
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F


def values(seed, *shape):
    count = int(np.prod(shape))
    return torch.tensor(np.sin(0.37 * np.arange(count) + seed).astype(np.float32).reshape(shape), requires_grad=True)


def sample(tensor):
    flat = tensor.detach().reshape(-1)
    return [float(x) for x in flat[:: max(1, flat.numel() // 50)]]


def case(name, inputs, function):
    result = function(*inputs)
    weights = torch.tensor(np.cos(0.11 * np.arange(result.numel())).astype(np.float32).reshape(result.shape))
    (result * weights).sum().backward()
    return dict(
        name=name, shape=list(result.shape), result=sample(result), gradients=[sample(x.grad) for x in inputs]
    )


def attention(heads):
    def function(x):
        rows, length, width = x.shape
        q, k, v = (part.view(rows, length, heads, -1).transpose(1, 2) for part in x.split(width // 3, 2))
        found = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return found.transpose(1, 2).reshape(rows, length, width // 3)

    return function


def head(targets):
    return lambda x, e: F.cross_entropy(x @ e.T, torch.tensor(targets), ignore_index=-1)


def gelu_linear(x, w, b, r):
    return F.linear(F.gelu(x, approximate="tanh"), w.T, b) + r


cases = []
for rows, length, heads, width in [(1, 1, 1, 4), (2, 7, 3, 5), (1, 257, 2, 20), (1, 1100, 1, 16)]:
    cases.append(
        case(f"attention {rows} {length} {heads} {width}", [values(1, rows, length, 3 * heads * width)], attention(heads))
    )
for rows, inner, outer in [(1, 1, 1), (13, 70, 33), (300, 513, 49)]:
    shapes = [(rows, inner), (inner, outer), (outer,), (rows, outer)]
    cases.append(
        case(f"geluLinear {rows} {inner} {outer}", [values(i, *shape) for i, shape in enumerate(shapes)], gelu_linear)
    )
for rows, width in [(1, 1), (3, 17), (65, 200)]:
    cases.append(
        case(
            f"layerNorm {rows} {width}",
            [values(1, rows, width), values(2, width), values(3, width)],
            lambda x, g, b: F.layer_norm(x, [x.shape[-1]], g, b),
        )
    )
for rows, width, classes in [(1, 4, 3), (45, 24, 1001)]:
    targets = [-1 if i % 7 == 3 else i * 31 % classes for i in range(rows)]
    cases.append(case(f"headLoss {rows} {width} {classes}", [values(1, rows, width), values(2, classes, width)], head(targets)))
a, b = (2, 3, 5), (3, 1)
plain = {
    "broadcast sum": ([a, b], lambda x, y: x + y),
    "broadcast product": ([a, b], lambda x, y: x * y),
    "broadcast quotient": ([a, b], lambda x, y: x / (y * y + 1)),
    "sum of axis": ([a], lambda x: x.sum(1)),
    "mean of last axis": ([a], lambda x: x.mean(-1, keepdim=True)),
    "variance": ([a], lambda x: x.var(0, correction=0)),
    "greatest of axis": ([a], lambda x: x.amax(2)),
    "least of axis": ([a], lambda x: x.amin(0)),
    "softmax": ([a], lambda x: x.softmax(-1)),
    "log softmax": ([a], lambda x: x.log_softmax(-1)),
    "concatenation": ([a, (2, 1, 5)], lambda x, y: torch.cat([x, y], 1)),
    "slice": ([a], lambda x: x[:, 1:, -1]),
    "gather": ([(5, 3)], lambda x: x[[4, 0, 4]]),
    "where": ([a, a], lambda x, y: torch.where(x > 0.2, x, y)),
    "einsum": ([a, (5, 4)], lambda x, y: torch.einsum("bij,jk->bki", x, y)),
    "batched product": ([(4, 1, 3, 5), (2, 5, 7)], lambda x, y: x @ y),
    "transposed product": ([(2, 3, 5), (2, 4, 5)], lambda x, y: x @ y.transpose(-1, -2)),
    "permutation": ([a], lambda x: x.permute(2, 0, 1)),
    "lower triangle": ([(4, 4)], lambda x: x.tril()),
    "functions": ([a], lambda x: x.exp() + x.tanh() * x.sigmoid() + F.silu(x) - x.abs()),
}
for name, (shapes, function) in plain.items():
    cases.append(case(name, [values(i, *shape) for i, shape in enumerate(shapes)], function))

(Path(__file__).parent / "expected.json").write_text(json.dumps(cases))
