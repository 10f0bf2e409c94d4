"""All components in all their states on one page, with invented people: for those who build pages.

The tests render it, and it is what is looked at on a telephone and on a desk.
"""

from __future__ import annotations

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiexu.core.base.decision import Badge, Reason, Repair, Source
from jiexu.core.base.periods import Month, Spell
from jiexu.core.procedures.transfer.states import (
    FUND_LABELS,
    FUND_STEPS,
    IN,
    RECORD_LABELS,
    RECORD_STEPS,
    STATE_LABELS,
    TONES,
    overall,
)
from jiexu.faces.ui.busy import Busy
from jiexu.records.procedures.views import CaseView, ClockView, PaperView, TimelineItem

_SHANGHAI = ZoneInfo("Asia/Shanghai")

LONG_NAME = "买买提·吐尔逊江·阿布都热依木·麦麦提明"
RARE_NAME = "𬱖䶮㛃"


def at(day: int, hour: int = 9, minute: int = 30) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=_SHANGHAI)


def clock(state: str = "running", left: int | None = 6, **changes: Any) -> ClockView:
    view = ClockView(
        leg="record",
        name="out",
        label="转出地出具信息表",
        holder="320100",
        holder_name="南京市医疗保险管理中心",
        started_on=date(2026, 3, 5),
        due_on=date(2026, 3, 19),
        limit_workdays=10,
        provisional=False,
        met_on=None,
        state=state,
        workdays_left=left,
    )
    return msgspec.structs.replace(view, **changes)


CLOCKS = (
    clock(),
    clock(left=2, provisional=True),
    clock(left=0),
    clock("late", -3),
    clock("late", None),
    clock("met", None, met_on=date(2026, 3, 12)),
    clock("met", None, met_on=date(2026, 3, 23)),
)

TIMELINE = (
    TimelineItem(
        at=at(5), leg="case", title="申请转移", text="您在网上申请。", actor="王秋实", ours=True
    ),
    TimelineItem(
        at=at(5, 9, 31),
        leg="record",
        title="双方校验通过，已受理",
        text="两地的条件都符合，承诺不晚于 2026年3月26日 办完。",
        actor="系统自动",
        ours=True,
    ),
    TimelineItem(
        at=at(11),
        leg="record",
        title="收到信息表",
        text="缴费 62 个月，个人账户实际转出资金 3,214.56 元。",
        actor="南京市医疗保险管理中心",
        ours=False,
    ),
    TimelineItem(
        at=at(12, 15, 2),
        leg="fund",
        title="转出地已付款",
        text="3,214.56 元，付款附言里有业务编号。",
        actor="南京市医疗保险管理中心",
        ours=False,
    ),
)


def case(record_leg: str = "done", fund_leg: str = "in_transit", **changes: Any) -> CaseView:
    """A case of the new place in any pair of legs, told as the records would tell it."""
    state = overall(record_leg, fund_leg)
    view = CaseView(
        agency="450200",
        agency_name="柳州市医疗保障事业管理中心",
        case_no="ZY45020026030500000017X",
        half=IN,
        half_label="转入",
        psn_name="王秋实",
        certno_masked="3201**********0016",
        from_area="320100",
        from_name="南京市",
        to_area="450200",
        to_name="柳州市",
        kind_label="职工→职工",
        state=state,
        state_label=STATE_LABELS[state],
        tone=TONES[state],
        record_label=RECORD_LABELS[record_leg],
        fund_label=FUND_LABELS[fund_leg],
        amount_fen=321456,
        opened_at=at(5),
        promised_on=date(2026, 3, 26),
        promised_provisional=False,
        holder_label="柳州市医疗保障事业管理中心",
        late=False,
        doubts=(),
        assigned_to="",
        version=4,
        record_leg=record_leg,
        fund_leg=fund_leg,
        accepted_on=date(2026, 3, 5),
        completed_at=None,
        money_sentence=f"3,214.56 元 · 南京市 → 柳州市 · {FUND_LABELS[fund_leg]}",
        steps_record=_steps(RECORD_STEPS[IN], record_leg),
        steps_fund=_steps(FUND_STEPS[IN], fund_leg),
        clocks=CLOCKS[:1],
        timeline=TIMELINE,
        papers=(
            PaperView(
                number="XXB-320100-20260311-000017",
                kind="information_form",
                title="参保人员基本医疗保险信息表",
                issued_at=at(11),
                sealed=True,
            ),
        ),
        refusals=(),
        remedies="",
        comparison=(
            ("姓名", "王秋实", "王秋实", True),
            ("缴费月份", "2021年1月—2026年2月", "2021年1月—2026年2月", True),
            ("个人账户实际转出资金", "3,214.56 元", "3,214.50 元", False),
        ),
    )
    return msgspec.structs.replace(view, **changes)


REASON = Reason(
    code="SOURCE_NOT_PAUSED",
    text="南京市显示您仍是正常参保，还没有停保。",
    rule="transfer.source_paused",
    sources=(
        Source(
            badge=Badge.NATION,
            title="基本医疗保险关系转移接续暂行办法",
            number="医保办发〔2021〕43号",
            area="100000",
            from_="2021-12-01",
            confidence="high",
        ),
        Source(badge=Badge.LOCAL, title="转移接续办事指南", area="320000", confidence="low"),
        Source(badge=Badge.PROMISE, title="服务承诺", area="320100", confidence="medium"),
        Source(badge=Badge.HEARSAY, title="网上流传的说法", area="320100", confidence="low"),
    ),
    repair=Repair(who="原单位", how="在南京市办理停保；单位不办的，您可以带离职证明到窗口申请。"),
)

SPELLS = (
    Spell(Month(2016, 7), Month(2019, 3)),
    Spell(Month(2019, 9), Month(2019, 9)),
    Spell(Month(2021, 1), Month(2026, 2)),
)


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery.html", context())


def context() -> dict[str, Any]:
    """What the page of all components shows."""
    return {
        "clocks": CLOCKS,
        "moving": [case("accepted", leg) for leg in ("waiting", "approved")]
        + [case("done", leg) for leg in ("in_transit", "arrived", "credited", "none")],
        "case": case(),
        "long": case(psn_name=LONG_NAME, from_name="黔西南布依族苗族自治州"),
        "timeline": TIMELINE,
        "reason": REASON,
        "spells": SPELLS,
        "first": Month(2016, 7),
        "last": Month(2026, 3),
        "page": SimpleNamespace(page=7, pages=20, total=391, items=()),
        "errors": [("id_area", "请选择一个地方"), ("", "页面已经失效，请刷新后再提交")],
        "refused": {
            "text": "韦丽刚刚在 3月12日 15:02 核对并转入了年限，您看的是旧内容。",
            "remedy": "请看清下面的最新内容再决定。",
        },
        "busy": (
            Busy(
                title="正在向转出地核验", words="本页会自动更新。", again="?try=2", stop="?try=stop"
            ),
            Busy(title="正在向转出地核验", words="申请已经保存。", again="", stop="?try=stop"),
        ),
        "tones": (("go", "办理中"), ("wait", "等您补正"), ("stop", "不予受理"), ("done", "已办结")),
        "names": (LONG_NAME, RARE_NAME, "欧阳·O’Neil"),
    }


def _steps(steps: tuple[tuple[str, str], ...], leg: str) -> tuple[tuple[str, str], ...]:
    names = [name for name, _ in steps]
    here = names.index(leg) if leg in names else -1
    last = len(names) - 1
    return tuple(
        (label, "done" if n < here or n == here == last else "now" if n == here else "todo")
        for n, (_, label) in enumerate(steps)
    )
