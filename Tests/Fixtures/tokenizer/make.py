"""Trains a small byte-level BPE with Hugging Face's tokenizers and notes the ids that it gives.

    pip install tokenizers && python make.py
"""

import json

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

stories = [
    f"Once upon a time, {name} had {count} {color} {thing}s. \"I like my {thing}s!\" said {name}. They didn't break."
    for name in ["Lily", "Ben", "Mia", "Tom"]
    for count, color, thing in [(2, "red", "ball"), (7, "blue", "boat"), (12, "green", "kite"), (30, "old", "drum")]
]
texts = [
    "Lily had 12 red kites.",
    "  two  spaces,\n\n\ta tab \n and a line   ",
    "We'll see: it's Tom's, they've, I'm, you'd, don't, 'tis, WE'LL",
    "naïve café — “quoted” … ½ ² Ⅷ ٣",
    "日本語の文、한국어 그리고 中文",
    "مرحبا بالعالم שלום",
    "👩‍👩‍👧‍👦 family 🐈‍⬛🏳️‍🌈 e\u0301",
    "\u0000\u0001\u001f\u007f\u0085\u00a0\u180e\u200b\u2028\u3000x",
    "before<|endoftext|>after <|endoftext|>",
    " " * 100,
    "a" * 300,
    "",
]

tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tokenizer.decoder = decoders.ByteLevel()
trainer = trainers.BpeTrainer(
    vocab_size=400,
    min_frequency=2,
    special_tokens=["<|endoftext|>"],
    initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    show_progress=False,
)
tokenizer.train_from_iterator(stories, trainer)
tokenizer.save("tokenizer.json", pretty=False)
with open("ids.json", "w") as file:
    json.dump(
        {"stories": stories, "texts": texts, "ids": [tokenizer.encode(text).ids for text in texts]},
        file,
        ensure_ascii=True,
    )
