"""Matrix products at the shapes of a transformer's layers in PyTorch: the peer of `martlet-bench products`."""

import json
import statistics
import time

import torch

torch.set_num_threads(1)


def gigaflops(flops, function):
    samples = []
    for _ in range(30):
        start = time.process_time()
        function()
        samples.append(time.process_time() - start)
    return flops / statistics.median(samples) / 1e9


for hidden in (128, 256, 512):
    shapes = [("qkv", hidden, 3 * hidden), ("output", hidden, hidden), ("up", hidden, 4 * hidden), ("down", 4 * hidden, hidden)]
    for name, inner, outer in shapes:
        x, weight, gradient = torch.randn(2048, inner), torch.randn(inner, outer), torch.randn(2048, outer)
        flops = 2 * 2048 * inner * outer
        print(
            json.dumps(
                {
                    "hidden": hidden,
                    "product": name,
                    "forward": gigaflops(flops, lambda: x @ weight),
                    "dX": gigaflops(flops, lambda: gradient @ weight.T),
                    "dW": gigaflops(flops, lambda: x.T @ gradient),
                }
            )
        )
