"""Random models of odd shapes beside transformers: the same logits, the same greedy text and the same five beams, both ways."""

import json
import pathlib
import random
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / ".build/release/martlet-bench"


def martlet(*arguments):
    done = subprocess.run([BENCH, "checkpoint", *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout else None


def shape(chance, *, even_heads=False):
    """What all three architectures have, as nobody would choose it."""
    width = chance.randint(1, 19) * 2 if even_heads else chance.randint(1, 39)
    heads = chance.randint(1, 7)
    return {"heads": heads, "hidden": heads * width, "layers": chance.randint(1, 4), "vocabulary": chance.randint(31, 613),
            "context": chance.randint(45, 150), "neurons": chance.randint(5, 333)}


def gpt2(transformers, chance):
    s = shape(chance)
    return transformers.GPT2Config(
        n_embd=s["hidden"], n_head=s["heads"], n_layer=s["layers"], vocab_size=s["vocabulary"], n_positions=s["context"],
        n_inner=chance.choice([None, s["neurons"]]), layer_norm_epsilon=chance.choice([1e-5, 1e-3]))


def gpt_neo(transformers, chance):
    s = shape(chance)
    kinds = chance.choice([["global", "local"], ["local"], ["local", "global", "global"]])
    return transformers.GPTNeoConfig(
        hidden_size=s["hidden"], num_heads=s["heads"], num_layers=len(kinds) * s["layers"], vocab_size=s["vocabulary"],
        max_position_embeddings=s["context"], intermediate_size=chance.choice([None, s["neurons"]]),
        window_size=chance.randint(1, 40), attention_types=[[kinds, s["layers"]]])


def llama(transformers, chance):
    s = shape(chance, even_heads=True)
    groups = chance.choice([divisor for divisor in range(1, s["heads"] + 1) if s["heads"] % divisor == 0])
    return transformers.LlamaConfig(
        hidden_size=s["hidden"], num_attention_heads=s["heads"], num_key_value_heads=groups, num_hidden_layers=s["layers"],
        vocab_size=s["vocabulary"], max_position_embeddings=s["context"], intermediate_size=s["neurons"],
        attention_bias=chance.random() < 0.3, tie_word_embeddings=chance.random() < 0.5,
        rope_theta=chance.choice([10_000.0, 500_000.0]))


ARCHITECTURES = {"gpt2": gpt2, "gpt-neo": gpt_neo, "llama": llama}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_random_model_is_the_same_here_and_there(architecture, seed, tmp_path):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    chance = random.Random(f"{architecture} {seed}")
    torch.manual_seed(seed)
    config = ARCHITECTURES[architecture](transformers, chance)
    config.bos_token_id = config.eos_token_id = config.pad_token_id = None
    model = transformers.AutoModelForCausalLM.from_config(config).eval()
    with torch.no_grad():  # biases, gains and sharper attention: what freshly made weights leave untested
        for weight in model.parameters():
            weight.add_(torch.randn_like(weight) * 0.1)
    model.save_pretrained(tmp_path / "theirs")

    length, new = chance.randint(1, 30), chance.randint(5, 15)
    ids = torch.randint(0, config.vocab_size, (1, length))
    ending = chance.choice([None, chance.randrange(config.vocab_size)])
    settings = {
        "attention_mask": torch.ones_like(ids), "max_new_tokens": new, "do_sample": False, "pad_token_id": 0,
        "eos_token_id": ending}
    with torch.no_grad():
        logits = model(ids).logits[0, -1]
        greedy = model.generate(ids, **settings)[0, length:].tolist()
        beams = model.generate(ids, num_beams=5, **settings)[0, length:].tolist()

    def before_the_ending(tokens):
        return tokens[:tokens.index(ending)] if ending in tokens else tokens

    ours = martlet(
        "--model", tmp_path / "theirs", "--ids", ",".join(map(str, ids[0].tolist())), "--length", new, "--beams", 5,
        "--endings", "" if ending is None else ending)
    assert (torch.tensor(ours["logits"]) - logits).abs().max() < 1e-4 * max(1, logits.abs().max()), config
    assert ours["greedy"] == before_the_ending(greedy), config
    assert ours["beams"] == before_the_ending(beams), config

    martlet("--do", "save", "--model", tmp_path / "theirs", "--to", tmp_path / "ours")
    again = transformers.AutoModelForCausalLM.from_pretrained(tmp_path / "ours").eval()
    with torch.no_grad():
        assert (again(ids).logits[0, -1] - logits).abs().max() < 1e-6


OPTIONS = [
    ("gpt2", {"activation_function": "gelu"}), ("gpt2", {"activation_function": "relu"}),
    ("gpt2", {"activation_function": "gelu_pytorch_tanh"}), ("gpt2", {"scale_attn_weights": False}),
    ("gpt2", {"scale_attn_by_inverse_layer_idx": True}), ("gpt2", {"reorder_and_upcast_attn": True}),
    ("gpt2", {"tie_word_embeddings": False}), ("gpt2", {"n_inner": 77}), ("gpt2", {"layer_norm_epsilon": 0.1}),
    ("gpt2", {"add_cross_attention": True}),
    ("gpt-neo", {"activation_function": "silu"}), ("gpt-neo", {"tie_word_embeddings": False}),
    ("gpt-neo", {"intermediate_size": 77}), ("gpt-neo", {"layer_norm_epsilon": 0.1}), ("gpt-neo", {"window_size": 3}),
    ("llama", {"hidden_act": "gelu"}), ("llama", {"mlp_bias": True}), ("llama", {"attention_bias": True}),
    ("llama", {"rms_norm_eps": 0.1}), ("llama", {"head_dim": 22}), ("llama", {"tie_word_embeddings": True}),
    ("llama", {"rope_parameters": {"rope_type": "default", "rope_theta": 77.0}}),
    ("llama", {"rope_parameters": {"rope_type": "linear", "factor": 3.0, "rope_theta": 10_000.0}}),
    ("llama", {"rope_parameters": {"rope_type": "dynamic", "factor": 3.0, "rope_theta": 10_000.0}}),
    ("llama", {"rope_parameters": {"rope_type": "yarn", "factor": 3.0, "rope_theta": 10_000.0}}),
    ("llama", {"rope_parameters": {
        "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 64, "rope_theta": 10_000.0}}),
]


@pytest.mark.parametrize("architecture, option", OPTIONS, ids=lambda value: str(value).replace(" ", "")[:60])
def test_an_option_is_honoured_or_refused_by_its_name(architecture, option, tmp_path):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(1)
    chance = random.Random(architecture)
    config = ARCHITECTURES[architecture](transformers, chance)
    config.bos_token_id = config.eos_token_id = config.pad_token_id = None
    for name, value in option.items():
        setattr(config, name, value)
    model = transformers.AutoModelForCausalLM.from_config(config).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(torch.randn_like(weight) * 0.2)
    model.save_pretrained(tmp_path)
    ids = torch.randint(0, config.vocab_size, (1, 40))
    done = subprocess.run(
        [BENCH, "checkpoint", "--model", tmp_path, "--ids", ",".join(map(str, ids[0].tolist())), "--length", "1"],
        capture_output=True, text=True)
    (name, value), = option.items()
    if done.returncode != 0:
        named = "rope_type " + value["rope_type"] if name == "rope_parameters" else name
        assert named in done.stderr and "config.json" in done.stderr, done.stderr
        return
    with torch.no_grad():
        logits = model(ids).logits[0, -1]
    found = torch.tensor(json.loads(done.stdout)["logits"])
    assert (found - logits).abs().max() < 1e-4 * max(1, logits.abs().max()), config
