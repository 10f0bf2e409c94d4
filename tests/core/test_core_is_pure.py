"""The core runs where Django is not even installed, and asks nobody for the time."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import jiexu.core

CORE = Path(jiexu.core.__file__).parent
MODULES = sorted(
    "jiexu.core." + ".".join(path.relative_to(CORE).with_suffix("").parts)
    for path in CORE.rglob("*.py")
    if path.name != "__init__.py"
)
BLOCKED = ("django", "cryptography", "numpy", "rich", "granian", "psycopg", "tongsuopy")


def test_every_module_of_the_core_imports_without_django() -> None:
    code = (
        "import sys\n"
        f"for name in {BLOCKED!r}: sys.modules[name] = None\n"
        "import importlib\n"
        f"for name in {MODULES!r}: importlib.import_module(name)\n"
        "print(len(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(MODULES) > 50


@pytest.mark.parametrize("path", sorted(CORE.rglob("*.py")), ids=lambda p: p.stem)
def test_no_module_of_the_core_asks_for_the_time_or_rolls_dice(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not calls & {"today", "now", "utcnow", "time_ns", "monotonic", "random", "uuid4"}


@pytest.mark.parametrize("name", ["base/money.py", "ledger/postings.py", "ledger/book.py"])
def test_no_float_stands_near_money(name: str) -> None:
    tree = ast.parse((CORE / name).read_text(encoding="utf-8"))
    floats = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and type(node.value) is float
    ]
    divisions = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
    ]
    assert not floats
    assert not divisions
