"""Texts that nobody writes, encoded here, by Hugging Face's tokenizers and by tiktoken: the same ids, and the same text again."""

import base64
import json
import os
import pathlib
import random
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / ".build/release/martlet-bench"
FIXTURES = ROOT / "Tests/Fixtures"
DATA = next(
    (pathlib.Path(place) for place in (os.environ.get("MARTLET_DATA"), ROOT.parent / "shared/data")
     if place and pathlib.Path(place).exists()), None)

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
PATTERNS = {"gpt2": GPT2, "llama3": LLAMA3, "qwen2": LLAMA3.replace("{1,3}", "")}

CHOSEN = [
    "", " ", "  ", "\n", "\r\n", "\r", "\t", "a", " a", "a ", "Once upon a time, there was a girl named Lily.", "don't DON'T don\u2019t",
    "'S 'T 'RE 'VE 'M 'LL 'D 's't're've'm'll'd", "'\u017f 'X ' '", "I'\u017feen", "x'S\n\n\ny", "  \n \n  x \n", "\n\n  foo\n\t bar  \r\n\r\n  ",
    "1 12 123 1234 12345 ٣٤٥ ⅧⅨ ½ ²³ 1a2b", "...!?---\n\n\nfoo!!\r\nbar", " \u00a0x\u00a0\u00a0y\u3000\u2003z\u2028\u2029w\u0085v",
    "👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪🇫🇷 🤦🏽‍♂️ ❤️ ©®", "漢字かな交じり文。我喜欢吃苹果。한국어 문장입니다", "مرحبا بالعالم שלום עולם \u202babc\u202c", "e\u0301 \u00e9 a\u0308\u0323 Z\u0351\u036b\u0343",
    "\x00\x01\x02\x1b[31m\x7f\x80\x9f", "\ufeffBOM \ufffd \ufffe \U0010ffff \ue000", "<|endoftext|> <|end_of_text|> <s> </s> <unk>",
    "ﬁ ﬂ Ǆ ǅ ß ẞ İı ΑΣς", "ก็ ไทย देवनागरी தமிழ்", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈𐌰 🜁", "a" * 300, " " * 300 + "x", "\n" * 300, "ab" * 200, "'" * 50, "1" * 100,
]
CHARACTERS = [
    "abcdefghij ABC", "'sStTrReEvVmMlLdD\u017f", "0123456789٣½²", " \t\n\r\u00a0\u3000\u2028\u0085\x0b\x0c", ".,!?-\"()[]{}<>|_/*\u2014\u2026",
    "äöüßñçéøİı", "漢字かなカナ한국", "مرحبشלעם", "👩👧🏽\u200d\ufe0f🇩🇪❤", "\u0301\u0308\u0323\u20dd", "\x00\x01\x1b\x7f\x9f", "\ufeff\ufffd\ue000\U0010ffff",
]


def texts():
    """Chosen and random ones, as bytes of which some are no UTF-8."""
    chance = random.Random(5)
    found = [text.encode() for text in CHOSEN]
    for _ in range(1500):
        kinds = chance.sample(CHARACTERS, chance.randint(1, 4))
        text = "".join(chance.choice(chance.choice(kinds)) * chance.choice([1, 1, 1, 2, 5]) for _ in range(chance.randint(1, 60)))
        data = bytearray(text.encode())
        if chance.random() < 0.3:
            for _ in range(chance.randint(1, 4)):
                data.insert(chance.randrange(len(data) + 1), chance.randrange(0x80, 0x100))
        found.append(bytes(data))
    return found


def encode(tokenizer, data):
    lines = "\n".join(base64.b64encode(text).decode() for text in data)
    done = subprocess.run(
        [BENCH, "checkpoint", "--do", "encode", "--model", tokenizer], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def check(tokenizer, peer, data):
    """The ids are the peer's, and stand for the text that was given."""
    for text, ours in zip(data, encode(tokenizer, data), strict=True):
        valid = text.decode(errors="replace")
        assert ours["ids"] == peer(valid), valid
        assert base64.b64decode(ours["decoded"]).decode() == valid


def learned(style, folder):
    """A tokenizer of a style, learned from some of the texts and from stories, as `tokenizers` saves it."""
    tokenizers = pytest.importorskip("tokenizers")
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE(ignore_merges=style == "llama3"))
    split = tokenizers.pre_tokenizers.Split(tokenizers.Regex(PATTERNS[style]), "isolated")
    byte_level = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=style == "gpt2")
    tokenizer.pre_tokenizer = byte_level if style == "gpt2" else tokenizers.pre_tokenizers.Sequence([split, byte_level])
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=1500, min_frequency=2, initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(), show_progress=False,
        special_tokens=["<|endoftext|>" if style != "llama3" else "<|end_of_text|>", "<|begin_of_text|>"])
    stories = [(FIXTURES.parent / "StoriesTests" / name).read_text() for name in ("CorpusTests.swift", "StoryWorldTests.swift")]
    tokenizer.train_from_iterator([text.decode(errors="replace") for text in texts()[::3]] + stories, trainer)
    if style == "llama3":
        # A word of the vocabulary that no pairs lead to.
        content = json.loads(tokenizer.to_str())
        content["model"]["vocab"]["Ġwhole"] = len(content["model"]["vocab"])
        tokenizer = tokenizers.Tokenizer.from_str(json.dumps(content))
        byte_level = tokenizers.processors.ByteLevel(trim_offsets=False)
        opening = tokenizers.processors.TemplateProcessing(
            single="<|begin_of_text|> $A", pair="<|begin_of_text|> $A <|begin_of_text|>:1 $B:1", special_tokens=[("<|begin_of_text|>", 1)])
        tokenizer.post_processor = tokenizers.processors.Sequence([byte_level, opening])
    path = folder / "tokenizer.json"
    tokenizer.save(str(path))
    return path, tokenizer


@pytest.mark.parametrize("style", PATTERNS)
def test_every_text_has_the_ids_that_tokenizers_gives_it(style, tmp_path):
    path, tokenizer = learned(style, tmp_path)
    data = [*texts(), b"the whole world is wholesome"]
    check(path, lambda text: tokenizer.encode(text, add_special_tokens=False).ids, data)

    # And again after it was saved here.
    tokenizers = pytest.importorskip("tokenizers")
    subprocess.run([BENCH, "checkpoint", "--do", "tokenizer", "--model", path, "--to", tmp_path / "again"], check=True)
    again = tokenizers.Tokenizer.from_file(str(tmp_path / "again/tokenizer.json"))
    for text in data:
        valid = text.decode(errors="replace")
        assert again.encode(valid).ids == tokenizer.encode(valid).ids, valid


def test_every_text_has_the_ids_that_tiktoken_gives_it():
    tiktoken = pytest.importorskip("tiktoken")
    load = pytest.importorskip("tiktoken.load")
    if DATA is None:
        pytest.skip("no real data: MARTLET_DATA is not set and ../shared/data does not exist")
    folder = DATA / "gpt2-tokenizer"
    ranks = load.data_gym_to_mergeable_bpe_ranks(str(folder / "merges.txt"), str(folder / "vocab.json"))
    peer = tiktoken.Encoding("gpt2", pat_str=GPT2, mergeable_ranks=ranks, special_tokens={"<|endoftext|>": 50256})
    check(folder, lambda text: peer.encode(text, allowed_special="all"), texts())


@pytest.mark.parametrize("style", ["gpt2", "llama3"])
@pytest.mark.parametrize("run", [b" ", b"a", b"\n", b"!", "é".encode(), b"1"], ids=repr)
def test_ten_megabytes_of_one_character_are_encoded(style, run, tmp_path):
    path, tokenizer = learned(style, tmp_path)
    short, long = run * 20_000, run * (10_000_000 // len(run))
    ours = encode(path, [short, long])
    assert ours[0]["ids"] == tokenizer.encode(short.decode(), add_special_tokens=False).ids
    assert base64.b64decode(ours[1]["decoded"]) == long
    print(f"{style}: 10 MB of {run!r} in {ours[1]['seconds']:.2f} s")
