"""What a move asks for besides the button: names on the wire, labels for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_PREFIX = "field-"
_LABELS = {
    "reason": "理由",
    "note": "说明",
    "text": "内容",
    "amount": "金额（元）",
    "on": "日期",
    "line_id": "银行流水号",
    "bank_answer": "银行的答复",
}


def shown(names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(name in the form, label) of each field of a move."""
    return tuple((_PREFIX + name, _LABELS.get(name, name)) for name in names)


def payload(posted: Mapping[str, str]) -> dict[str, str]:
    """What was filled in, without the prefix; blank is not stated."""
    return {
        name.removeprefix(_PREFIX): value.strip()
        for name, value in posted.items()
        if name.startswith(_PREFIX) and value.strip()
    }
