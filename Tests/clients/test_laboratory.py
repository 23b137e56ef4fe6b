"""The cells that people write: training, one's own loop and layer, an objective of two terms, generation, a model from disk."""

import pytest

SETTING = """
let stories = Corpus.storyWorld(count: 60, seed: 2)
let (training, held) = try stories.tokenized(by: .bytePair(vocabulary: 300)).split(validation: 0.1)
let model = GPT(hidden: 16, layers: 1, heads: 2, vocabulary: 300, context: 32, seed: 7)
"""

CELLS = {
    "train": """
let run = try model.train(on: training, for: .tokens(2_000), batch: 4) {
    AdamW(.warmupCosine(peak: 1e-3, warmup: 2), weightDecay: 0.1)
    ClipGradients(toNorm: 1)
    Validate(on: held, every: 5)
    Checkpoint(to: "FOLDER", every: .minutes(5))
}
run.lossCurve
""",
    "resume": """
let longer = try model.train(on: training, for: .tokens(4_000), batch: 4, resuming: "FOLDER") { Checkpoint(to: "FOLDER") }
print(longer.steps.count)
""",
    "loop": """
let adam = AdamW(model, rate: 3e-4)
for batch in training.batches(of: 4, context: 32, seed: 1).prefix(3) {
    let loss = model.loss(batch)
    loss.backward()
    adam.step()
    print(loss.item)
}
""",
    "layer": """
struct Gated: Layer {
    let gate, up, down: Linear
    init(_ width: Int, hidden: Int) {
        (gate, up, down) = (Linear(width, hidden), Linear(width, hidden), Linear(hidden, width))
    }
    func callAsFunction(_ x: Tensor) -> Tensor { down(silu(gate(x)) * up(x)) }
}
Gated(8, hidden: 16)(Tensor(ones: [2, 8])).shape
""",
    "objective": """
let contrastive = Objective("Ln + α / (Lc + 0.01)") { model, batch, terms in
    terms.likelihood = model.loss(batch)
    terms.shuffled = model.loss(batch.prefix(fraction: 0.33).shufflingSentences(seed: 1))
    return terms.likelihood + 5 / (terms.shuffled + 0.01)
}
let two = try model.train(on: training, for: .steps(3), batch: 6, objective: contrastive)
print(two.terms.keys.sorted())
two.lossCurve
""",
    "generate": """
model.stories(after: "Once upon a time", count: 3, length: 9, sampling: .topP(0.95, temperature: 0.8), seed: 3)
""",
    "checkpoint": """
let gpt2 = try GPT(from: .directory("FOLDER"))
gpt2.parameterCount == model.parameterCount
""",
    "missing": """
let nothing = try GPT(from: .directory("FOLDER/nowhere"))
""",
}


@pytest.fixture(scope="module")
def answers(kernel, tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("run") / "run")
    assert kernel.run(SETTING, timeout=120).status == "ok"
    return {name: kernel.run(code.replace("FOLDER", folder), timeout=120) for name, code in CELLS.items()}


@pytest.mark.parametrize("name", [name for name in CELLS if name != "missing"])
def test_the_cell_runs(answers, name):
    assert answers[name].status == "ok", answers[name].content


def test_a_training_shows_its_curve_and_a_resumed_one_goes_on(answers):
    assert "<svg" in answers["train"].contents("execute_result")[0]["data"]["image/svg+xml"]
    assert "resumed" in answers["resume"].text() and answers["resume"].text().rstrip().endswith("32")


def test_the_terms_of_an_objective_are_plotted(answers):
    assert '["likelihood", "shuffled"]' in answers["objective"].text()
    assert "shuffled" in answers["objective"].contents("execute_result")[0]["data"]["image/svg+xml"]


def test_a_model_that_is_not_there_is_named(answers):
    assert answers["missing"].status == "error" and "nowhere/config.json" in answers["missing"].content["evalue"]


def test_a_step_that_finds_no_memory_leaves_room_for_a_smaller_one(fresh_kernel):
    fresh_kernel.run("""
let model = GPT(hidden: 32, layers: 4, heads: 2, vocabulary: 300, context: 256, seed: 7)
let adam = AdamW(model, rate: 1e-3)
func step(_ rows: Int) -> Tensor {
    let ids = [Int32](repeating: 5, count: rows * 256)
    let loss = model.loss(Batch(inputs: ids, targets: ids, rows: rows, length: 256))
    loss.backward()
    adam.step()
    return loss
}
print(step(4).item)
Memory.budget = Memory.live + 100_000_000
""", timeout=120)
    for _ in range(2):
        assert "out of memory" in fresh_kernel.run("print(step(400).item)", timeout=120).content["evalue"]
    assert fresh_kernel.run("print(step(4).item)", timeout=120).status == "ok"


def test_a_chart_among_marks_is_told_where_it_stands(kernel):
    answer = kernel.run('import Martlet\nPlot { Bars(["a": 1]) }')
    assert "a chart stands alone or in a Grid" in answer.content["evalue"]
