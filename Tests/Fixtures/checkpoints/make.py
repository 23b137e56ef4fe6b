"""Makes small checkpoints of random weights with transformers, and what transformers computes with them.

Needs torch, transformers 5.23, safetensors and gguf. Each folder holds config.json, model.safetensors and expected.json:
prompts, logits of the last position of each, and greedy and beam continuations.

    python make.py              everything
    python make.py llama-linear only these
"""

import json
import pathlib
import shutil
import sys

import gguf
import numpy as np
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, GPT2Config, GPTNeoConfig, LlamaConfig
from transformers.generation import logits_process as process

HERE = pathlib.Path(__file__).parent
VOCABULARY, CONTEXT, END = 61, 48, 7


def configurations():
    common = dict(vocab_size=VOCABULARY, bos_token_id=END, eos_token_id=END)
    yield "gpt2", GPT2Config(n_embd=32, n_layer=2, n_head=4, n_positions=CONTEXT, **common)
    yield "gpt2-narrow", GPT2Config(n_embd=20, n_layer=2, n_head=2, n_inner=28, n_positions=CONTEXT, **common)
    yield "gpt-neo", GPTNeoConfig(
        hidden_size=24, num_layers=4, num_heads=2, max_position_embeddings=CONTEXT, window_size=9,
        attention_types=[[["global", "local"], 2]], **common)
    yield "llama", LlamaConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, intermediate_size=56,
        max_position_embeddings=CONTEXT, tie_word_embeddings=False, **common)
    yield "llama-shared", LlamaConfig(
        hidden_size=24, num_hidden_layers=2, num_attention_heads=3, num_key_value_heads=3, intermediate_size=40,
        max_position_embeddings=CONTEXT, tie_word_embeddings=True, rope_theta=5000.0, attention_bias=True, **common)
    scaled = dict(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=1, intermediate_size=24, max_position_embeddings=CONTEXT,
        **common)
    yield "llama-linear", LlamaConfig(
        rope_parameters={"rope_type": "linear", "factor": 3.0, "rope_theta": 10000.0}, **scaled)
    yield "llama-llama3", LlamaConfig(
        rope_parameters={
            "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
            "original_max_position_embeddings": 24, "rope_theta": 50.0}, **scaled)


def lively(model):
    """Random weights whose logits are far apart, so that continuations do not hang on rounding."""
    generator = torch.Generator().manual_seed(11)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() == 2:
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.25)
            elif name.endswith("bias"):
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.1)
            else:
                parameter.copy_(1 + torch.randn(parameter.shape, generator=generator) * 0.1)
    return model.eval()


def expected(model):
    rng = np.random.default_rng(3)
    prompts = [rng.integers(0, VOCABULARY, size=n).tolist() for n in (1, 5, 17, 40)]
    result = []
    for prompt in prompts:
        ids = torch.tensor([prompt])
        new = min(24, CONTEXT - len(prompt))
        common = dict(max_new_tokens=new, do_sample=False, pad_token_id=END, attention_mask=torch.ones_like(ids))
        with torch.no_grad():
            logits = model(ids).logits[0, -1]
            greedy = model.generate(ids, **common)[0, len(prompt):].tolist()
            repeated = model.generate(ids, repetition_penalty=1.3, **common)[0, len(prompt):].tolist()
            beams = model.generate(
                ids, num_beams=5, num_return_sequences=5, return_dict_in_generate=True, output_scores=True, **common)
        texts = [t[len(prompt):].tolist() for t in beams.sequences]
        result.append(dict(
            prompt=prompt, logits=logits.tolist(), newTokens=new, greedy=greedy, repetitionPenalty=repeated,
            beams=texts, beamScores=beams.sequences_scores.tolist()))
    return result


def sampling():
    """Probabilities after transformers' logits processors."""
    generator = torch.Generator().manual_seed(2)
    logits = torch.randn(1, 200, generator=generator) * 3
    ids = torch.zeros(1, 1, dtype=torch.long)

    def probabilities(*processors):
        scores = logits.clone()
        for each in processors:
            scores = each(ids, scores)
        return torch.softmax(scores, -1)[0].tolist()

    t = process.TemperatureLogitsWarper(0.8)
    return dict(
        logits=logits[0].tolist(),
        temperature=probabilities(t),
        topK=probabilities(t, process.TopKLogitsWarper(12)),
        topP=probabilities(t, process.TopPLogitsWarper(0.9)),
        minP=probabilities(t, process.MinPLogitsWarper(0.05)),
        all=probabilities(
            t, process.TopKLogitsWarper(40), process.TopPLogitsWarper(0.8), process.MinPLogitsWarper(0.02)))


def shards(folder, model):
    """The same weights in two files with an index."""
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder, max_shard_size="15KB")
    (folder / "generation_config.json").unlink(missing_ok=True)


def gguf_file(path, model, quantization):
    """What llama.cpp's converter writes for a Llama, with its matrices quantised where rows allow it."""
    config = model.config
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(10000.0)
    names = {"embed_tokens": "token_embd", "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
             "q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v", "o_proj": "attn_output", "gate_proj": "ffn_gate",
             "up_proj": "ffn_up", "down_proj": "ffn_down", "norm": "output_norm", "lm_head": "output"}
    used = {}
    for name, tensor in model.state_dict().items():
        parts = name.removesuffix(".weight").split(".")
        block = f"blk.{parts[2]}." if "layers" in parts else ""
        data = tensor.numpy().astype(np.float32)
        if parts[-1] in ("q_proj", "k_proj"):
            heads = config.num_attention_heads if parts[-1] == "q_proj" else config.num_key_value_heads
            data = data.reshape(heads, 2, data.shape[0] // heads // 2, data.shape[1]).swapaxes(1, 2).reshape(data.shape)
        kind = gguf.GGMLQuantizationType.F32
        if data.ndim == 2 and data.shape[1] % 32 == 0:
            kind = quantization
        stored = gguf.quants.quantize(np.ascontiguousarray(data), kind)
        writer.add_tensor(block + names[parts[-1]] + ".weight", stored, raw_dtype=kind)
        used[name] = gguf.quants.dequantize(stored, kind)
        if parts[-1] in ("q_proj", "k_proj"):
            d = used[name]
            used[name] = d.reshape(heads, d.shape[0] // heads // 2, 2, d.shape[1]).swapaxes(1, 2).reshape(d.shape)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    copy = AutoModelForCausalLM.from_config(config).eval()
    copy.load_state_dict({k: torch.tensor(v) for k, v in used.items()})
    with torch.no_grad():
        return copy(torch.tensor([[1, 2, 3, 4, 5]])).logits[0, -1].tolist()


def main():
    for name, config in configurations():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        torch.manual_seed(0)
        model = lively(AutoModelForCausalLM.from_config(config))
        folder = HERE / name
        model.save_pretrained(folder)
        (folder / "generation_config.json").unlink(missing_ok=True)
        (folder / "expected.json").write_text(json.dumps(expected(model)))
        if name == "gpt2-narrow":
            shards(HERE / "gpt2-sharded", model)
        if name == "llama":
            for kind in ("F16", "BF16"):
                half = HERE / f"llama-{kind}"
                half.mkdir(exist_ok=True)
                shutil.copy(folder / "config.json", half)
                dtype = torch.float16 if kind == "F16" else torch.bfloat16
                weights = {k: v.to(dtype) for k, v in load_file(folder / "model.safetensors").items()}
                save_file(weights, half / "model.safetensors")
            logits = {}
            for kind in ("F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1"):
                path = HERE / "gguf" / f"{kind}.gguf"
                path.parent.mkdir(exist_ok=True)
                logits[kind] = gguf_file(path, model, gguf.GGMLQuantizationType[kind])
            (HERE / "gguf" / "expected.json").write_text(json.dumps(logits))
    if not sys.argv[1:]:
        (HERE / "sampling.json").write_text(json.dumps(sampling()))


main()
