"""Gradients that PyTorch computes for the checkpoints beside this folder.

Each folder holds the checkpoint's config.json and a model.safetensors in which every weight's gradient stands in its
place, so that it is read as a model is; batch.json holds the rows and targets, -1 ignored.

    pip install torch transformers && python make.py
"""

import json
import pathlib
import shutil

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

HERE = pathlib.Path(__file__).parent
torch.manual_seed(5)
inputs = torch.randint(0, 61, (2, 20))
targets = torch.randint(0, 61, (2, 20))
targets[0, 3:6] = -1

for name in ["gpt-neo", "llama", "llama-shared", "llama-llama3"]:
    source = HERE.parent / "checkpoints" / name
    model = AutoModelForCausalLM.from_pretrained(source)
    logits = model(inputs).logits
    loss = torch.nn.functional.cross_entropy(logits.reshape(-1, 61), targets.reshape(-1), ignore_index=-1)
    loss.backward()
    (HERE / name).mkdir(exist_ok=True)
    save_file({key: weight.grad.contiguous() for key, weight in model.named_parameters()}, HERE / name / "model.safetensors")
    shutil.copy(source / "config.json", HERE / name)
    (HERE / name / "loss.json").write_text(json.dumps(loss.item()))
(HERE / "batch.json").write_text(json.dumps({"inputs": inputs.flatten().tolist(), "targets": targets.flatten().tolist()}))
