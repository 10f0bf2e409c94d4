"""The words for where a suspension stands, with their labels. The fund leg is always none."""

from __future__ import annotations

HERE = "here"
HALVES = {HERE: "停保"}

RECORD_LABELS = {
    "new": "未申请",
    "notified": "已通知原单位，等待答复",
    "confirmed": "原单位已确认，等待办理",
    "objected": "原单位有异议，等待经办机构核实",
    "silent": "原单位逾期未答复，等待经办机构决定",
    "closed": "原单位已注销或吊销，等待经办机构决定",
    "done": "已停保",
    "refused": "不予停保",
}
FUND_LABELS = {"new": "未申请", "none": "没有资金划转"}
STATE_LABELS = {"new": "未申请", "open": "办理中", "completed": "已停保", "refused": "不予停保"}
TONES = {"new": "wait", "open": "go", "completed": "done", "refused": "stop"}

RECORD_STEPS = {
    HERE: (
        ("notified", "通知原单位"),
        ("answered", "答复或期满"),
        ("done", "停保"),
    )
}
FUND_STEPS: dict[str, tuple[tuple[str, str], ...]] = {HERE: ()}

RECORD_STATES = frozenset(RECORD_LABELS)
FUND_STATES = frozenset(FUND_LABELS)
WAITING_FOR_DECISION = frozenset({"confirmed", "objected", "silent", "closed"})
CLOCK_LABELS = {"employer_answer": "原单位答复", "stop_decide": "经办机构决定"}
ANSWER, DECIDE = "employer_answer", "stop_decide"


def overall(record_leg: str, fund_leg: str, *, was_completed: bool = False) -> str:
    """The state of the case that follows from its record leg; nothing comes after its end."""
    if record_leg in {"new", "refused"}:
        return record_leg
    return "completed" if record_leg == "done" else "open"


def station(record_leg: str) -> str:
    """The station of the leg as people see it: every answer, and silence, is one station."""
    return "answered" if record_leg in WAITING_FOR_DECISION else record_leg
