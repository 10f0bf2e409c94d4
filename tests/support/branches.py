"""Reason codes that a question can give, read from its source: no branch is left untried."""

from __future__ import annotations

import importlib
import re
from pathlib import Path


def codes_of(question: str) -> set[str]:
    """Every reason code written in the package of `question`."""
    name = f"jiexu.core.policy.questions.{question.replace('-', '_')}"
    origin = importlib.import_module(name).__file__
    assert origin is not None
    return {
        code
        for path in Path(origin).parent.glob("*.py")
        for code in re.findall(r'"([A-Z][A-Z0-9_]{5,})"', path.read_text(encoding="utf-8"))
    } - {"LABELS", "BAD_FACT"}
