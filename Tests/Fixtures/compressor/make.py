"""A small Compressor with random weights, and what PyTorch computes with it: logits, loss and gradients.

Everything is computed from the definition, one position at a time: the text before each token is cut into pairs, each
pair is encoded alone, the trunk reads the pairs, and a decoder with torch's own cross-attention (its queries and keys
random, for among one state they must not matter) foretells the token from the last two.

    pip install torch safetensors numpy && python make.py
"""

import json
import pathlib

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
HIDDEN, LAYERS, HEADS, NEURONS, VOCABULARY, CONTEXT = 12, 3, 3, 20, 31, 11
HALF = (LAYERS + 1) // 2
torch.manual_seed(3)
weights = {}


def matrix(name, *shape):
    weights[name] = torch.nn.Parameter(torch.randn(*shape) * 0.3)


def linear(name, inputs, outputs):
    matrix(f"{name}.weight", inputs, outputs)
    matrix(f"{name}.bias", outputs)


def norm(name):
    weights[f"{name}.gain"] = torch.nn.Parameter(1 + torch.randn(HIDDEN) * 0.2)
    matrix(f"{name}.bias", HIDDEN)


def block(name, reads_state=False):
    norm(f"{name}.attentionNorm")
    linear(f"{name}.attention.queryKeyValue", HIDDEN, 3 * HIDDEN)
    linear(f"{name}.attention.output", HIDDEN, HIDDEN)
    if reads_state:
        linear(f"{name}.stateAttention.value", HIDDEN, HIDDEN)
        linear(f"{name}.stateAttention.output", HIDDEN, HIDDEN)
    norm(f"{name}.feedForwardNorm")
    linear(f"{name}.feedForward.up", HIDDEN, NEURONS)
    linear(f"{name}.feedForward.down", NEURONS, HIDDEN)


matrix("tokens.weight", VOCABULARY, HIDDEN)
matrix("pairPlaces.weight", 3, HIDDEN)
for i in range(HALF):
    block(f"encoder.{i}")
matrix("positions.weight", 1 + CONTEXT // 2, HIDDEN)
for i in range(LAYERS):
    block(f"trunk.{i}")
norm("trunkNorm")
matrix("windowPlaces.weight", 2, HIDDEN)
for i in range(HALF):
    block(f"decoder.{i}", reads_state=True)
norm("norm")


def normalised(x, name):
    return F.layer_norm(x, (HIDDEN,), weights[f"{name}.gain"], weights[f"{name}.bias"], 1e-5)


def projected(x, name):
    return x @ weights[f"{name}.weight"] + weights[f"{name}.bias"]


def cross_attention(x, state, name):
    """torch's attention of x to a memory of one state."""
    w = weights
    query_key = torch.randn(2 * HIDDEN, HIDDEN)
    found, _ = F.multi_head_attention_forward(
        x[:, None], state[None, None], state[None, None], HIDDEN, HEADS,
        torch.cat([query_key, w[f"{name}.value.weight"].T]),
        torch.cat([torch.randn(2 * HIDDEN), w[f"{name}.value.bias"]]),
        None, None, False, 0.0, w[f"{name}.output.weight"].T, w[f"{name}.output.bias"], training=False)
    return found[:, 0]


def run(x, name, state=None):
    """A block over one row.  # [length, HIDDEN]"""
    q, k, v = projected(normalised(x, f"{name}.attentionNorm"), f"{name}.attention.queryKeyValue").split(HIDDEN, dim=-1)
    heads = lambda t: t.reshape(len(x), HEADS, -1).transpose(0, 1)
    found = F.scaled_dot_product_attention(heads(q), heads(k), heads(v), is_causal=True)
    x = x + projected(found.transpose(0, 1).reshape(len(x), HIDDEN), f"{name}.attention.output")
    if state is not None:
        x = x + cross_attention(x, state, f"{name}.stateAttention")
    up = F.gelu(projected(normalised(x, f"{name}.feedForwardNorm"), f"{name}.feedForward.up"), approximate="tanh")
    return x + projected(up, f"{name}.feedForward.down")


def pair_vector(first, second):
    x = torch.stack([first, second, torch.zeros(HIDDEN)]) + weights["pairPlaces.weight"]
    for i in range(HALF):
        x = run(x, f"encoder.{i}")
    return x[2]


def next_logits(ids):
    """Scores of the token after these."""
    embedded = weights["tokens.weight"][ids]
    last = len(ids) - 1
    # The decoder foretells two tokens from the state before them: an even place is the second one of its window.
    is_second = last % 2 == 0
    known = last if is_second else last + 1
    pairs = [pair_vector(embedded[i], embedded[i + 1]) for i in range(0, known - known % 2, 2)]
    x = torch.stack([torch.zeros(HIDDEN)] + pairs) + weights["positions.weight"][: len(pairs) + 1]
    for i in range(LAYERS):
        x = run(x, f"trunk.{i}")
    state = normalised(x, "trunkNorm")[-1]
    before = embedded[last - 1] if last > 0 else torch.zeros(HIDDEN)
    x = torch.stack([before, embedded[last]]) if is_second else embedded[last:]
    x = x + weights["windowPlaces.weight"][: len(x)]
    for i in range(HALF):
        x = run(x, f"decoder.{i}", state)
    return normalised(x, "norm")[-1] @ weights["tokens.weight"].T


cases = []
for length in (1, 2, 7, 8):
    inputs = torch.randint(0, VOCABULARY, (2, length))
    targets = torch.randint(0, VOCABULARY, (2, length))
    if length > 3:
        targets[1, 2] = -1
    logits = torch.stack([torch.stack([next_logits(row[: t + 1]) for t in range(length)]) for row in inputs])
    loss = F.cross_entropy(logits.reshape(-1, VOCABULARY), targets.reshape(-1), ignore_index=-1)
    cases.append({
        "length": length, "inputs": inputs.flatten().tolist(), "targets": targets.flatten().tolist(),
        "logits": logits.flatten().tolist(), "loss": loss.item(),
    })
loss.backward()  # of the last case

config = {
    "model_type": "compressor", "n_embd": HIDDEN, "n_layer": LAYERS, "n_head": HEADS, "n_inner": NEURONS,
    "n_positions": CONTEXT, "vocab_size": VOCABULARY, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5,
}
for folder, values in [("model", {k: v.data for k, v in weights.items()}), ("gradients", {k: v.grad for k, v in weights.items()})]:
    (HERE / folder).mkdir(exist_ok=True)
    save_file({k: v.contiguous() for k, v in values.items()}, HERE / folder / "model.safetensors")
    (HERE / folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
(HERE / "expected.json").write_text(json.dumps(cases))
