"""Draws a procedure's table as one picture: each move, the states it is allowed in, by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from jiexu.core.base.actors import Role
from jiexu.core.procedures.machine import Move, Table

GROUPS: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("参保人、单位", "#1d70b8", frozenset({Role.CITIZEN, Role.EMPLOYER})),
    ("经办", "#00703c", frozenset({Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR})),
    ("财务", "#b58840", frozenset({Role.FINANCE_PREPARER, Role.FINANCE_APPROVER})),
    ("对方机构", "#6f4e9c", frozenset({Role.AGENCY})),
    ("系统、时限", "#505a5f", frozenset({Role.SYSTEM, Role.TIMER})),
)
"""Who acts, as the colours of the picture."""

_CELL, _ROW, _LEFT, _TOP, _RIGHT = 30, 26, 330, 225, 330
_FONT = "'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif"


def draw(
    table: Table,
    halves: Mapping[str, str],
    record: Mapping[str, str],
    fund: Mapping[str, str],
) -> str:
    """The picture as SVG. A square stands where the move is allowed; its colours say for whom."""
    columns = [("record", word, label) for word, label in record.items()]
    columns += [("fund", word, label) for word, label in fund.items()]
    gap = _CELL // 2
    edges = [
        _LEFT + place * _CELL + (gap if leg == "fund" else 0)
        for place, (leg, _, _) in enumerate(columns)
    ]
    width = edges[-1] + _CELL + gap + _RIGHT
    body: list[str] = []
    y = _TOP
    for half, label in halves.items():
        moves = [move for move in table.moves if move.half == half]
        body += [_text(12, y + 20, f"{label}（{half}）", size=15, weight="bold")]
        y += 30
        for number, move in enumerate(moves):
            body += _row(move, y, number, columns, edges, width)
            y += _ROW
        y += 16
    head = [
        _text(12, 30, f"{table.name}：每一步在哪些状态、由谁可以办理", size=18, weight="bold"),
        *_legend(12, 52),
        _text(edges[0], 52, "年限（record）", size=13, weight="bold"),
        _text(edges[len(record)], 52, "资金（fund）", size=13, weight="bold"),
        _text(edges[-1] + _CELL + gap, 52, "可能到达（年限 / 资金）", size=13, weight="bold"),
        *(
            f'<g transform="translate({x + 19} {_TOP - 8}) rotate(-58)">{_text(0, 0, name)}</g>'
            for x, (_, _, name) in zip(edges, columns, strict=True)
        ),
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y}" width="{width}"'
            f' height="{y}" font-family="{_FONT}" role="img">',
            f"<title>{escape(table.name)}</title>",
            f'<rect width="{width}" height="{y}" fill="#fff"/>',
            *head,
            *body,
            "</svg>",
            "",
        ]
    )


def _row(
    move: Move,
    y: int,
    number: int,
    columns: Sequence[tuple[str, str, str]],
    edges: Sequence[int],
    width: int,
) -> list[str]:
    shade = "#f3f2f1" if number % 2 == 0 else "#ffffff"
    parts = [f'<rect x="8" y="{y}" width="{width - 16}" height="{_ROW}" fill="{shade}"/>']
    parts += [_text(16, y + 17, move.label, size=13)]
    parts += [_text(190, y + 17, move.event, size=11, fill="#505a5f")]
    colours = [colour for _, colour, roles in GROUPS if roles & move.roles]
    for (leg, word, _), x in zip(columns, edges, strict=True):
        if word in (move.record if leg == "record" else move.fund):
            parts += _square(x + 4, y + 3, colours)
    to = "；".join(f"{one or '·'} / {two or '·'}" for one, two in sorted(move.to))
    shown = to if len(to) <= 52 else f"{to[:50]}……"
    return [*parts, _text(edges[-1] + _CELL + _CELL // 2, y + 17, shown, size=11)]


def _square(x: int, y: int, colours: Sequence[str]) -> list[str]:
    size = _CELL - 9
    each = size / len(colours)
    return [
        f'<rect x="{x + place * each:.1f}" y="{y}" width="{each:.1f}" height="{_ROW - 6}"'
        f' fill="{colour}"/>'
        for place, colour in enumerate(colours)
    ]


def _legend(x: int, y: int) -> list[str]:
    parts = []
    for place, (label, colour, _) in enumerate(GROUPS):
        at = y + place * 24
        parts += [f'<rect x="{x}" y="{at - 12}" width="16" height="16" fill="{colour}"/>']
        parts += [_text(x + 24, at + 1, label, size=13)]
    return parts


def _text(x: int, y: int, words: str, *, size: int = 12, weight: str = "", fill: str = "") -> str:
    more = f' font-weight="{weight}"' if weight else ""
    more += f' fill="{fill}"' if fill else ""
    return f'<text x="{x}" y="{y}" font-size="{size}"{more}>{escape(words)}</text>'
