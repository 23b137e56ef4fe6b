"""Random calls on tensors beside NumPy's: the same shapes and the same numbers, also of nothing, of infinities and at odd places."""

import random
import string

import pytest

np = pytest.importorskip("numpy")


def literal(array):
    numbers = ", ".join({"inf": ".infinity", "-inf": "-.infinity", "nan": ".nan"}.get(t := repr(float(v)), t) for v in array.flat)
    return f"Tensor([{numbers}] as [Float], shape: {list(array.shape)})"


def values(chance, shape, *, exceptions=False, whole=False):
    def number():
        if exceptions and chance.random() < 0.1:
            return chance.choice([float("inf"), float("-inf"), float("nan"), 0.0])
        return float(chance.randint(-3, 3)) if whole else float(np.float32(chance.uniform(-3, 3)))

    return np.array([number() for _ in range(int(np.prod(shape, dtype=int)))], np.float32).reshape(shape)


def sizes(chance, least=0, most=4, smallest=0):
    return [max(smallest, chance.choice([0, 1, 1, 2, 3, 5, 17])) for _ in range(chance.randint(least, most))]


def partners(chance):
    """Two shapes that broadcast."""
    shape = sizes(chance)
    return [
        [1 if chance.random() < 0.3 else size for size in shape][chance.choice([0, 0, 0, 1, 2]):] for _ in range(2)]


def arithmetic(chance):
    a, b = (values(chance, shape, exceptions=True) for shape in partners(chance))
    symbol, function = chance.choice([
        ("+", np.add), ("-", np.subtract), ("*", np.multiply), ("/", np.divide), (".<", np.less), (".<=", np.less_equal),
        (".>", np.greater), (".>=", np.greater_equal), (".==", np.equal), (".!=", np.not_equal)])
    return f"{literal(a)} {symbol} {literal(b)}", function(a, b)


def extremes(chance):
    a, b = (values(chance, shape, exceptions=True) for shape in partners(chance))
    name = chance.choice(["maximum", "minimum"])
    return f"{name}({literal(a)}, {literal(b)})", getattr(np, name)(a, b)


def choice(chance):
    a, b = (values(chance, shape, exceptions=True) for shape in partners(chance))
    condition = values(chance, np.broadcast_shapes(a.shape, b.shape), whole=True)
    return f"{literal(a)}.where({literal(condition)}, else: {literal(b)})", np.where(condition != 0, a, b)


def function(chance):
    x = values(chance, sizes(chance), exceptions=True)
    text, there = chance.choice([
        ("exp(X)", np.exp), ("log(X)", np.log), ("sqrt(X)", np.sqrt), ("abs(X)", np.abs), ("tanh(X)", np.tanh),
        ("sigmoid(X)", lambda x: 1 / (1 + np.exp(-x))), ("relu(X)", lambda x: np.maximum(x, 0)), ("-X", np.negative),
        ("X.power(3)", lambda x: x**3), ("X.power(-2)", lambda x: x**np.float32(-2)), ("X.power(0)", lambda x: x**0),
        ("X.power(0.5)", lambda x: np.where(x == -np.inf, np.nan, x**np.float32(0.5))),
        ("2 - X * 3 + X / 4", lambda x: 2 - x * 3 + x / 4)])
    return text.replace("X", literal(x)), there(x)


def place(chance, size):
    """An index of one axis, in Swift and in Python."""
    kinds = [("AxisIndex.all", slice(None))]
    first = chance.randint(0, size)
    last = chance.randint(first, size)
    kinds += [(f"{first}..<{last}", slice(first, last)), (f"{first}...", slice(first, None)), (f"..<{last}", slice(None, last))]
    if size > 0:
        at = chance.randint(-size, size - 1)
        kinds += [(f"{at}", at), (f"({at})...", slice(at, None)), (f"...({at})", slice(None, at + 1 or None))]
        step = chance.choice([1, 2, 3])
        kinds += [
            (f"stride(from: {first}, to: {last}, by: {step})", slice(first, last, step)),
            (f"stride(from: -1, through: -{size}, by: -{step})", slice(None, None, -step))]
    return chance.choice(kinds)


def places(chance, shape):
    chosen = [place(chance, size) for size in shape[:chance.randint(1, len(shape))]]
    return ", ".join(swift for swift, _ in chosen), tuple(python for _, python in chosen)


def part(chance):
    x = values(chance, sizes(chance, 1))
    swift, python = places(chance, x.shape)
    return f"{literal(x)}[{swift}]", x[python]


def assignment(chance):
    x = values(chance, sizes(chance, 1))
    swift, python = places(chance, x.shape)
    new = values(chance, [1 if chance.random() < 0.3 else size for size in x[python].shape][chance.choice([0, 0, 1]):])
    changed = x.copy()
    changed[python] = new
    return f"{{ var x = {literal(x)}; x[{swift}] = {literal(new)}; return x }}()", changed


def reduction(chance):
    x = values(chance, sizes(chance, 1), exceptions=chance.random() < 0.3)
    axes = chance.sample(range(x.ndim), chance.randint(1, x.ndim))
    axes = [axis - x.ndim if chance.random() < 0.3 else axis for axis in axes]
    name = chance.choice(["sum", "mean", "variance"] + ["max", "min"] * all(x.shape))
    there = getattr(np, {"variance": "var"}.get(name, name))
    keeps = chance.choice(["true", "false"])
    if len(axes) == 1 and chance.random() < 0.7:
        return f"{literal(x)}.{name}(axis: {axes[0]}, keepingAxis: {keeps})", there(x, axes[0], keepdims=keeps == "true")
    return f"{literal(x)}.{name}(axes: {axes}, keepingAxes: {keeps})", there(x, tuple(axes), keepdims=keeps == "true")


def whole(chance):
    x = values(chance, sizes(chance, 0, smallest=1))
    name = chance.choice(["sum", "mean", "max", "min"])
    return f"{literal(x)}.{name}()", getattr(np, name)(x)


def joining(chance):
    shape = sizes(chance, 1)
    axis = chance.randrange(len(shape))
    parts = [values(chance, shape[:axis] + [chance.randint(0, 3)] + shape[axis + 1:]) for _ in range(chance.randint(1, 4))]
    return f"Tensor.concatenate([{', '.join(map(literal, parts))}], axis: {axis - chance.choice([0, len(shape)])})", \
        np.concatenate(parts, axis)


def stacking(chance):
    shape = sizes(chance)
    parts = [values(chance, shape) for _ in range(chance.randint(1, 3))]
    return f"Tensor.stack([{', '.join(map(literal, parts))}])", np.stack(parts)


def gathering(chance):
    x = values(chance, [chance.randint(1, 5)] + sizes(chance, 0, 2))
    ids = [chance.randrange(len(x)) for _ in range(chance.randint(0, 6))]
    return f"{literal(x)}.gather({ids})", x[ids]


def turning(chance):
    x = values(chance, sizes(chance, 2))
    axes = chance.sample(range(x.ndim), x.ndim)
    return f"{literal(x)}.transposed({', '.join(map(str, axes))})", x.transpose(axes)


def reshaping(chance):
    x = values(chance, sizes(chance, smallest=1))
    shape = list(x.shape)
    chance.shuffle(shape)
    if shape and chance.random() < 0.5:
        shape[chance.randrange(len(shape))] = -1
    shape.insert(chance.randint(0, len(shape)), 1)
    return f"{literal(x)}.reshaped(to: {', '.join(map(str, shape))})", x.reshape(shape)


def spreading(chance):
    _, (small, large) = None, partners(chance)
    shape = np.broadcast_shapes(tuple(small), tuple(large))
    x = values(chance, small)
    return f"{literal(x)}.broadcast(to: {list(shape)})", np.broadcast_to(x, shape)


def product(chance):
    m, k, n = (chance.choice([0, 1, 2, 7, 33]) for _ in range(3))
    batches = partners(chance)
    a = values(chance, ([] if chance.random() < 0.2 else batches[0][:2] + [m]) + [k])
    b = values(chance, [k] if chance.random() < 0.2 else (batches[1][:2] if a.ndim > 1 else []) + [k, n])
    try:
        return f"matmul({literal(a)}, {literal(b)})", np.matmul(a, b)
    except ValueError:
        return product(chance)


def summation(chance):
    names = chance.sample(string.ascii_letters, 4)
    size = {name: chance.choice([1, 2, 3, 5]) for name in names}
    terms = ["".join(chance.choices(names, k=chance.randint(0 if _ else 1, 3))) for _ in range(chance.randint(1, 3))]
    used = sorted(set("".join(terms)))
    formula = ",".join(terms)
    shapes = [[size[name] for name in term] for term in terms]
    if chance.random() < 0.2:
        shapes[0] = [4, 3] + shapes[0]
        formula = "..." + formula
        formula += "->..." + "".join(chance.sample(used, chance.randint(0, len(used))))
    elif chance.random() < 0.8:
        formula += "->" + "".join(chance.sample(used, chance.randint(0, len(used))))
    arrays = [values(chance, shape) for shape in shapes]
    return f'einsum("{formula}", {", ".join(map(literal, arrays))})', np.einsum(formula, *arrays)


def rows(chance):
    x = values(chance, sizes(chance, 1, smallest=1)) * chance.choice([1, 50])
    shifted = x.astype(np.float64) - x.max(-1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return chance.choice([(f"softmax({literal(x)})", np.exp(logs)), (f"logSoftmax({literal(x)})", logs)])


KINDS = [
    arithmetic, extremes, choice, function, part, assignment, reduction, whole, joining, stacking, gathering, turning,
    reshaping, spreading, product, summation, rows]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_random_calls_are_those_of_numpy(kernel, kind):
    chance = random.Random(kind.__name__)
    with np.errstate(all="ignore"):
        calls = [kind(chance) for _ in range(12)]
    cell = "".join(f"do {{ let x: Tensor = {swift}; print(x.shape.sizes, x.elements) }}\n" for swift, _ in calls)
    answer = kernel.run(cell, timeout=120)
    assert answer.status == "ok", (answer.content, cell)
    lines = answer.text().splitlines()
    assert len(lines) == len(calls)
    for (swift, expected), line in zip(calls, lines):
        shape, numbers = eval(line.replace("] [", "], ["), {"nan": float("nan"), "inf": float("inf")})
        assert shape == list(np.shape(expected)), swift
        np.testing.assert_allclose(
            np.array(numbers).reshape(shape), np.asarray(expected, np.float64), rtol=3e-5, atol=3e-5, err_msg=swift)
