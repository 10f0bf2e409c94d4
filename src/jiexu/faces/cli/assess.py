"""`jiexu assess QUESTION [FILE]`: facts from a file or standard input, a Decision on stdout.

Exit 0 when answered, a refusal included; 2 for bad facts, told as JSON on stdout with code,
path, message and remedy. `--schema` prints the JSON Schema of the facts, `--table` an answer
for people.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import msgspec

from jiexu.core.base.decision import Decision, Reason
from jiexu.core.base.errors import BadInput
from jiexu.core.policy.asking import ask, schema
from jiexu.core.policy.questions import load, names

_BOM = b"\xef\xbb\xbf"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "question", metavar="QUESTION", help=f"问题 (question): {'、'.join(names())}"
    )
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help="JSON 事实文件，不写则从标准输入读 (facts, default: stdin)",
    )
    parser.add_argument("--schema", action="store_true", help="打印事实的 JSON Schema")
    parser.add_argument("--table", action="store_true", help="打印给人看的中文结果")


def run(args: argparse.Namespace) -> int:
    """Answer, or say what is wrong with the facts."""
    try:
        if args.schema:
            print(_json(schema(args.question)))
            return 0
        load(args.question)
        decision = ask(args.question, _facts(args.file))
    except BadInput as error:
        print(
            _json(
                {
                    "code": error.code,
                    "path": error.path,
                    "message": error.message,
                    "remedy": error.remedy,
                }
            )
        )
        return 2
    print(_for_people(decision) if args.table else _json(decision))
    return 0


def _facts(file: str | None) -> bytes:
    if file in {None, "-"}:
        if sys.stdin.isatty():
            print("请输入 JSON 事实，以 Ctrl-D 结束。", file=sys.stderr)
        return sys.stdin.buffer.read().removeprefix(_BOM)
    try:
        return Path(str(file)).read_bytes().removeprefix(_BOM)
    except OSError as error:
        raise BadInput(
            f"读不了文件 {file}（{error.strerror}）。",
            "请检查文件名和权限。",
            code="FILE_NOT_READABLE",
        ) from error


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def _for_people(decision: Decision) -> str:
    labels = load(decision.question).LABELS
    # An outcome may be called like a value (deadline: due); then it has a label of its own.
    said = labels.get(f"outcome.{decision.outcome}") or labels.get(decision.outcome)
    lines = [f"结论：{said or decision.outcome}"]
    if decision.provisional:
        lines[0] += "（日期为暂定：有的年份放假安排尚未公布）"
    for name, value in decision.values.items():
        if name != "basis" and value not in (None, [], ""):
            lines.append(f"{labels.get(name, name)}：{_words(value, labels)}")
    for number, reason in enumerate(decision.reasons, start=1):
        lines.extend(["", *_reason_lines(number, reason)])
    if basis := decision.values.get("basis"):
        lines.extend(["", "依据："])
        for one in basis:
            lines.append(f"  {labels.get(one['value'], one['value'])}：{one['rule']}")
            lines.extend(f"    {_source(source)}" for source in one["sources"])
    if decision.notes:
        lines.extend(["", "说明：", *(f"  {note}" for note in decision.notes)])
    return "\n".join(lines)


def _reason_lines(number: int, reason: Reason) -> list[str]:
    lines = [f"原因 {number}：{reason.text}（{reason.code}）", f"  规则：{reason.rule}"]
    lines.extend(f"  来源：{_source(msgspec.to_builtins(one))}" for one in reason.sources)
    if reason.repair is not None:
        since = f"，最早 {reason.repair.from_}" if reason.repair.from_ else ""
        lines.append(f"  怎么办：{reason.repair.who}——{reason.repair.how}{since}")
    return lines


_CONFIDENCE = {"high": "高", "medium": "中", "low": "低"}


def _source(source: dict[str, Any]) -> str:
    parts = [source["title"], source["number"], source["article"]]
    text = " ".join(part for part in parts if part)
    sure = _CONFIDENCE.get(source["confidence"], source["confidence"])
    since = f"，{source['from']} 起" if source["from"] else ""
    return f"【{source['badge']}】{text}{since}（可信度{sure}）"


def _words(value: object, labels: dict[str, str]) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_words(one, labels) for one in value)
    return labels.get(value, value) if isinstance(value, str) else str(value)
