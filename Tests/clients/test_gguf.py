"""GGUF files that llama.cpp's `gguf` package writes: the same numbers, the same ids, and formats that are not read are named."""

import base64
import json
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / ".build/release/martlet-bench"
HIDDEN, NEURONS, CONTEXT, HEADS = 256, 512, 32, 4


def write(path, quantization, *, vocabulary=288, tokenizer=None):
    """A GPT-2 of one layer whose matrices are stored in a format; what its tensors stand for."""
    gguf = pytest.importorskip("gguf")
    numpy = pytest.importorskip("numpy")
    chance = numpy.random.default_rng(3)
    writer = gguf.GGUFWriter(path, "gpt2")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(1)
    writer.add_feed_forward_length(NEURONS)
    writer.add_head_count(HEADS)
    writer.add_layer_norm_eps(1e-5)
    if tokenizer:
        tokenizer(writer)
    shapes = {
        "token_embd.weight": (vocabulary, HIDDEN), "position_embd.weight": (CONTEXT, HIDDEN), "blk.0.attn_qkv.weight": (3 * HIDDEN, HIDDEN),
        "blk.0.attn_output.weight": (HIDDEN, HIDDEN), "blk.0.ffn_up.weight": (NEURONS, HIDDEN), "blk.0.ffn_down.weight": (HIDDEN, NEURONS),
        "blk.0.attn_qkv.bias": (3 * HIDDEN,), "blk.0.attn_output.bias": (HIDDEN,), "blk.0.ffn_up.bias": (NEURONS,),
        "blk.0.ffn_down.bias": (HIDDEN,), "blk.0.attn_norm.weight": (HIDDEN,), "blk.0.attn_norm.bias": (HIDDEN,),
        "blk.0.ffn_norm.weight": (HIDDEN,), "blk.0.ffn_norm.bias": (HIDDEN,), "output_norm.weight": (HIDDEN,), "output_norm.bias": (HIDDEN,)}
    meant = {}
    for name, shape in shapes.items():
        # Blocks of very different scales, some of them 0.
        numbers = chance.normal(size=shape).astype(numpy.float32)
        if len(shape) == 2:
            numbers *= chance.choice([0, 1e-3, 1, 50], size=(shape[0], 1)).astype(numpy.float32)
        if len(shape) == 1:
            writer.add_tensor(name, numbers)
            meant[name] = numbers
            continue
        block, size = gguf.GGML_QUANT_SIZES[quantization]
        try:
            stored = gguf.quants.quantize(numbers, quantization)
            meant[name] = gguf.quants.dequantize(stored, quantization)
        except NotImplementedError:
            stored = numpy.zeros((shape[0], max(1, shape[1] // block) * size), dtype=numpy.uint8)
        writer.add_tensor(name, stored, raw_dtype=quantization)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return meant


NAMES = {
    "token_embd": "wte", "position_embd": "wpe", "blk.0.attn_qkv": "h.0.attn.c_attn", "blk.0.attn_output": "h.0.attn.c_proj",
    "blk.0.ffn_up": "h.0.mlp.c_fc", "blk.0.ffn_down": "h.0.mlp.c_proj", "blk.0.attn_norm": "h.0.ln_1", "blk.0.ffn_norm": "h.0.ln_2",
    "output_norm": "ln_f"}


@pytest.mark.parametrize("name", ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1"])
def test_numbers_are_those_that_gguf_reads(name, tmp_path):
    gguf = pytest.importorskip("gguf")
    numpy = pytest.importorskip("numpy")
    load_file = pytest.importorskip("safetensors.numpy").load_file
    meant = write(tmp_path / "model.gguf", gguf.GGMLQuantizationType[name])
    subprocess.run(
        [BENCH, "checkpoint", "--do", "save", "--model", tmp_path / "model.gguf", "--to", tmp_path / "ours"], check=True)
    ours = load_file(tmp_path / "ours/model.safetensors")
    for theirs, numbers in meant.items():
        place, kind = theirs.rsplit(".", 1)
        found = ours[f"transformer.{NAMES[place]}.{kind}"]
        if numbers.ndim == 2 and NAMES[place].startswith("h."):
            found = found.T
        assert numpy.array_equal(found, numbers), theirs


@pytest.mark.parametrize("name", ["Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "TQ2_0"])
def test_formats_that_are_not_read_are_named(name, tmp_path):
    gguf = pytest.importorskip("gguf")
    write(tmp_path / "model.gguf", gguf.GGMLQuantizationType[name])
    done = subprocess.run(
        [BENCH, "checkpoint", "--model", tmp_path / "model.gguf", "--ids", "1"], capture_output=True, text=True)
    assert done.returncode != 0 and name in done.stderr and "model.gguf" in done.stderr, done.stderr


@pytest.mark.parametrize("style, pattern", [("gpt2", "gpt-2"), ("llama3", "llama-bpe"), ("qwen2", "qwen2")])
def test_byte_level_tokenizers_give_the_ids_of_tokenizers(style, pattern, tmp_path):
    from test_tokenizers import encode, learned, texts
    gguf = pytest.importorskip("gguf")
    path, peer = learned(style, tmp_path)
    content = json.loads(path.read_text())
    vocabulary = {**content["model"]["vocab"], **{token["content"]: token["id"] for token in content["added_tokens"]}}
    pieces = sorted(vocabulary, key=vocabulary.get)
    special = {token["content"] for token in content["added_tokens"]}

    def tokenizer(writer):
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre(pattern)
        writer.add_token_list(pieces)
        writer.add_token_types([gguf.TokenType.CONTROL if piece in special else gguf.TokenType.NORMAL for piece in pieces])
        writer.add_token_merges([" ".join(pair) for pair in content["model"]["merges"]])
        writer.add_bos_token_id(1)
        writer.add_eos_token_id(0)

    write(tmp_path / "model.gguf", gguf.GGMLQuantizationType.F32, vocabulary=len(pieces), tokenizer=tokenizer)
    subprocess.run(
        [BENCH, "checkpoint", "--do", "save", "--model", tmp_path / "model.gguf", "--to", tmp_path / "ours"], check=True)
    data = texts()[:400]
    for text, ours in zip(data, encode(tmp_path / "ours", data), strict=True):
        valid = text.decode(errors="replace")
        assert ours["ids"] == peer.encode(valid, add_special_tokens=False).ids, valid
        assert base64.b64decode(ours["decoded"]).decode() == valid
