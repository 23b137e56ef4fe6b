"""Random graphs of operations beside PyTorch's: the same values within 1e-5 and the same gradients within 1e-4, at odd sizes.

They are measured by PyTorch's 64 bits; where a graph magnifies rounding, by three times what its 32 bits are off.
"""

import math
import random

import pytest

torch = pytest.importorskip("torch")
F = torch.nn.functional

# Numbers that Swift and Python compute alike, and how a cell says what came out.
PRELUDE = """
func numbers(_ seed: Int, _ shape: Shape) -> Tensor {
    Tensor((0..<shape.elementCount).map { i in
        let x = Double(i + 1) * 0.6180339887498949 + Double(seed) * 0.7548776662466927
        return Float((x - x.rounded(.down)) * 4 - 2)
    }, shape: shape)
}
func say(_ x: Tensor?) {
    guard let x else { print("[]|[]"); return }
    let step = max(1, x.count / 50)
    print("\\(x.shape.sizes)|\\(stride(from: 0, to: x.count, by: step).map { x.elements[$0] })")
}
"""


def numbers(seed, shape):
    places = [(i + 1) * 0.6180339887498949 + seed * 0.7548776662466927 for i in range(math.prod(shape))]
    return torch.tensor([(x - math.floor(x)) * 4 - 2 for x in places], dtype=torch.float32).reshape(shape)


class Graph:
    """Lines of Swift and what they compute here, in 64 and in 32 bits."""

    def __init__(self, chance):
        self.chance, self.lines, self.leaves, self.values = chance, [], [], []

    def leaf(self, shape):
        seed = self.chance.randint(0, 999)
        exact = numbers(seed, shape)
        pair = [exact.double().requires_grad_(), exact.clone().requires_grad_()]
        name = f"x{len(self.leaves)}"
        self.leaves.append((name, pair))
        self.lines.append(f"let {name} = numbers({seed}, {list(shape)}).tracked()")
        return name, pair

    def add(self, text, function, *operands):
        """Appends a value, and tames it if it is large."""
        text = text.format(*(name for name, _ in operands))
        pair = [function(*(values[bits] for _, values in operands)) for bits in (0, 1)]
        name = f"v{len(self.lines)}"
        self.lines.append(f"let {name} = {text}")
        value = name, pair
        if pair[0].numel() and not pair[0].abs().max() < 20:
            return self.add("tanh({0} * 0.1)", lambda x: torch.tanh(x * 0.1), value)
        self.values.append(value)
        return value

    def pick(self, *, least=0, most=9):
        """A value made lately, or a new one where none has so many axes."""
        fitting = [v for v in self.values if least <= v[1][0].ndim <= most]
        if not fitting or self.chance.random() < 0.1:
            return self.leaf(sizes(self.chance, max(least, 1), most))
        return fitting[-1] if self.chance.random() < 0.6 else self.chance.choice(fitting)


def sizes(chance, least=0, most=3):
    shape = [chance.choice([1, 2, 3, 5, 7, 16, 17, 33]) for _ in range(chance.randint(least, min(most, max(least, 3))))]
    while math.prod(shape) > 3000:
        shape[chance.randrange(len(shape))] = 1
    return shape


def function(graph, chance):
    graph.add(*chance.choice([
        ("exp({0} * 0.2)", lambda x: torch.exp(x * 0.2)), ("log(abs({0}) + 0.5)", lambda x: torch.log(x.abs() + 0.5)),
        ("sqrt({0} * {0} + 0.1)", lambda x: torch.sqrt(x * x + 0.1)), ("tanh({0})", torch.tanh), ("relu({0})", torch.relu),
        ("sigmoid({0})", torch.sigmoid), ("silu({0})", F.silu), ("gelu({0})", lambda x: F.gelu(x, approximate="tanh")),
        ("{0}.power(3) * 0.1", lambda x: x**3 * 0.1), ("(abs({0}) + 0.5).power(1.5)", lambda x: (x.abs() + 0.5)**1.5),
        ("(abs({0}) + 0.5).power(-2)", lambda x: (x.abs() + 0.5)**-2), ("2 - {0} / 3", lambda x: 2 - x / 3),
        ("1 / (abs({0}) + 1)", lambda x: 1 / (x.abs() + 1)), ("-{0}", lambda x: -x),
        ("recomputing({0}) {{ tanh($0) * $0 }}", lambda x: torch.tanh(x) * x)]), graph.pick())


def arithmetic(graph, chance):
    a = graph.pick()
    shape = [1 if chance.random() < 0.3 else size for size in a[1][0].shape][chance.choice([0, 0, 0, 1, 2]):]
    same = [v for v in graph.values if v[1][0].shape == a[1][0].shape]
    b = chance.choice(same) if same and chance.random() < 0.5 else graph.leaf(shape)
    if chance.random() < 0.5:
        a, b = b, a
    graph.add(*chance.choice([
        ("{0} + {1}", lambda x, y: x + y), ("{0} - {1}", lambda x, y: x - y), ("{0} * {1}", lambda x, y: x * y),
        ("{0} / ({1} * {1} + 1)", lambda x, y: x / (y * y + 1)),
        ("maximum({0}, {1} + 0.01234)", lambda x, y: torch.maximum(x, y + 0.01234)),
        ("minimum({0} + 0.04321, {1})", lambda x, y: torch.minimum(x + 0.04321, y)),
        ("{0}.where({1} .> 0.1357, else: {0} * {1})", lambda x, y: torch.where(y > 0.1357, x, x * y))]), a, b)


def reduction(graph, chance):
    x = graph.pick(least=1)
    rank = x[1][0].ndim
    if 0 in x[1][0].shape:
        return
    axes = sorted(chance.sample(range(rank), chance.randint(1, rank)))
    keeps = chance.random() < 0.5
    swift = f"axes: {axes}, keepingAxes: {str(keeps).lower()}"
    one = f"axis: {axes[0]}, keepingAxis: {str(keeps).lower()}"
    graph.add(*chance.choice([
        (f"{{0}}.sum({swift}) * 0.3", lambda x: x.sum(axes, keepdim=keeps) * 0.3),
        (f"{{0}}.mean({swift})", lambda x: x.mean(axes, keepdim=keeps)),
        (f"{{0}}.variance({swift})", lambda x: x.var(axes, correction=0, keepdim=keeps)),
        (f"{{0}}.max({one})", lambda x: x.max(axes[0], keepdim=keeps).values),
        (f"{{0}}.min({one})", lambda x: x.min(axes[0], keepdim=keeps).values)]), x)


def arrangement(graph, chance):
    x = graph.pick(least=2)
    shape, rank = list(x[1][0].shape), x[1][0].ndim
    if 0 in shape:
        return
    order = chance.sample(range(rank), rank)
    other = chance.sample(shape, rank) + [1]
    axis = chance.randrange(rank)
    first = chance.randint(0, shape[axis] - 1)
    last = chance.randint(first, shape[axis])
    index = ", ".join([".all"] * axis + [f"{first}..<{last}"])
    ids = [chance.randrange(shape[0]) for _ in range(chance.randint(1, 6))]
    diagonal = chance.randint(-2, 2)
    graph.add(*chance.choice([
        (f"{{0}}.transposed({order})", lambda x: x.permute(order)), ("{0}.transposed", lambda x: x.transpose(-1, -2)),
        (f"{{0}}.reshaped(to: {other})", lambda x: x.reshape(other)),
        (f"{{0}}[{index}]", lambda x: x.narrow(axis, first, last - first)),
        (f"{{0}}[{', '.join(['.all'] * axis + [str(first)])}]", lambda x: x.select(axis, first)),
        (f"{{0}}[{', '.join(['.all'] * axis + [f'stride(from: -1, through: {-shape[axis]}, by: -2)'])}]",
         lambda x: x.flip(axis)[(slice(None),) * axis + (slice(None, None, 2),)]),
        (f"{{0}}.gather({ids})", lambda x: x[ids]),
        (f"{{0}}.lowerTriangle(diagonal: {diagonal})", lambda x: x.tril(diagonal)),
        (f"Tensor.concatenate([{{0}}, {{0}} * 0.5], axis: {axis})", lambda x: torch.cat([x, x * 0.5], axis)),
        ("Tensor.stack([{0}, {0} * {0}])", lambda x: torch.stack([x, x * x])),
        (f"{{0}}.split(sizes: [{first}, {shape[axis] - first}], axis: {axis})[1]",
         lambda x: x.split([first, shape[axis] - first], axis)[1]),
        (f"{{0}}.expanded(at: {axis}).broadcast(to: {shape[:axis] + [2] + shape[axis:]})",
         lambda x: x.unsqueeze(axis).expand(*shape[:axis], 2, *shape[axis:]))]), x)


def assignment(graph, chance):
    x = graph.pick(least=1)
    size = x[1][0].shape[0]
    first = chance.randint(0, size - 1) if size else 0
    last = chance.randint(first, size)
    new = graph.leaf([1 if chance.random() < 0.3 else n for n in [last - first, *x[1][0].shape[1:]]])

    def assigned(x, y):
        x = x.clone()
        x[first:last] = y
        return x

    graph.add(f"{{{{ var x = {{0}} * 1; x[{first}..<{last}] = {{1}}; return x }}}}() as Tensor", assigned, x, new)


def product(graph, chance):
    x = graph.pick(least=2)
    shape = list(x[1][0].shape)
    width = chance.choice([1, 2, 5, 16, 33])
    matrix = graph.leaf([shape[-1], width])
    scale = 1 / math.sqrt(max(shape[-1], 1))
    batch = graph.leaf([*shape[:-2], width, shape[-1]])
    kind = chance.randrange(6)
    if kind == 0:
        graph.add(f"matmul({{0}}, {{1}}) * {scale}", lambda x, y: x @ y * scale, x, matrix)
    elif kind == 1:
        graph.add(f"matmul({{0}}, transposing: {{1}}) * {scale}", lambda x, y: x @ y.transpose(-1, -2) * scale, x, batch)
    elif kind == 2:
        formula = "...ij,jk->k...i"
        graph.add(
            f'einsum("{formula}", {{0}}, {{1}}) * {scale}', lambda x, y: torch.einsum(formula, x, y) * scale, x, matrix)
    elif kind == 3:
        squares = "...ij,...ij->...j"
        graph.add(f'einsum("{squares}", {{0}}, {{0}}) * {scale}', lambda x: torch.einsum(squares, x, x) * scale, x)
    else:
        bias, residual = graph.leaf([width]), graph.leaf([*shape[:-1], width])
        name, before = chance.choice([("linear", lambda x: x), ("geluLinear", lambda x: F.gelu(x, approximate="tanh"))])
        graph.add(
            f"{name}({{0}}, {{1}} * {scale}, bias: {{2}}, addedTo: {{3}})",
            lambda x, w, b, r: before(x) @ (w * scale) + b + r, x, matrix, bias, residual)


def rows(graph, chance):
    x = graph.pick(least=1)
    shape = x[1][0].shape
    if shape[-1] == 0:
        return
    gain, bias = graph.leaf(shape[-1:]), graph.leaf(shape[-1:])
    ids = [chance.randrange(shape[-1]) for _ in range(math.prod(shape[:-1]))]
    left_out = [-1 if chance.random() < 0.2 else i for i in ids]
    if len(ids) and max(left_out) >= 0 and chance.random() < 0.4:
        targets = torch.tensor(left_out)
        graph.add(
            f"crossEntropy({{0}}, targets: {left_out})",
            lambda x: F.cross_entropy(x.reshape(len(ids), -1), targets, ignore_index=-1), x)
        table = graph.leaf([shape[-1] + 3, shape[-1]])
        graph.add(
            f"headLoss({{0}}, {{1}} * 0.3, targets: {left_out})",
            lambda x, e: F.cross_entropy((x @ (e * 0.3).T).reshape(len(ids), -1), targets, ignore_index=-1), x, table)
        return
    graph.add(*chance.choice([
        ("layerNorm({0}, gain: {1}, bias: {2}, epsilon: 0.1)", lambda x, g, b: F.layer_norm(x, x.shape[-1:], g, b, 0.1)),
        ("rmsNorm({0}, gain: {1}, epsilon: 0.1) + {2}", lambda x, g, b: F.rms_norm(x, x.shape[-1:], g, 0.1) + b),
        ("softmax({0}) * {1} + {2}", lambda x, g, b: x.softmax(-1) * g + b),
        ("logSoftmax({0}) * {1} + {2}", lambda x, g, b: x.log_softmax(-1) * g + b)]), x, gain, bias)
    if len(ids):
        graph.add(
            f"{{0}}.picking({ids})", lambda x: x.gather(-1, torch.tensor(ids).reshape(*shape[:-1], 1)).squeeze(-1), x)


def attention(graph, chance):
    batch, length, heads, width = (chance.choice(c) for c in ([1, 2, 3], [1, 2, 5, 13, 33, 100], [1, 2, 3], [1, 2, 4, 7, 16]))
    x = graph.leaf([batch, length, 3 * heads * width])

    def attended(x):
        q, k, v = (t.reshape(batch, length, heads, width).transpose(1, 2) for t in x.chunk(3, -1))
        return F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(batch, length, -1)

    graph.add(f"causalAttention({{0}}, heads: {heads})", attended, x)


def embedding(graph, chance):
    batch, length, width = (chance.choice(c) for c in ([1, 2, 3], [1, 2, 7], [1, 3, 16, 33]))
    tokens, positions = graph.leaf([chance.choice([1, 5, 40]), width]), graph.leaf([length + chance.choice([0, 2]), width])
    ids = [chance.randrange(tokens[1][0].shape[0]) for _ in range(batch * length)]
    graph.add(
        f"embeddingSum({{0}}, {{1}}, ids: {ids}, rows: {batch}, length: {length})",
        lambda t, p: (t[ids].reshape(batch, length, width) + p[:length]), tokens, positions)


KINDS = [function] * 4 + [arithmetic] * 5 + [arrangement] * 4 + [product, rows] * 2 + [
    reduction, assignment, attention, embedding]


def random_graph(seed):
    chance = random.Random(seed)
    graph = Graph(chance)
    graph.add("{0} * 1", lambda x: x * 1, graph.leaf(sizes(chance, 1)))
    for _ in range(chance.randint(2, 10)):
        chance.choice(KINDS)(graph, chance)
    results = graph.values[-3:]
    graph.lines += [f"_ = {name}" for name, _ in graph.values[:-3]]
    weights = chance.randint(0, 999)
    for bits in (0, 1):
        kept = [values[bits] for _, values in results]
        sum((x * numbers(weights, list(x.shape)).to(x.dtype)).sum() for x in kept).backward()
    terms = [f"({name} * numbers({weights}, {name}.shape)).sum()" for name, _ in results]
    graph.lines.append(f"({' + '.join(terms)}).backward()")
    graph.lines += [f"say({name})" for name, _ in results] + [f"say({leaf}.gradient)" for leaf, _ in graph.leaves]
    return graph, [values for _, values in results], [[leaf.grad for leaf in leaves] for _, leaves in graph.leaves]


def distance(found, exact):
    return (found.double() - exact).abs().max().item() / max(1, exact.abs().max().item()) if exact.numel() else 0


def sample(tensor):
    return tensor.detach().flatten()[::max(1, tensor.numel() // 50)]


def check(kernel, seeds):
    graphs = [random_graph(seed) for seed in seeds]
    cell = PRELUDE + "".join("do {\n" + "\n".join(graph.lines) + "\n}\n" for graph, _, _ in graphs)
    answer = kernel.run(cell, timeout=300)
    assert answer.status == "ok", (answer.content, cell)
    lines = iter(answer.text().splitlines())
    for seed, (graph, results, gradients) in zip(seeds, graphs):
        for place, (exact, rounded) in enumerate(results + gradients):
            shape, elements = (eval(text, {"nan": math.nan, "inf": math.inf}) for text in next(lines).split("|"))
            what = f"seed {seed}, printed value {place}:\n" + "\n".join(graph.lines)
            if exact is None:
                assert not any(elements), what
                continue
            assert shape == list(exact.shape), what
            bound = max(1e-5 if place < len(results) else 1e-4, 3 * distance(sample(rounded), sample(exact)))
            assert distance(torch.tensor(elements), sample(exact)) <= bound, (elements, sample(exact), what)


@pytest.mark.parametrize("first", range(0, 45, 15))
def test_random_graphs_have_the_gradients_of_pytorch(kernel, first):
    check(kernel, range(first, first + 15))
