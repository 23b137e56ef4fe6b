"""Files of stories on disks that are full: one clear sentence, and what was there stays as it was."""

import os
import pathlib
import resource
import signal
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / ".build/release/martlet-bench"
FIXTURES = ROOT / "Tests/Fixtures"


def run(*arguments, cache, most=None):
    """The command, which may write no file of more than `most` bytes: the system refuses it as a full disk does."""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        if most is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    return subprocess.run(
        [BENCH, *map(str, arguments)], capture_output=True, text=True, env={**os.environ, "MARTLET_CACHE": str(cache)},
        preexec_fn=limit, restore_signals=False)


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_tokens_that_find_no_room_leave_nothing_behind(tmp_path):
    stories = tmp_path / "stories.txt"
    stories.write_text("<|endoftext|>".join(f"Story {number} is about a cat. " * 40 for number in range(4000)))
    refused = run("corpus", "--stories", stories, "--vocabulary", 300, cache=tmp_path / "cache", most=50_000)
    assert refused.returncode != 0 and "cannot be written: File too large" in refused.stderr, refused.stderr
    assert not [path for path in files(tmp_path / "cache") if path.suffix in (".tokens", ".part")]
    done = run("corpus", "--stories", stories, "--vocabulary", 300, cache=tmp_path / "cache")
    assert done.returncode == 0, done.stderr


def test_a_model_that_finds_no_room_leaves_the_old_one_whole(tmp_path):
    folder = tmp_path / "model"
    assert run("checkpoint", "--do", "save", "--model", FIXTURES / "checkpoints/gpt2", "--to", folder, cache=tmp_path).returncode == 0
    before = files(folder)
    refused = run(
        "checkpoint", "--do", "save", "--model", FIXTURES / "checkpoints/gpt2", "--to", folder, cache=tmp_path, most=20_000)
    assert refused.returncode != 0 and "model.safetensors cannot be written" in refused.stderr.replace(": ", " "), refused.stderr
    assert files(folder) == before
