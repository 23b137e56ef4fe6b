"""Golden values of a small GPT-2: run with torch and transformers installed, writes .npy files beside itself.

weights.npy      all weights, flat, in the order of the model's parameters
inputs.npy       token ids of 4 batches     [4, 2, 20]
targets.npy      the next ids, -1 ignored   [4, 2, 20]
logits.npy       of the first batch         [2, 20, 67]
gradients.npy    of the first batch's loss, flat
losses.npy       of 51 steps over the batches in turn, with AdamW and clipping, each before its update
"""

from pathlib import Path

import numpy as np
import torch
from transformers import GPT2Config, GPT2LMHeadModel

here = Path(__file__).parent
torch.manual_seed(7)
config = GPT2Config(
    vocab_size=67, n_positions=20, n_embd=24, n_layer=2, n_head=3, resid_pdrop=0, embd_pdrop=0, attn_pdrop=0
)
model = GPT2LMHeadModel(config)
for parameter in model.parameters():
    torch.nn.init.normal_(parameter, mean=1.0 if parameter.mean() == 1 else 0.0, std=0.15)

inputs = torch.randint(0, 67, (4, 2, 20))
targets = torch.randint(0, 67, (4, 2, 20))
targets[0, 0, 5:9] = -1
targets[1, 1, :] = -1


def flat(tensors):
    return torch.cat([tensor.detach().reshape(-1) for tensor in tensors]).numpy()


def loss_of(batch):
    logits = model(inputs[batch]).logits
    return torch.nn.functional.cross_entropy(logits.reshape(-1, 67), targets[batch].reshape(-1), ignore_index=-1)


np.save(here / "weights.npy", flat(model.parameters()))
np.save(here / "inputs.npy", inputs.numpy().astype(np.int32))
np.save(here / "targets.npy", targets.numpy().astype(np.int32))
np.save(here / "logits.npy", model(inputs[0]).logits.detach().numpy())
loss_of(0).backward()
np.save(here / "gradients.npy", flat([parameter.grad for parameter in model.parameters()]))
model.zero_grad()

matrices = [parameter for parameter in model.parameters() if parameter.dim() >= 2]
vectors = [parameter for parameter in model.parameters() if parameter.dim() < 2]
optimizer = torch.optim.AdamW(
    [{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}],
    lr=3e-3, betas=(0.9, 0.95), eps=1e-8,
)
losses = []
for step in range(51):
    loss = loss_of(step % 4)
    losses.append(loss.item())
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
np.save(here / "losses.npy", np.array(losses, dtype=np.float32))
