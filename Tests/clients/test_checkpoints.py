"""Checkpoints beside transformers: the same logits in both directions, and files that survive a kill at any moment."""

import json
import os
import pathlib
import random
import signal
import struct
import subprocess
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / ".build/release/martlet-bench"
FIXTURES = ROOT / "Tests/Fixtures/checkpoints"


def martlet(*arguments):
    done = subprocess.run([BENCH, "checkpoint", *map(str, arguments)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout) if done.stdout else None


def data_folder():
    places = [os.environ.get("MARTLET_DATA"), ROOT.parent / "shared/data"]
    return next((pathlib.Path(place) for place in places if place and pathlib.Path(place).exists()), None)


def configurations(transformers):
    """Random models as large as people use them."""
    return {
        "gpt2-small": transformers.GPT2Config(),
        "gpt-neo": transformers.GPTNeoConfig(
            hidden_size=512, num_layers=4, num_heads=8, vocab_size=10_000, max_position_embeddings=512, window_size=16,
            attention_types=[[["global", "local"], 2]]),
        "llama-15M": transformers.LlamaConfig(
            hidden_size=288, num_hidden_layers=6, num_attention_heads=6, intermediate_size=768, vocab_size=32_000,
            max_position_embeddings=256),
        "llama-grouped": transformers.LlamaConfig(
            hidden_size=512, num_hidden_layers=3, num_attention_heads=16, num_key_value_heads=4, intermediate_size=1376,
            vocab_size=5_000, max_position_embeddings=512, tie_word_embeddings=True),
    }


@pytest.mark.parametrize("name", ["gpt2-small", "gpt-neo", "llama-15M", "llama-grouped"])
def test_logits_and_greedy_texts_equal_those_of_transformers_both_ways(name, tmp_path):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(1)
    model = transformers.AutoModelForCausalLM.from_config(configurations(transformers)[name]).eval()
    model.save_pretrained(tmp_path / "theirs")
    ids = torch.randint(0, model.config.vocab_size, (1, 40))
    ours = martlet("--model", tmp_path / "theirs", "--ids", ",".join(map(str, ids[0].tolist())), "--length", 12)
    with torch.no_grad():
        logits = model(ids).logits[0, -1]
        greedy = model.generate(
            ids, attention_mask=torch.ones_like(ids), max_new_tokens=12, do_sample=False, eos_token_id=None, pad_token_id=0)
    assert (torch.tensor(ours["logits"]) - logits).abs().max() < 1e-4
    assert ours["greedy"] == greedy[0, 40:].tolist()

    martlet("--do", "save", "--model", tmp_path / "theirs", "--to", tmp_path / "ours")
    again = transformers.AutoModelForCausalLM.from_pretrained(tmp_path / "ours").eval()
    with torch.no_grad():
        assert (again(ids).logits[0, -1] - logits).abs().max() < 1e-6


@pytest.mark.parametrize("format", ["F16", "BF16"])
def test_half_precision_opens_in_transformers(format, tmp_path):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    martlet("--do", "save", "--model", FIXTURES / "llama", "--to", tmp_path, "--format", format)
    theirs = transformers.AutoModelForCausalLM.from_pretrained(FIXTURES / "llama")
    ours = transformers.AutoModelForCausalLM.from_pretrained(tmp_path)
    dtype = torch.float16 if format == "F16" else torch.bfloat16
    for name, weight in theirs.state_dict().items():
        assert torch.equal(ours.state_dict()[name].to(dtype), weight.to(dtype)), name


def whole(path):
    """Whether a safetensors file is as long as its header says."""
    content = path.read_bytes()
    length = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8:8 + length])
    end = max(entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__")
    return len(content) == 8 + length + end


def test_a_kill_at_any_moment_leaves_whole_files(tmp_path):
    martlet("--do", "save", "--model", FIXTURES / "gpt2", "--to", tmp_path)
    weights = tmp_path / "model.safetensors"
    good = weights.read_bytes()
    for _ in range(25):
        writer = subprocess.Popen(
            [BENCH, "checkpoint", "--do", "save", "--model", FIXTURES / "gpt2", "--to", tmp_path, "--times", "1000000"])
        time.sleep(random.uniform(0.02, 0.2))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        assert whole(weights) and weights.read_bytes() == good
        json.loads((tmp_path / "config.json").read_text())


def test_a_training_killed_at_any_moment_goes_on_to_the_same_weights(tmp_path):
    def command(folder):
        return [BENCH, "resume", "--to", folder, "--steps", "60"]

    environment = {**os.environ, "MARTLET_CACHE": str(tmp_path / "cache")}
    whole = subprocess.run(command(tmp_path / "whole"), capture_output=True, text=True, check=True, env=environment)
    kills = 0
    while kills < 12:
        child = subprocess.Popen(
            command(tmp_path / "parted"), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
        try:
            output, _ = child.communicate(timeout=random.uniform(0.05, 0.4))
            break
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.communicate()
            kills += 1
    else:
        output = subprocess.run(
            command(tmp_path / "parted"), capture_output=True, text=True, check=True, env=environment).stdout
    assert kills > 0
    assert json.loads(output.splitlines()[-1]) == json.loads(whole.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", ["prepend", "first", "always", "never"])
def test_tokenizers_saved_here_give_the_same_ids_there(name, tmp_path):
    tokenizers = pytest.importorskip("tokenizers")
    golden = json.loads((FIXTURES.parent / "tokenizer/llama/ids.json").read_text())
    martlet("--do", "tokenizer", "--model", FIXTURES.parent / f"tokenizer/llama/{name}.json", "--to", tmp_path)
    again = tokenizers.Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert [again.encode(text, add_special_tokens=False).ids for text in golden["marked"]] == golden["ids"][name]
    opened = again.encode("Lily").ids
    assert opened[0] == 1 if name in ("prepend", "first") else opened[0] != 1


@pytest.mark.parametrize("name", ["llama-tokenizer", "gpt2-tokenizer"])
def test_a_gguf_file_saved_here_opens_in_transformers_with_its_tokenizer(name, tmp_path):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    file = FIXTURES / f"gguf/{name}.gguf"
    golden = json.loads((FIXTURES / "gguf/with-tokenizers.json").read_text())[name.removesuffix("-tokenizer")]
    martlet("--do", "save", "--model", file, "--to", tmp_path)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path)
    ids = [tokenizer.encode(text, add_special_tokens=False) for text in golden["texts"]]
    assert ids == golden["ids"]
    theirs = transformers.AutoModelForCausalLM.from_pretrained(tmp_path).eval()
    ours = martlet("--model", file, "--ids", "20,21,22,23", "--length", 1)
    with torch.no_grad():
        logits = theirs(torch.tensor([[20, 21, 22, 23]])).logits[0, -1]
    assert (torch.tensor(ours["logits"]) - logits).abs().max() < 1e-4


@pytest.mark.parametrize("kind", ["linear", "llama3"])
def test_scaled_positions_are_saved_as_transformers_reads_them(kind, tmp_path):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    martlet("--do", "save", "--model", FIXTURES / f"llama-{kind}", "--to", tmp_path)
    ids = torch.arange(40)[None]
    with torch.no_grad():
        theirs, ours = (
            transformers.AutoModelForCausalLM.from_pretrained(folder).eval()(ids).logits
            for folder in (FIXTURES / f"llama-{kind}", tmp_path))
    assert torch.equal(theirs, ours)


def llama2c_reference(path, tokens, count):
    """Greedy continuation by NumPy, written from the description of llama2.c's file and of Llama."""
    np = pytest.importorskip("numpy")
    raw = path.read_bytes()
    dim, hidden, layers, heads, kv_heads, vocabulary, context = struct.unpack("7i", raw[:28])
    numbers = np.frombuffer(raw[28:], dtype="<f4")
    width, place = dim // heads, 0

    def take(*shape):
        nonlocal place
        size = int(np.prod(shape))
        place += size
        return numbers[place - size:place].reshape(shape)

    embedding = take(vocabulary, dim)
    attention_norm, wq = take(layers, dim), take(layers, dim, dim)
    wk, wv = take(layers, kv_heads * width, dim), take(layers, kv_heads * width, dim)
    wo, feed_norm = take(layers, dim, dim), take(layers, dim)
    w1, w2, w3 = take(layers, hidden, dim), take(layers, dim, hidden), take(layers, hidden, dim)
    last_norm = take(dim)

    def norm(x, gain):
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-5) * gain

    def turn(x):  # [time, heads, width]: neighbours are the real and the imaginary part
        angles = np.outer(np.arange(len(x)), 10000.0 ** (-np.arange(0, width, 2) / width))[:, None]
        a, b = x[..., 0::2], x[..., 1::2]
        return np.stack([a * np.cos(angles) - b * np.sin(angles), a * np.sin(angles) + b * np.cos(angles)], -1).reshape(x.shape)

    tokens = list(tokens)
    for _ in range(count):
        x, time_ = embedding[tokens], len(tokens)
        for layer in range(layers):
            n = norm(x, attention_norm[layer])
            q = turn((n @ wq[layer].T).reshape(time_, heads, width))
            k = turn((n @ wk[layer].T).reshape(time_, kv_heads, width)).repeat(heads // kv_heads, 1)
            v = (n @ wv[layer].T).reshape(time_, kv_heads, width).repeat(heads // kv_heads, 1)
            scores = np.einsum("qhd,khd->hqk", q, k) / np.sqrt(width)
            scores = np.where(np.tril(np.ones((time_, time_))) > 0, scores, -np.inf)
            pattern = np.exp(scores - scores.max(-1, keepdims=True))
            pattern /= pattern.sum(-1, keepdims=True)
            x = x + np.einsum("hqk,khd->qhd", pattern, v).reshape(time_, dim) @ wo[layer].T
            n = norm(x, feed_norm[layer])
            gate = n @ w1[layer].T
            x = x + (gate / (1 + np.exp(-gate)) * (n @ w3[layer].T)) @ w2[layer].T
        tokens.append(int((norm(x[-1], last_norm) @ embedding.T).argmax()))
    return tokens


def test_stories260K_writes_what_numpy_computes():
    folder = data_folder()
    if folder is None:
        pytest.skip("no real data: MARTLET_DATA is not set and ../shared/data does not exist")
    model = folder / "stories260K/stories260K.bin"
    told = martlet("--do", "tell", "--model", model, "--length", 100)
    prompt = [1, 403, 407, 261, 378]  # <s> Once upon a time
    assert told["tokens"] == llama2c_reference(model, prompt, 100)[5:]
    assert told["text"].startswith(
        "Once upon a time, there was a little girl named Lily. She loved to play outside in the park. One day, she saw "
        "a big, red ball.")
