"""What goes on inside the checkpoints beside this folder, as transformers tells it.

For each: the residual stream before each layer and, normalised, after the last one (output_hidden_states), each head's
pattern (output_attentions), and what each layer's second feed-forward matrix reads (by a hook).

    pip install torch transformers && python make.py
"""

import json
import pathlib

import torch
from transformers import AutoModelForCausalLM

HERE = pathlib.Path(__file__).parent
IDS = [3, 14, 15, 9, 26, 5, 35, 8, 9, 7, 9, 32]


def flat(tensor):
    return [round(x, 6) for x in tensor.flatten().tolist()]


for name in ["gpt2-narrow", "gpt-neo", "llama", "llama-shared", "llama-llama3"]:
    model = AutoModelForCausalLM.from_pretrained(HERE.parent / "checkpoints" / name, attn_implementation="eager").eval()
    neurons = []
    for path, module in model.named_modules():
        if path.endswith((".mlp.c_proj", ".mlp.down_proj")):
            module.register_forward_hook(lambda module, read, written: neurons.append(read[0]))
    with torch.no_grad():
        found = model(torch.tensor([IDS]), output_hidden_states=True, output_attentions=True)
    expected = {
        "ids": IDS,
        "states": [flat(state) for state in found.hidden_states],
        "patterns": [flat(pattern) for pattern in found.attentions],
        "neurons": [flat(read) for read in neurons],
    }
    (HERE / f"{name}.json").write_text(json.dumps(expected))
