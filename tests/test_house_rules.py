"""The rules of the house, kept by tests: floors, words, sizes, a quick command, and a README that is true."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
BIN = Path(sys.executable).parent
MOST_LINES, MOST_FUNCTION_LINES = 400, 40
# DESIGN's nouns for what later versions build; everything else in the glossary is in the code already.
LATER = {"change", "cursor", "reconciliation"}
# Other projects' words for what has a name here.
FOREIGN = {
    "job",
    "task",
    "entity",
    "manager",
    "helper",
    "helpers",
    "util",
    "utils",
    "common",
    "processor",
    "synchronizer",
    "backend",
    "misc",
    "wrapper",
}


def nouns() -> set[str]:
    rows = re.findall(
        r"^\| ([a-z ]+) \|", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    return set(rows) - {"noun"}


def words(name: str) -> list[str]:
    return [
        w.lower() for part in name.split("_") for w in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", part)
    ]


@cache
def nodes() -> dict[Path, list[ast.AST]]:
    """All that every file of the ferry itself is parsed to."""
    own = [p for p in SOURCES if p.relative_to(ROOT / "src").parts[0] == "ledgerferry"]
    return {path: list(ast.walk(ast.parse(path.read_text(encoding="utf-8")))) for path in own}


def classes_and_modules() -> dict[str, Path]:
    found = {path.stem: path for path in nodes()}
    return found | {
        node.name: path
        for path, all_of in nodes().items()
        for node in all_of
        if isinstance(node, ast.ClassDef)
    }


def names() -> set[str]:
    """Every name that the code gives to a class, function, field or argument."""
    found = set()
    for all_of in nodes().values():
        for node in all_of:
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                found.add(node.name)
            elif isinstance(node, ast.arg):
                found.add(node.arg)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                found.add(node.target.id)
    return found


def test_the_glossary_defines_every_noun_of_the_design() -> None:
    assert nouns() >= {
        "system",
        "connection",
        "ref",
        "record",
        "change",
        "cursor",
        "link",
        "binding",
        "pair",
        "plan",
        "operation",
        "lane",
        "permit",
        "attempt",
        "receipt",
        "held",
        "conflict",
        "rejection",
        "dead letter",
        "reconciliation",
        "ledger",
    }


def test_the_code_uses_the_glossarys_nouns() -> None:
    used = {w for name in names() | set(classes_and_modules()) for w in words(name)}
    unused = {n for n in nouns() - LATER if not all(w in used or w + "s" in used for w in n.split())}
    assert not unused


def test_the_code_uses_no_other_words_for_them() -> None:
    foreign = {
        name: str(path.relative_to(ROOT))
        for name, path in classes_and_modules().items()
        if FOREIGN & set(words(name))
    }
    assert not foreign


@pytest.mark.parametrize("package", ["ledgerferry", "ledgerferry_sandbox", "ledgerferry_bench"])
def test_files_and_functions_stay_small(package: str) -> None:
    large = []
    for path in (ROOT / "src" / package).rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > MOST_LINES:
            large.append(str(path.relative_to(ROOT)))
        large += [
            f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef)
            and (node.end_lineno or node.lineno) - node.lineno + 1 > MOST_FUNCTION_LINES
        ]
    assert not large


def test_imports_go_down_and_packages_stay_apart() -> None:
    done = subprocess.run(
        [BIN / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_linter_is_content() -> None:
    done = subprocess.run(
        [BIN / "ruff", "check", "--no-cache", "src", "tests"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_help_is_quick_because_it_imports_nothing_heavy() -> None:
    script = (
        "import sys\nfrom ledgerferry.faces.cli import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit as end:\n    assert not end.code\n"
        "print('HEAVY', [m for m in ('sqlalchemy', 'dbos', 'httpx2', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.endswith("HEAVY []\n"), done.stdout[-200:] + done.stderr


def test_the_readme_and_the_changelog_agree_with_the_project() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first_screen = "\n".join(readme.splitlines()[:30])
    assert "`python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/ferry demo`" in first_screen
    assert "`python3 -m venv .venv && .venv/bin/pip install '.[test]' && .venv/bin/pytest`" in first_screen
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?:)([^)]+)\)", readme):
        assert (ROOT / link).is_file(), link


def test_the_lock_holds_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = dict(re.findall(r"(?m)^([a-z0-9_.-]+)==([^ ;\\]+)", lock))
    asked = map(Requirement, [*project["dependencies"], *project["optional-dependencies"]["test"]])
    unlike = {
        one.name for one in asked
        if not one.specifier.contains(locked.get(canonicalize_name(one.name), "0.dev0"), prereleases=True)
    }
    assert not unlike


def test_the_readmes_verbs_exist() -> None:
    from tests.faces.test_faces_cli import VERBS

    known = {verb.removeprefix("ferry ") for verb in VERBS}
    groups = {verb.partition(" ")[0] for verb in known}
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    told = set(re.findall(r"(?m)(?:`|^\$ )ferry ((?:connect|plan|dead|crm|layouts) [a-z]+|[a-z]+)", text))
    assert told <= known | groups
