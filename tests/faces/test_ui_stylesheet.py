"""The stylesheet: small, from this site alone, readable, and covering every class in use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jiexu import faces

FACES = Path(faces.__file__).parent
CSS = (FACES / "ui/static/ui/jiexu.css").read_text(encoding="utf-8")
MAX_BYTES = 30_000
READABLE = 4.5
"""WCAG 2.2, 1.4.3: contrast of text."""

COLOURS = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", CSS))


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_is_the_known_21() -> None:
    assert _contrast("#000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "paper"),
        ("ink", "wash"),
        ("ink", "focus"),
        ("ink", "wait-wash"),
        ("ink-soft", "paper"),
        ("ink-soft", "wash"),
        ("ink-soft", "go-wash"),
        ("link", "paper"),
        ("link", "wash"),
        ("link", "go-wash"),
        ("link-over", "paper"),
        ("paper", "brand"),
        ("paper", "done"),
        ("paper", "stop"),
        ("stop", "paper"),
    ],
)
def test_text_is_readable(text: str, ground: str) -> None:
    assert _contrast(COLOURS[text], COLOURS[ground]) >= READABLE


def _colour(value: str) -> str:
    named = re.fullmatch(r"var\(--([a-z-]+)\)", value)
    return COLOURS[named[1]] if named else value


def test_every_rule_that_sets_text_and_ground_together_is_readable() -> None:
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", CSS)
    pairs = []
    for selector, body in rules:
        text = re.search(r"(?<!-)color: (#\w+|var\([\w-]+\))", body)
        ground = re.search(r"background: (#\w+|var\([\w-]+\))", body)
        if text and ground:
            pairs.append((selector.strip(), _colour(text[1]), _colour(ground[1])))
    assert len(pairs) > 10
    assert [pair for pair in pairs if _contrast(pair[1], pair[2]) < READABLE] == []


def test_it_is_small_and_brings_nothing_from_elsewhere() -> None:
    assert len(CSS.encode()) < MAX_BYTES
    assert "url(" not in CSS
    assert "@import" not in CSS
    assert CSS.count("{") == CSS.count("}")


def test_every_variable_is_defined_and_used() -> None:
    defined = set(re.findall(r"(--[a-z-]+):", CSS))
    assert set(re.findall(r"var\((--[a-z-]+)\)", CSS)) == defined


def test_controls_can_be_hit_with_a_thumb() -> None:
    for selector in (r"\.btn", r"\.input, \.select, textarea", r"\.choice", r"\.tabs a"):
        body = re.search(selector + r" \{([^}]*)\}", CSS)
        assert body is not None
        height = re.search(r"min-height: (\d+)px", body[1])
        assert height is not None and int(height[1]) >= 44


def _classes_in_templates() -> set[str]:
    found: set[str] = set()
    for path in FACES.rglob("*.html"):
        text = re.sub(r"\{%.*?%\}", " ", path.read_text(encoding="utf-8"))
        text = re.sub(r"[\w-]*\{\{.*?\}\}", " ", text)
        for value in re.findall(r'class="([^"]*)"', text):
            found.update(value.split())
    return found


def test_every_class_in_the_templates_is_styled() -> None:
    styled = set(re.findall(r"\.([a-z][a-z0-9-]*)", CSS))
    assert _classes_in_templates() - styled == set()


FROM_DATA = {
    "tone": ("go", "done", "wait", "stop"),
    "box": ("go", "done", "wait", "stop"),
    "clock": ("green", "amber", "red"),
    "step": ("done", "now"),
    "station": ("here", "passed"),
    "badge": ("nation", "local", "promise", "hearsay"),
    "track": ("record", "fund", "case"),
}


@pytest.mark.parametrize(
    "name", [f"{kind}-{value}" for kind, values in FROM_DATA.items() for value in values]
)
def test_classes_made_from_data_are_styled(name: str) -> None:
    assert f".{name} " in CSS


def test_nothing_is_styled_that_no_page_uses() -> None:
    styled = set(re.findall(r"\.([a-z][a-z0-9-]*)", CSS))
    made = {f"{kind}-{value}" for kind, values in FROM_DATA.items() for value in values}
    assert styled - _classes_in_templates() - made == set()


def test_it_prints_and_respects_those_who_want_no_motion() -> None:
    assert "@media print" in CSS
    assert "prefers-reduced-motion: no-preference" in CSS
