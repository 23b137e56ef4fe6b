"""The peer's side of Tests/bench/generate: transformers' generate with its cache. Prints one JSON line of figures."""

import argparse
import json
import statistics
import time

import torch
from transformers import AutoModelForCausalLM, GPT2Config, LlamaConfig

parser = argparse.ArgumentParser()
for name in ("hidden", "layers", "heads", "vocabulary", "context", "batch", "tokens", "threads", "neurons", "repeats"):
    parser.add_argument(f"--{name}", type=int)
parser.add_argument("--architecture", default="gpt2")
options = parser.parse_args()
torch.set_num_threads(options.threads)
torch.manual_seed(1)
common = dict(vocab_size=options.vocabulary, bos_token_id=None, eos_token_id=None)
if options.architecture == "llama":
    config = LlamaConfig(
        hidden_size=options.hidden, num_hidden_layers=options.layers, num_attention_heads=options.heads,
        intermediate_size=options.neurons, max_position_embeddings=options.context, tie_word_embeddings=True, **common)
else:
    config = GPT2Config(
        n_embd=options.hidden, n_layer=options.layers, n_head=options.heads, n_positions=options.context, **common)
model = AutoModelForCausalLM.from_config(config).eval()
ids = torch.arange(options.batch).remainder(options.vocabulary)[:, None]
seconds = []
for repeat in range(options.repeats + 1):
    start = time.perf_counter()
    with torch.inference_mode():
        texts = model.generate(
            ids, attention_mask=torch.ones_like(ids), max_new_tokens=options.tokens, do_sample=True, temperature=0.8,
            top_k=0, top_p=0.95, pad_token_id=0)
    if repeat > 0:
        seconds.append(time.perf_counter() - start)
assert texts.shape == (options.batch, options.tokens + 1)
print(json.dumps({"tokensPerSecond": options.batch * options.tokens / statistics.median(seconds)}))
