"""The words for where a transfer stands, in each half and on each leg, with their Chinese labels.

Record leg (年限) and fund leg (资金) run side by side; a half is over when both are over.
"""

from __future__ import annotations

IN = "in"
OUT = "out"
HALVES = {IN: "转入", OUT: "转出"}

RECORD_LABELS = {
    "new": "未申请",
    "asking": "已提交，等待转入地校验",
    "checking": "双方校验中",
    "accepted": "已受理，等待转出地出具信息表",
    "form_issued": "信息表已生成，正在签章",
    "form_sent": "信息表已发出，等待转入地办结",
    "form_received": "已收到信息表，正在核对",
    "done": "已办结",
    "closing": "正在终结，等待转出地确认",
    "refused": "不予受理",
    "not_yet": "暂不符合条件",
    "withdrawn": "已撤回",
    "stopped": "已终止办理",
}
FUND_LABELS = {
    "new": "未申请",
    "waiting": "待核定金额",
    "fixed": "金额已核定，待付款",
    "approved": "已批准付款，等待银行",
    "in_transit": "已付，等待到账",
    "returned": "银行退回，待重新付款",
    "paid": "已付",
    "arrived": "已到账，待记入个人账户",
    "credited": "已记入个人账户",
    "credited_ahead": "已先行记入个人账户，两地另行清算",
    "owed": "已由转入地先行记入，待清算",
    "sending_back": "到账金额不符，正在退回",
    "none": "没有资金划转",
}
STATE_LABELS = {
    "new": "未申请",
    "open": "办理中",
    "completed": "已办结",
    "refused": "不予受理",
    "not_yet": "暂不符合条件",
    "withdrawn": "已撤回",
    "stopped": "已终止办理",
}
TONES = {
    "new": "wait",
    "open": "go",
    "completed": "done",
    "refused": "stop",
    "not_yet": "wait",
    "withdrawn": "wait",
    "stopped": "stop",
}

RECORD_STEPS = {
    IN: (
        ("checking", "双方校验"),
        ("accepted", "受理"),
        ("form_received", "收到信息表"),
        ("done", "年限转入"),
    ),
    OUT: (
        ("accepted", "受理"),
        ("form_issued", "生成信息表"),
        ("form_sent", "签章发出"),
        ("done", "关系转出"),
    ),
}
FUND_STEPS = {
    IN: (
        ("waiting", "待核定"),
        ("fixed", "金额确定"),
        ("in_transit", "对方已付"),
        ("arrived", "到账"),
        ("credited", "记入个账"),
    ),
    OUT: (("waiting", "待核定"), ("fixed", "金额确定"), ("approved", "批准付款"), ("paid", "已付")),
}

RECORD_STATES = frozenset(RECORD_LABELS)
FUND_STATES = frozenset(FUND_LABELS)
ENDED = frozenset({"refused", "not_yet", "withdrawn", "stopped"})
"""States of the record leg in which the half is over without a transfer."""
FUND_OVER = frozenset({"paid", "credited", "none", "owed", "credited_ahead"})
"""The money has reached where it goes; what agencies settle among themselves delays nobody."""


def overall(record_leg: str, fund_leg: str, *, was_completed: bool = False) -> str:
    """The state of the half that follows from its legs: never stored apart from them.

    A completed half stays completed: late money, or money that came back, shows on its fund leg.
    """
    if was_completed:
        return "completed"
    if record_leg in ENDED or record_leg == "new":
        return record_leg
    if record_leg == "done" and fund_leg in FUND_OVER:
        return "completed"
    return "open"
