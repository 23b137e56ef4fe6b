"""Small GGUF files with tokenizers in them: a GPT-2 and two Llamas, one of which scales its positions as Llama 3 does.

    pip install torch transformers gguf tokenizers sentencepiece && python gguf_tokenizers.py

gguf/with-tokenizers.json holds texts, their ids by tokenizers and sentencepiece, and logits after the ids of the first.
"""

import json
import math
import pathlib
import sys

import gguf
import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tokenizer"))
import llama as pieces  # noqa: E402

KIND = gguf.TokenType
NAMES = {
    "wte": "token_embd", "wpe": "position_embd", "ln_f": "output_norm", "ln_1": "attn_norm", "ln_2": "ffn_norm",
    "c_attn": "attn_qkv", "attn.c_proj": "attn_output", "c_fc": "ffn_up", "mlp.c_proj": "ffn_down",
    "embed_tokens": "token_embd", "norm": "output_norm", "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm", "q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v",
    "o_proj": "attn_output", "gate_proj": "ffn_gate", "up_proj": "ffn_up", "down_proj": "ffn_down", "lm_head": "output"}


def named(key):
    """llama.cpp's name of a weight of transformers."""
    parts = key.split(".")
    block = next((f"blk.{part}." for part in parts if part.isdigit()), "")
    stem = ".".join(parts[-3:-1])
    return block + (NAMES.get(stem) or NAMES[parts[-2]]) + "." + parts[-1]


def logits(model, ids):
    with torch.no_grad():
        return model(torch.tensor([ids])).logits[0, -1].tolist()


def close(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def gpt2(path):
    tokenizer = Tokenizer.from_file(str(HERE.parent / "tokenizer/tokenizer.json"))
    stored = json.loads(tokenizer.to_str())
    tokens = sorted(stored["model"]["vocab"], key=stored["model"]["vocab"].get)
    torch.manual_seed(3)
    config = GPT2Config(n_embd=8, n_layer=1, n_head=2, n_positions=64, vocab_size=len(tokens))
    model = GPT2LMHeadModel(config).eval()
    writer = gguf.GGUFWriter(path, "gpt2")
    writer.add_context_length(64)
    writer.add_embedding_length(8)
    writer.add_block_count(1)
    writer.add_feed_forward_length(32)
    writer.add_head_count(2)
    writer.add_layer_norm_eps(config.layer_norm_epsilon)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([KIND.CONTROL if token == "<|endoftext|>" else KIND.NORMAL for token in tokens])
    writer.add_token_merges([" ".join(pair) for pair in stored["model"]["merges"]])
    writer.add_bos_token_id(tokens.index("<|endoftext|>"))
    writer.add_eos_token_id(tokens.index("<|endoftext|>"))
    for key, weight in model.state_dict().items():
        data = weight.numpy().astype(np.float32)
        if any(key.endswith(name + ".weight") for name in ("c_attn", "c_proj", "c_fc")):
            data = np.ascontiguousarray(data.T)
        writer.add_tensor(named(key), data)
    close(writer)
    texts = [text for text in pieces.texts if "\u0000" not in text] + ["before<|endoftext|>after"]
    ids = [tokenizer.encode(text).ids for text in texts]
    return dict(texts=texts, ids=ids, logits=logits(model, ids[0]))


def llama(path, rotary):
    spm = pieces.sentencepiece_model()
    count = spm.vocab_size()
    torch.manual_seed(4)
    config = LlamaConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=1, intermediate_size=24,
        vocab_size=count, max_position_embeddings=64, tie_word_embeddings=True, rope_parameters=rotary)
    model = LlamaForCausalLM(config).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(8 if weight.dim() == 2 else 1)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(64)
    writer.add_embedding_length(16)
    writer.add_block_count(1)
    writer.add_feed_forward_length(24)
    writer.add_head_count(2)
    writer.add_head_count_kv(1)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(rotary["rope_theta"])
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([spm.id_to_piece(number) for number in range(count)])
    writer.add_token_scores([spm.get_score(number) for number in range(count)])
    writer.add_token_types([
        KIND.UNKNOWN if spm.is_unknown(number) else KIND.CONTROL if spm.is_control(number)
        else KIND.BYTE if spm.is_byte(number) else KIND.NORMAL for number in range(count)])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    for key, weight in model.state_dict().items():
        data = weight.numpy().astype(np.float32)
        if key == "lm_head.weight":
            continue
        if key.endswith(("q_proj.weight", "k_proj.weight")):
            heads = 2 if "q_proj" in key else 1
            data = data.reshape(heads, 2, data.shape[0] // heads // 2, data.shape[1]).swapaxes(1, 2).reshape(data.shape)
        writer.add_tensor(named(key), np.ascontiguousarray(data))
    if rotary["rope_type"] == "llama3":
        # The divisors of llama.cpp's converter.
        steps = rotary["rope_theta"] ** (-np.arange(0, 8, 2) / 8)
        low, high, factor = rotary["low_freq_factor"], rotary["high_freq_factor"], rotary["factor"]
        divisors = []
        for step in steps:
            turns = rotary["original_max_position_embeddings"] * step / (2 * math.pi)
            smooth = (turns - low) / (high - low)
            divisors.append(factor if turns < low else 1 if turns > high else 1 / ((1 - smooth) / factor + smooth))
        writer.add_tensor("rope_freqs.weight", np.array(divisors, dtype=np.float32))
    close(writer)
    ids = [spm.encode(text) for text in pieces.texts]
    return dict(texts=pieces.texts, ids=ids, logits=logits(model, list(range(20, 60))))


def main():
    folder = HERE / "gguf"
    plain = {"rope_type": "default", "rope_theta": 10000.0}
    scaled = {
        "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 24, "rope_theta": 50.0}
    golden = {
        "gpt2": gpt2(folder / "gpt2-tokenizer.gguf"), "llama": llama(folder / "llama-tokenizer.gguf", plain),
        "llama3": llama(folder / "llama3-positions.gguf", scaled)}
    (folder / "with-tokenizers.json").write_text(json.dumps(golden))


main()
