"""How far a case is, in one sentence to be read out: counter, hotline 12393, kiosk, app alike.

Every channel asks the same: where do years and money stand, who has it, until when, what to
check, and what to do when something is wrong.
"""

from __future__ import annotations

from datetime import date

import msgspec

from jiexu.core.base.money import Fen
from jiexu.core.notices import spoken_list, spoken_text
from jiexu.records.procedures.views import CaseView, ClockView


class ProgressView(msgspec.Struct, frozen=True, kw_only=True):
    """One answer for all channels. `spoken` is a whole sentence, without numbers of persons."""

    case_no: str
    from_name: str
    to_name: str
    kind_label: str
    state: str
    state_label: str
    record_label: str
    fund_label: str
    amount_fen: Fen | None
    money_sentence: str
    holder_label: str
    promised_on: date | None
    promised_provisional: bool
    late: bool
    clocks: tuple[ClockView, ...]
    refusals: tuple[tuple[str, str, str], ...]
    remedies: str
    spoken: str
    to_check: tuple[str, ...]
    when_wrong: tuple[str, ...]


def progress_of(view: CaseView) -> ProgressView:
    """The answer for a case as its citizen or clerk may see it."""
    taken = {name: getattr(view, name) for name in _AS_THEY_ARE}
    word = view.state
    if view.state == "open":
        # Once the years are in, the day promised for them is nothing to wait for any more.
        word = "late" if view.late else "money" if view.record_leg == "done" else "open"
    return ProgressView(
        **taken,
        spoken=spoken_text(
            word,
            {
                "source": view.from_name,
                "target": view.to_name,
                "scheme": view.kind_label,
                "record": view.record_label,
                "fund": view.fund_label,
                "amount": _amount_aloud(view.amount_fen),
                "holder": view.holder_label.removesuffix("（在途）"),
                "until": _until(view.promised_on, view.promised_provisional),
                "why": "".join(text for text, _, _ in view.refusals),
                "way_on": "".join(f"{how.rstrip('。')}。" for _, how, _ in view.refusals if how),
            },
        ),
        to_check=spoken_list("to_check"),
        when_wrong=spoken_list("when_wrong"),
    )


_AS_THEY_ARE = tuple(
    name
    for name in ProgressView.__struct_fields__
    if name not in {"spoken", "to_check", "when_wrong"}
)


def _amount_aloud(amount_fen: Fen | None) -> str:
    """As one says it: 3214元5角6分."""
    if amount_fen is None:
        return "金额待转出地核定"
    yuan, rest = divmod(amount_fen, 100)
    jiao, fen = divmod(rest, 10)
    small = (f"{jiao}角" if jiao else "零" if fen else "") + (f"{fen}分" if fen else "")
    return f"{yuan}元{small or '整'}"


def _until(day: date | None, provisional: bool) -> str:
    if day is None:
        return "办理期限从受理之日算起"
    word = "暂定" if provisional else ""
    return f"最迟{word}{day.year}年{day.month}月{day.day}日转入年限"
