"""Small tokenizers of Llama's kind, and the ids that tokenizers and sentencepiece give.

llama/<name>.json      for Hugging Face's tokenizers, in the ways in which Llama's tokenizer.json comes
llama/tokenizer.bin    a SentencePiece model as llama2.c stores it
llama/ids.json         texts, and the ids of each of them, without the mark that opens a text

    pip install tokenizers sentencepiece && python llama.py
"""

import io
import json
import pathlib
import struct

import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).parent / "llama"
MARKS = ["<unk>", "<s>", "</s>"]
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
stories = [
    f"Once upon a time, {name} had {count} {color} {thing}s. \"I like my {thing}s!\" said {name}. They  didn't break, caf\u00e9 cafe\u0301."
    for name in ["Lily", "Ben", "Mia", "Tom"]
    for count, color, thing in [(2, "red", "ball"), (7, "blue", "boat"), (12, "green", "kite"), (30, "old", "drum")]
]
texts = [
    "Lily had 12 red kites.", " Lily had", "  Lily  had   a ball ", "", " ", "      ", "\n", "a\n\n\tb\r\n",
    "We'll see: it's Tom's, they've", "na\u00efve caf\u00e9 \u2014 cafe\u0301 \u201cquoted\u201d \u2026 \u00bd",
    "\u65e5\u672c\u8a9e\u306e\u6587\u3001\ud55c\uad6d\uc5b4", "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 family \U0001f408\u200d\u2b1b e\u0301", "\u2581Lily\u2581 had", "\u00a0\u3000x\u200b",
    "a" * 100, "Once upon a time " * 20, "Q\u00df\u0416",
]
marked = texts + ["<s>Lily</s> had", "a <s> b</s>", "</s>", "<unk> x", "Lily<s><s> Lily", "say <tool> now<tool>Lily", " <tool>"]


def learned():
    """The merges of a BPE that may join over spaces."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    tokenizer.train_from_iterator(stories, trainers.BpeTrainer(
        vocab_size=330, special_tokens=MARKS, max_token_length=9, show_progress=False))
    model = json.loads(tokenizer.to_str())["model"]
    return model["vocab"], [tuple(pair) for pair in model["merges"]]


def tokenizer(has_bytes, normalizer, words, opens):
    vocabulary, merges = learned()
    pieces = MARKS + (BYTES if has_bytes else []) + [piece for piece in vocabulary if piece not in MARKS]
    made = Tokenizer(models.BPE(
        vocab={piece: number for number, piece in enumerate(pieces)}, merges=merges, unk_token="<unk>", fuse_unk=True,
        byte_fallback=has_bytes))
    made.add_special_tokens([AddedToken(mark, normalized=False, special=True) for mark in MARKS])
    made.add_tokens([AddedToken("<tool>", normalized=True)])
    made.normalizer, made.pre_tokenizer = normalizer, words
    if opens:
        made.post_processor = processors.TemplateProcessing("<s> $A", "<s> $A <s> $B", [("<s>", 1)])
    made.decoder = decoders.Sequence([
        decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    return made


def sentencepiece_model():
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(stories), model_writer=model, model_type="bpe", vocab_size=380, byte_fallback=True,
        normalization_rule_name="identity", remove_extra_whitespaces=False, minloglevel=2)
    return sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())


def llama2c(path, model):
    """What llama2.c's tokenizer.py writes."""
    pieces = []
    for number in range(model.vocab_size()):
        piece = model.id_to_piece(number)
        piece = {1: "\n<s>\n", 2: "\n</s>\n"}.get(number, piece).replace("\u2581", " ")
        pieces.append((piece.encode(), model.get_score(number)))
    with open(path, "wb") as file:
        file.write(struct.pack("I", max(len(piece) for piece, _ in pieces)))
        for piece, score in pieces:
            file.write(struct.pack("fI", score, len(piece)) + piece)


def main():
    HERE.mkdir(exist_ok=True)
    space = normalizers.Replace(" ", "\u2581")
    kinds = {
        "prepend": tokenizer(True, normalizers.Sequence([normalizers.Prepend("\u2581"), space]), None, True),
        "first": tokenizer(True, None, pre_tokenizers.Metaspace(prepend_scheme="first", split=False), True),
        "always": tokenizer(False, None, pre_tokenizers.Metaspace(prepend_scheme="always", split=True), False),
        "never": tokenizer(False, space, None, False),
    }
    golden = {"texts": texts, "marked": marked, "ids": {}, "decoded": {}}
    for name, each in kinds.items():
        each.save(str(HERE / f"{name}.json"), pretty=False)
        ids = [each.encode(text, add_special_tokens=False).ids for text in marked]
        golden["ids"][name] = ids
        golden["decoded"][name] = [each.decode(row) for row in ids]
    model = sentencepiece_model()
    llama2c(HERE / "tokenizer.bin", model)
    golden["ids"]["llama2c"] = [model.encode(text) for text in texts]
    golden["decoded"]["llama2c"] = [model.decode(row) for row in golden["ids"]["llama2c"]]
    (HERE / "ids.json").write_text(json.dumps(golden))


if __name__ == "__main__":
    main()
