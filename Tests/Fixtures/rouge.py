"""Makes rouge.json: scores of rouge_score and stems of NLTK, to compare with. Needs rouge-score 0.1.2."""

import json
import pathlib
import random

from nltk.stem.porter import PorterStemmer
from rouge_score import rouge_scorer

random.seed(5)
ROOTS = """jump run hop agree plaster motor sing conflat troubl siz fall hiss fizz fail fil happ sk enjo relat condition
ration valenc hesitanc digitiz conform radic differ vil analog vietnam predic oper feud decis hope call form sens triplic
electr good reviv allow infer airlin gyroscop adjust defens irrit replac depend adopt homolog commun activ angular effect
bowdler prob rat ceas control rol geo theo archaeo philo y yy cry dy try play sly ion ss ll a be tie lie knit fly bus
""".split()
ENDINGS = """s es ies ied ed ing eed y ly ational tional enci anci izer abli alli entli eli ousli ization ation ator alism
iveness fulness ousness aliti iviti biliti fulli logi icate ative alize iciti ical ful ness al ance ence er ic able ible
ant ement ment ent ion tion sion ou ism ate iti ous ive ize e le ll ss lly ssed zzing ying yed""".split()
IRREGULAR = """sky skies dying lying tying news innings inning outings outing cannings canning howe proceed exceed succeed
flies dies died spied ties was 2nd 1990s x86 yyyyyy toy syzygy eing""".split()

words = IRREGULAR + [root + random.choice(ENDINGS) + random.choice(["", "", "", "s", "ing", "ed", "ly"])
                     for root in ROOTS for _ in range(8)]
words += [root + ending for root in ROOTS[:12] for ending in ENDINGS]
words = sorted(set(words))
stemmer = PorterStemmer()

TEXTS = [
    "", "!", "cat", "The cat.",
    "Once upon a time, there was a little girl named Lily. She loved to play outside in the park.",
    "Once upon a time there was a big boy named Tim. He loved playing outside, in the parks!",
    "the the the the cat cat", "the cat the cat the cat",
    "She'd said: \"I can't!\" — and 3 dogs (big ones) ran away_from the well-known naïve café.",
    "ISTANBUL İstanbul KELVIN \u212Aelvin ﬁsh ½ ² 日本 emoji🙂smile e\u0301tude",
    "tabs\tand\nnewlines\r\nand  runs   of spaces",
]
for _ in range(12):
    TEXTS.append(" ".join(random.choice("a the big cat cats dog dogs ran running happy happily sat mat".split())
                          for _ in range(random.randint(1, 150))))

cases = []
for i, text in enumerate(TEXTS):
    for reference in [TEXTS[(i + 1) % len(TEXTS)], TEXTS[(i * 5 + 3) % len(TEXTS)], text]:
        for stemming in (False, True):
            scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rouge3", "rougeL"], use_stemmer=stemming)
            scores = scorer.score(reference, text)
            cases.append({"text": text, "reference": reference, "stemming": stemming,
                          "scores": {name: list(score) for name, score in scores.items()}})

fixture = {"stems": {word: stemmer.stem(word) for word in words}, "cases": cases}
path = pathlib.Path(__file__).with_name("rouge.json")
path.write_text(json.dumps(fixture, ensure_ascii=False, separators=(",", ":")) + "\n")
print(len(words), "stems,", len(cases), "comparisons,", path.stat().st_size, "bytes")
