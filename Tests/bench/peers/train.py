"""A GPT-2 in plain PyTorch, trained on random tokens: the peer of `martlet-bench train`."""

import argparse
import json
import resource
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F

parser = argparse.ArgumentParser()
for name, default in dict(hidden=128, layers=8, heads=4, vocabulary=8192, context=256, batch=8, steps=5, threads=2).items():
    parser.add_argument(f"--{name}", type=int, default=default)
parser.add_argument("--mode", default="eager")
options = parser.parse_args()
torch.set_num_threads(options.threads)
torch.manual_seed(1)


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.output = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        rows, length, width = x.shape
        split = [
            part.view(rows, length, self.heads, -1).transpose(1, 2) for part in self.qkv(self.norm1(x)).split(width, 2)
        ]
        attended = F.scaled_dot_product_attention(*split, is_causal=True).transpose(1, 2).reshape(rows, length, width)
        x = x + self.output(attended)
        return x + self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))


class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(options.vocabulary, options.hidden)
        self.positions = nn.Embedding(options.context, options.hidden)
        self.blocks = nn.ModuleList(Block(options.hidden, options.heads) for _ in range(options.layers))
        self.norm = nn.LayerNorm(options.hidden)
        nn.init.normal_(self.tokens.weight, std=0.02)

    def forward(self, ids, targets):
        x = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
        for block in self.blocks:
            x = block(x)
        logits = F.linear(self.norm(x), self.tokens.weight)
        return F.cross_entropy(logits.view(-1, options.vocabulary), targets.view(-1))


model = GPT()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)
forward = torch.compile(model) if options.mode == "compile" else model
ids = torch.randint(options.vocabulary, (options.batch, options.context + 1))
seconds, processor = [], []
for step in range(options.steps + 3):
    start, start_of_processor = time.perf_counter(), time.process_time()
    loss = forward(ids[:, :-1].contiguous(), ids[:, 1:].contiguous())
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    if step >= 3:
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - start_of_processor)
tokens = options.batch * options.context
parameters = sum(parameter.numel() for parameter in model.parameters())
flops = tokens * (6 * parameters + 12 * options.layers * options.hidden * options.context)
print(
    json.dumps(
        dict(
            tokensPerSecond=tokens / statistics.median(seconds),
            gigaflops=flops / statistics.median(seconds) / 1e9,
            processorSecondsPerStep=statistics.median(processor),
            peakMegabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // 1_000_000,
            loss=loss.item(),
        )
    )
)
