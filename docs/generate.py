"""Writes docs/reference from the code and its data, so that the reference cannot grow stale.

python docs/generate.py            writes every page
python docs/generate.py --check    writes nothing; exit 1 when a page is not what it should be
"""

from __future__ import annotations

import argparse
import ast
import os
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parent))

import matrix

import jiexu
from jiexu.core.base.actors import Role
from jiexu.core.exchange.kinds import body_type, kinds, schema_version
from jiexu.core.ledger.chart import chart
from jiexu.core.notices import doubt_codes, doubt_text
from jiexu.core.policy.catalogue import catalogue
from jiexu.core.policy.parameter_files import DATA
from jiexu.core.policy.parameters import area_file
from jiexu.core.procedures.known import PROCEDURES
from jiexu.core.procedures.machine import NEW, Move
from jiexu.core.procedures.procedure import Procedure
from jiexu.core.procedures.transfer import states
from jiexu.core.procedures.transfer.table import TRANSFER
from jiexu.core.settlement.matching import DOUBTS
from jiexu.faces.cli.commands import COMMANDS
from jiexu.work.node_settings import settings_in_force

REFERENCE = Path(__file__).resolve().parent / "reference"
PACKAGE = Path(jiexu.__file__).resolve().parent


def pages() -> dict[str, str]:
    """Every page of the reference: file name → text."""
    return {name: page() for name, page in PAGES.items()}


def moves_page() -> str:
    """All moves of a transfer, and a drawing of each leg of each half."""
    parts = [
        _head("Moves of a transfer", "core/procedures/transfer/table.py and states.py"),
        "A half is `in` (转入, the new place) or `out` (转出, the old place). It has two legs, "
        "record (年限) and fund (资金); a move is allowed in the states named and leads to one of "
        "the pairs named, where `·` leaves a leg as it is. The state of the half follows from its "
        "legs.\n",
        "![every move, the states it is allowed in, and by whom](moves-transfer.svg)\n",
        _table(
            ("state of the half", "label"),
            [(f"`{word}`", label) for word, label in states.STATE_LABELS.items()],
        ),
    ]
    for half, label in states.HALVES.items():
        moves = [move for move in TRANSFER.moves if move.half == half]
        parts += [f"## {half} ({label})\n", _table(_MOVE_COLUMNS, map(_move_row, moves))]
        parts += [_drawing(half, leg, moves) for leg in ("record", "fund")]
    parts += [
        "An arrow is what a row of the table allows; the decision behind it is narrower and looks "
        "at the facts of the case.\n"
    ]
    return "\n".join(parts)


def stop_cover_page() -> str:
    """All moves of a suspension."""
    one = PROCEDURES["stop_cover"]
    parts = [
        _head("Moves of a suspension (停保)", "core/procedures/stop_cover/table.py and states.py"),
        "One half, `here`, at the old place; there is no money in it.\n",
        "![every move, the states it is allowed in, and by whom](moves-stop-cover.svg)\n",
        _table(
            ("state of the record leg", "label"),
            [(f"`{word}`", label) for word, label in one.record_labels.items()],
        ),
        _table(_MOVE_COLUMNS, (_move_row(move, one) for move in one.table.moves)),
    ]
    return "\n".join(parts)


def stop_cover_picture() -> str:
    """Every move of a suspension as one picture."""
    one = PROCEDURES["stop_cover"]
    return matrix.draw(one.table, one.halves, one.record_labels, one.fund_labels)


def matrix_picture() -> str:
    """Every move of a transfer, the states it is allowed in and by whom, as one picture."""
    return matrix.draw(TRANSFER, states.HALVES, states.RECORD_LABELS, states.FUND_LABELS)


_MOVE_COLUMNS = ("event", "label", "who", "record leg in", "fund leg in", "leads to", "", "decides")


def _move_row(move: Move, of: Procedure = PROCEDURES["transfer"]) -> tuple[str, ...]:
    to = [f"{record or '·'} / {fund or '·'}" for record, fund in sorted(move.to)]
    marks = ["auto"] if move.auto else []
    marks += [f"needs {', '.join(sorted(move.needs))}"] if move.needs else []
    decide = f"{move.decide.__module__.rpartition('.')[2]}.{move.decide.__name__}"
    return (
        f"`{move.event}`",
        move.label,
        ", ".join(role.value for role in Role if role in move.roles),
        _words(move.record, frozenset(of.record_labels)),
        _words(move.fund, frozenset(of.fund_labels)),
        "<br>".join(to),
        "; ".join(marks),
        f"`{decide}`",
    )


def _words(some: frozenset[str], every: frozenset[str]) -> str:
    left_out = sorted(every - some)
    if len(some) > len(every) / 2:
        return f"any but {', '.join(left_out)}"
    return ", ".join(sorted(some))


def _drawing(half: str, leg: str, moves: Sequence[Move]) -> str:
    """The moves that change one leg, as a mermaid state diagram."""
    labels = states.RECORD_LABELS if leg == "record" else states.FUND_LABELS
    arrows: list[tuple[str, str, str]] = []
    for move in moves:
        place = 0 if leg == "record" else 1
        begins = move.record if leg == "record" else move.fund
        ends = sorted({pair[place] for pair in move.to} - {""})
        arrows += [
            (begin, end, move.event) for begin in sorted(begins) for end in ends if begin != end
        ]
    used = [word for word in labels if any(word in arrow[:2] for arrow in arrows) and word != NEW]
    lines = [f"### {half}: {leg} leg\n", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {word} : {word} {labels[word]}" for word in used]
    lines += [
        f"    {'[*]' if begin == NEW else begin} --> {end} : {event}"
        for begin, end, event in arrows
    ]
    return "\n".join([*lines, "```\n"])


def messages_page() -> str:
    """Each kind of message: what it says, which move it starts, and its fields."""
    events = _literal("work/receive.py", "EVENTS")
    parts = [
        _head("Messages between agencies", "core/exchange/kinds and work/receive.py"),
        "Messages travel in signed envelopes (`core/exchange/envelope.py`). A golden "
        "sample of each kind stands beside its schema as `sample.json`. Unknown fields are refused "
        "unless it says otherwise.\n",
    ]
    for kind in kinds():
        body = body_type(kind)
        half, event = events.get(kind, ("", ""))
        sender = next((other for other in states.HALVES if other != half), "")
        travels = f"Sent by the `{sender}` half; starts `{event}` in the `{half}` half."
        if not half:
            travels = f"Sent by either half; starts `{event}` in the other, which it names."
        if not event:
            travels = "Sent between the agencies themselves; no case moves with it."
        said = _first_paragraph(sys.modules[body.__module__].__doc__)
        parts += [
            f"## {kind}\n",
            f"{said}\n",
            f"Version {schema_version(kind)}. {travels}\n",
        ]
        for struct in _structs(body):
            if struct is not body:
                parts += [f"### {kind}: {struct.__name__}\n"]
            parts += [f"{_first_paragraph(struct.__doc__)}\n"] if _own_doc(struct) else []
            if not struct.__struct_config__.forbid_unknown_fields:
                parts += ["Unknown fields are passed over.\n"]
            parts += [_table(("field", "type", "required"), _fields(struct))]
    return "\n".join(parts)


def _structs(body: type[msgspec.Struct]) -> list[type[msgspec.Struct]]:
    """A struct and those inside it, each once, outermost first."""
    found = [body]
    for struct in found:
        for field in msgspec.structs.fields(struct):
            found += [one for one in _inside(field.type) if one not in found]
    return found


def _inside(hint: Any) -> Iterator[type[msgspec.Struct]]:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield hint
    for part in get_args(hint):
        yield from _inside(part)


def _fields(struct: type[msgspec.Struct]) -> Iterator[tuple[str, str, str]]:
    for field in msgspec.structs.fields(struct):
        yield (
            f"`{field.encode_name}`",
            _type_name(field.type),
            "yes" if field.required else "no",
        )


def _type_name(hint: Any) -> str:
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return " or ".join(f'"{word.value}"' for word in hint)
    parts = [part for part in get_args(hint) if part is not Ellipsis]
    if not parts:
        return "null" if hint is type(None) else getattr(hint, "__name__", str(hint))
    if get_origin(hint) is tuple:
        return f"list of {_type_name(parts[0])}"
    if isinstance(parts[0], str):
        return " or ".join(f'"{part}"' for part in parts)
    return " or ".join(_type_name(part) for part in parts)


def _own_doc(struct: type[msgspec.Struct]) -> bool:
    return bool(struct.__dict__.get("__doc__"))


def parameters_page() -> str:
    """Every declared parameter, and the areas that have a value of their own."""
    files = map(area_file, sorted(path.stem for path in DATA.glob("*/*.toml")))
    held = [one for one in files if one is not None]
    rows = []
    for name, one in catalogue().items():
        kind = f"{one.type} ({one.unit})" if one.unit else one.type
        allowed = one.choices or [f"{column}: {word}" for column, word in one.columns.items()]
        rows.append(
            (
                f"`{name}`",
                kind + "".join(f"<br>{word}" for word in allowed),
                one.meaning + ("（经办承诺）" if one.promise else ""),
                ", ".join(one.override) or "nation alone",
                one.strictness.replace("_", " "),
                ", ".join(file.area for file in held if name in file.parameters) or "-",
            )
        )
    return "\n".join(
        [
            _head("Policy parameters", "core/policy/catalogue.toml and core/policy/data"),
            "Values stand in one file per area, dated and sourced; the nearest level that has one "
            "on the day speaks: pooling area, province, nation.\n",
            _table(
                ("parameter", "type", "meaning", "lower levels", "strictness", "stands in"), rows
            ),
            "## Area files\n",
            _table(
                ("area", "name", "file", "parameters", "entries", "examples"),
                [
                    (
                        file.area,
                        file.name,
                        f"`{file.path.parent.name}/{file.path.name}`",
                        str(len(file.parameters)),
                        str(sum(map(len, file.parameters.values()))),
                        str(len(file.examples)),
                    )
                    for file in held
                ],
            ),
        ]
    )


def accounts_page() -> str:
    """The chart: kinds of accounts, and the codes that move money between them."""
    held = chart()
    source = held.source
    return "\n".join(
        [
            _head("Chart of accounts", "core/ledger/chart.toml"),
            f"Mapped to {source.title} ({source.number}), confidence {source.confidence}; "
            f"in force from {held.effective_from}.\n",
            "## Kinds of accounts\n",
            _table(
                ("kind", "label", "one per", "grows on", "below zero", "summed into"),
                [
                    (
                        f"`{one.kind}`",
                        one.label,
                        one.owner,
                        one.normal,
                        "never" if one.floor_zero else "may",
                        "、".join(one.fund),
                    )
                    for one in held.accounts.values()
                ],
            ),
            "## Codes of movements\n",
            _table(
                ("code", "label", "phase", "debit", "credit", "realises"),
                [
                    (
                        f"`{one.code}`",
                        one.label,
                        one.phase.value,
                        f"`{one.debit}`",
                        f"`{one.credit}`",
                        one.income or one.expense or "-",
                    )
                    for one in held.codes.values()
                ],
            ),
        ]
    )


def notices_page() -> str:
    """Every sentence of the catalogue, and the doubts that stop a case or a bank line."""
    texts = tomllib.loads((PACKAGE / "core/notices/catalogue.toml").read_text(encoding="utf-8"))
    return "\n".join(
        [
            _head("Notices and timeline", "core/notices/catalogue.toml"),
            "One catalogue for every channel. `{names}` are filled in by the move that says it.\n",
            "## Timeline\n",
            _table(
                ("key", "leg", "title", "text"),
                [
                    (f"`{key}`", one["leg"], one["title"], one["text"])
                    for key, one in texts["timeline"].items()
                ],
            ),
            "## Notices to the person\n",
            _table(
                ("key", "title", "text"),
                [(f"`{key}`", one["title"], one["text"]) for key, one in texts["notice"].items()],
            ),
            "## Doubts of a case\n",
            "A case with a doubt waits in the clerks' queue.\n",
            _table(
                ("code", "text"),
                [(f"`{code}`", doubt_text(code)) for code in sorted(doubt_codes())],
            ),
            "## Doubts of a bank line\n",
            "A line with a doubt waits among the bank lines (`core/settlement/matching.py`).\n",
            _table(("code", "text"), [(f"`{code}`", text) for code, text in DOUBTS.items()]),
        ]
    )


def commands_page() -> str:
    """Every command with its arguments, from the parsers themselves."""
    parts = [
        _head("Commands", "faces/cli/commands.py and each command's own arguments"),
        "Exit codes: 0 done; 1 a fault that people can mend, told with its remedy; 2 wrong "
        "arguments (for `assess`: wrong facts); 130 interrupted.\n",
        _table(
            ("command", "does"),
            [
                (f"`jiexu {name}`", f"{one.chinese} / {one.english}")
                for name, one in COMMANDS.items()
            ],
        ),
    ]
    for name, parser in parsers().items():
        parts += [f"## jiexu {name}\n", *_arguments(f"jiexu {name}", parser)]
    return "\n".join(parts)


def settings_page() -> str:
    """Every environment variable, from the list that `jiexu doctor` prints."""
    return "\n".join(
        [
            _head("Settings", "work/node_settings.py"),
            "Settings come from the environment; `jiexu doctor` shows those in force and names "
            "variables it does not know.\n",
            _table(
                ("variable", "says", "without it"),
                [
                    (f"`{one.name}`", one.meaning, one.default)
                    for one in settings_in_force(environment={})
                ],
            ),
        ]
    )


def parsers() -> dict[str, argparse.ArgumentParser]:
    """The parser of every command. The environment of whoever runs this does not show."""
    before = dict(os.environ)
    for name in set(os.environ) & {"HOST", "PORT"} | {n for n in os.environ if n[:6] == "JIEXU_"}:
        del os.environ[name]
    try:
        found = {}
        for name, command in COMMANDS.items():
            found[name] = argparse.ArgumentParser(prog=f"jiexu {name}", add_help=False)
            import_module(command.module).add_arguments(found[name])
        return found
    finally:
        os.environ.update(before)


def acts(parser: argparse.ArgumentParser) -> tuple[str, ...]:
    """The words that may follow the command, where it asks for one of a few."""
    for action in parser._actions:
        if action.choices is not None and not action.option_strings:
            return tuple(map(str, action.choices))
    return ()


def _arguments(name: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    rows, deeper = [], {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {one.dest: one.help or "" for one in action._choices_actions}
            deeper = {act: (helps.get(act, ""), one) for act, one in action.choices.items()}
        elif not isinstance(action, argparse._HelpAction):
            rows.append(
                (f"`{_spelled(action)}`", "" if _optional(action) else "yes", action.help or "")
            )
    if rows:
        yield _table(("argument", "required", "says"), rows)
    elif not deeper:
        yield "No arguments.\n"
    for act, (text, one) in deeper.items():
        yield f"### {name} {act}\n\n{text}\n"
        yield from _arguments(f"{name} {act}", one)


def _spelled(action: argparse.Action) -> str:
    word = action.metavar or "|".join(map(str, action.choices or ())) or action.dest.upper()
    if not action.option_strings:
        return str(word)
    return action.option_strings[-1] if action.nargs == 0 else f"{action.option_strings[-1]} {word}"


def _optional(action: argparse.Action) -> bool:
    return action.nargs in {"?", "*"} or (bool(action.option_strings) and not action.required)


def _literal(file: str, name: str) -> Any:
    """A constant of a module that cannot be imported without Django."""
    tree = ast.parse((PACKAGE / file).read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return ast.literal_eval(node.value)
    raise LookupError(f"{file} has no constant {name}")


def _head(title: str, source: str) -> str:
    return f"# {title}\n\n<!-- Made by docs/generate.py from {source}. Do not edit. -->\n"


def _first_paragraph(text: str | None) -> str:
    return " ".join((text or "").strip().split("\n\n")[0].split())


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    cells = ([cell.replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "accounts.md": accounts_page,
    "commands.md": commands_page,
    "messages.md": messages_page,
    "moves.md": moves_page,
    "moves-transfer.svg": matrix_picture,
    "moves-stop-cover.md": stop_cover_page,
    "moves-stop-cover.svg": stop_cover_picture,
    "notices.md": notices_page,
    "parameters.md": parameters_page,
    "settings.md": settings_page,
}


def main(argv: Sequence[str] | None = None, folder: Path = REFERENCE) -> int:
    """Write the pages, or with `--check` name those that are not current."""
    parser = argparse.ArgumentParser(prog="docs/generate.py", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    args = parser.parse_args(argv)
    made = pages()
    kept = [path for path in folder.glob("*") if path.suffix in {".md", ".svg"}]
    there = {path.name: path.read_text(encoding="utf-8") for path in kept}
    stale = sorted(name for name in made.keys() | there.keys() if made.get(name) != there.get(name))
    if args.check:
        for name in stale:
            sys.stdout.write(f"docs/reference/{name} is not current: run `make docs`.\n")
        return 1 if stale else 0
    folder.mkdir(exist_ok=True)
    for name in stale:
        if name in made:
            (folder / name).write_text(made[name], encoding="utf-8")
        else:
            (folder / name).unlink()
        sys.stdout.write(f"docs/reference/{name}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
