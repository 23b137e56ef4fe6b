"""%package: Swift packages from a folder or a repository."""

import subprocess

import pytest

from conftest import start_kernel, stop_kernel

PATIENCE = 240

MANIFEST = """// swift-tools-version: 5.9
import PackageDescription
let package = Package(
    name: "{name}", products: [.library(name: "{name}", targets: ["{name}"])], dependencies: [{packages}],
    targets: [.target(name: "C{name}"), .target(name: "{name}", dependencies: ["C{name}"{modules}])])
"""


def make_package(folder, name, swift, packages="", modules=""):
    """A package with a module in Swift and one in C, whose function adds one."""
    (folder / f"Sources/C{name}/include").mkdir(parents=True)
    (folder / f"Sources/{name}").mkdir()
    (folder / "Package.swift").write_text(MANIFEST.format(name=name, packages=packages, modules=modules))
    (folder / f"Sources/C{name}/include/{name.lower()}.h").write_text(f"int {name.lower()}_next(int n);\n")
    (folder / f"Sources/C{name}/next.c").write_text(
        f'#include "{name.lower()}.h"\nint {name.lower()}_next(int n) {{ return n + 1; }}\n')
    (folder / f"Sources/{name}/{name}.swift").write_text(swift)
    return folder


COUNTING = """import CCounting
public func count(_ n: Int) -> Int { Int(counting_next(Int32(n))) }
public struct Tally { public var total = 0; public init() {}; public mutating func add() { total = count(total) } }
nonisolated(unsafe) public var shared = 0
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packages")
    make_package(folder / "Counting", "Counting", COUNTING)
    make_package(
        folder / "Doubling", "Doubling", "import Counting\npublic func raise() { shared += 10 }\n",
        '.package(path: "../Counting")', ', "Counting"')
    return folder


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    return {"XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache"))}


@pytest.fixture(scope="module")
def kernel(environment):
    person = start_kernel(env=environment)
    person.run("1", timeout=PATIENCE)
    yield person
    stop_kernel(person)


def test_a_package_is_built_imported_and_outlives_the_worker(kernel, folder):
    answer = kernel.run(f"%package {folder}/Counting", timeout=PATIENCE)
    assert answer.status == "ok", answer.content
    assert "Compiling Counting" in answer.text() and answer.text().endswith("Counting is ready: import Counting\n")
    assert kernel.run("import Counting\nvar tally = Tally()\ntally.add()\ntally.total + count(1)").result == "3"
    assert kernel.run("import CCounting\ncounting_next(4)").result == "5"
    assert "Compiling" not in kernel.run(f"%package {folder}/Counting").text()
    kernel.run("kill(getpid(), SIGKILL)")
    assert kernel.run("import Counting\ncount(6)").result == "7"


def test_a_module_of_two_packages_is_there_once(kernel, folder):
    kernel.run(f"%package {folder}/Counting", timeout=PATIENCE)
    answer = kernel.run(f"%package {folder}/Doubling\nimport Doubling\nimport Counting\nraise()\nshared", timeout=PATIENCE)
    assert answer.result == "10", answer.content


def test_its_names_are_completed(kernel, folder):
    kernel.run(f"%package {folder}/Counting\nimport Counting", timeout=PATIENCE)
    code = "Tally().to"
    reply = kernel.ask("complete_request", {"code": code, "cursor_pos": len(code)}, timeout=60)
    assert "total" in reply.content["matches"]
    code = "import Coun"
    reply = kernel.ask("complete_request", {"code": code, "cursor_pos": len(code)}, timeout=60)
    assert "Counting" in reply.content["matches"]


def test_another_session_finds_it_built(kernel, folder, environment):
    kernel.run(f"%package {folder}/Counting", timeout=PATIENCE)
    person = start_kernel(env=environment)
    try:
        answer = person.run(f"%package {folder}/Counting\nimport Counting\ncount(1)", timeout=PATIENCE)
        assert answer.result == "2" and "Compiling" not in answer.text()
    finally:
        stop_kernel(person)


def test_what_was_edited_is_built_again_in_the_next_session(kernel, folder, environment, tmp_path):
    package = make_package(tmp_path / "Counting", "Counting", COUNTING.replace("Int32(n)", "Int32(n * 100)"))
    assert kernel.run("%reset").status == "ok"
    assert kernel.run(f"%package {package}\nimport Counting\ncount(2)", timeout=PATIENCE).result == "201"
    source = package / "Sources/Counting/Counting.swift"
    source.write_text(source.read_text().replace("* 100", "* 1000"))
    answer = kernel.run(f"%package {package}", timeout=PATIENCE)
    assert answer.status == "error" and "has changed since this session loaded it" in answer.content["evalue"]
    kernel.run("%reset")
    assert kernel.run(f"%package {package}\nimport Counting\ncount(2)", timeout=PATIENCE).result == "2001"


def test_a_version_of_a_repository(kernel, tmp_path):
    package = make_package(tmp_path / "Naming", "Naming", 'public let name = "one"\n')
    git = ["git", "-C", str(package), "-c", "user.name=a", "-c", "user.email=a@b"]
    source = package / "Sources/Naming/Naming.swift"
    subprocess.run([*git, "init", "--quiet"], check=True)
    for version, word in [("1.0.0", "one"), ("1.2.0", "two")]:
        source.write_text(f'public let name = "{word}"\n')
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "--quiet", "-m", version], check=True)
        subprocess.run([*git, "tag", version], check=True)
    kernel.run("%reset")
    answer = kernel.run(f"%package file://{package} 1.0\nimport Naming\nname", timeout=PATIENCE)
    assert answer.result == '"one"' and "Naming 1.0.0 is ready" in answer.text(), answer.content
    assert "another Naming, 1.0.0" in kernel.run(f"%package file://{package}", timeout=PATIENCE).content["evalue"]
    assert "newest versions are 1.2.0, 1.0.0" in kernel.run(f"%package file://{package} 7").content["evalue"]
    kernel.run("%reset")
    assert kernel.run(f"%package file://{package}\nimport Naming\nname", timeout=PATIENCE).result == '"two"'


def test_a_package_that_does_not_build_shows_what_the_compiler_said(kernel, tmp_path):
    package = make_package(tmp_path / "Wrong", "Wrong", 'public let wrong: Int = "text"\n')
    answer = kernel.run(f"%package {package}", timeout=PATIENCE)
    assert answer.content["evalue"] == "%package: Wrong does not build."
    shown = "\n".join(answer.content["traceback"])
    assert "Wrong.swift:1:" in shown and "cannot convert value of type 'String'" in shown
    assert len(answer.content["traceback"]) < 20
    assert kernel.run("1 + 1").result == "2"


def test_an_interrupt_ends_the_build(kernel, tmp_path):
    slow = "public let slow = [" + ", ".join(f"{n}.0 as Any" for n in range(20000)) + "]\n"
    package = make_package(tmp_path / "Slow", "Slow", slow)
    cell = kernel.start(f"%package {package}")
    kernel.wait_for_text(cell, "Compiling", timeout=PATIENCE)
    kernel.ask("interrupt_request", channel="control")
    assert kernel.reply(cell, timeout=10)["content"]["ename"] == "Interrupted"
    assert kernel.run("1 + 1").result == "2"


@pytest.mark.parametrize("argument, sentence", [
    ("", "needs a folder or a URL"),
    ("nowhere", "there is no folder 'nowhere'."),
    ("github.com/apple/swift-log", "a URL begins with https://"),
    ("apple/swift-log", "on GitHub it would be https://github.com/apple/swift-log."),
    ("file:///no/such/repository", "'file:///no/such/repository' cannot be read."),
    ("EMPTY", "has no Package.swift."),
    ("PROGRAM", "has no library product to import; what it has are programs: 'run'."),
    ("PLOTS", "has a module 'Plots', and so has Martlet."),
])
def test_what_cannot_be_added_is_one_sentence(kernel, tmp_path, argument, sentence):
    if argument == "EMPTY":
        argument = str(tmp_path)
    elif argument == "PROGRAM":
        (tmp_path / "Sources/run").mkdir(parents=True)
        (tmp_path / "Sources/run/main.swift").write_text("print(1)\n")
        (tmp_path / "Package.swift").write_text(
            '// swift-tools-version: 5.9\nimport PackageDescription\nlet package = Package(name: "Run", products: ['
            '.executable(name: "run", targets: ["run"])], targets: [.executableTarget(name: "run")])\n')
        argument = str(tmp_path)
    elif argument == "PLOTS":
        argument = str(make_package(tmp_path / "Clash", "Plots", "public let x = 1\n"))
    answer = kernel.run(f"%package {argument}", timeout=PATIENCE)
    assert answer.status == "error" and answer.content["ename"] == "PackageError"
    assert answer.content["evalue"].startswith("%package") and sentence in answer.content["evalue"]
