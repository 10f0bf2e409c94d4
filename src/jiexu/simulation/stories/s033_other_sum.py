"""033: what arrives is not what the form says: completed by a second line, or sent back."""

from __future__ import annotations

from typing import Any

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import Office, Person
from jiexu.simulation.stories.telling_outside import TellingOutside

LIUZHOU, HANGZHOU = "450200", "330100"
LU = Person(name="陆致远", certno="330198198804021215", username="lu_zhiyuan")
SHEN = Person(name="沈一鸣", certno="330198199009173265", username="shen_yiming")
NUMBERS = ("33010020260311000007", "33010020260311000008")
SENDER = {
    "account_name": "杭州市医疗保障局",
    "bank_name": "演示银行",
    "account": f"9999{HANGZHOU}000000",
    "reason": "多付 55.00 元，与信息表不一致",
}


def play(stage: Stage) -> Played:
    """Two people from 杭州; one gets too little at first, the other too much."""
    told = TellingOutside(stage, "033")
    told.open(Office(area=LIUZHOU, short="lz", name="柳州市医疗保险事业管理中心"))
    told.open_outside(LIUZHOU, HANGZHOU, SENDER["account_name"], money="100000.00")
    for one in (LU, SHEN):
        told.joined(one, LIUZHOU)
    less, more = (
        told.comes(one, HANGZHOU, LIUZHOU, number, "202001-202602", fen)
        for one, number, fen in ((LU, NUMBERS[0], 1_600_00), (SHEN, NUMBERS[1], 940_40))
    )
    told.outside_pays(
        *(HANGZHOU, LIUZHOU),
        *(("1300.00", f"转移 {NUMBERS[0]}"), ("995.40", f"转移 {NUMBERS[1]}")),
    )
    lines = {line["case_no"]: line for line in stage.at(LIUZHOU).breaks(LIUZHOU)}
    told.expect("both wait", {one["doubt"] for one in lines.values()}, {"AMOUNT_DIFFERS"})
    _completed(told, less, lines[less])
    _sent_back(told, more, lines[more])
    return told.played((LIUZHOU, less, "in"), (LIUZHOU, more, "in"))


def _joined(told: TellingOutside, case_no: str, line: dict[str, Any]) -> None:
    """A person says that this money is the case's; nothing is credited yet."""
    answer = told.stage.at(LIUZHOU).match(LIUZHOU, "lz_zhidan", line["id"], case_no)
    told.expect("joined", answer["ok"], True, answer)
    told.settle()
    told.legs(LIUZHOU, case_no, "in", "done", "arrived")


def _completed(told: TellingOutside, case_no: str, line: dict[str, Any]) -> None:
    _joined(told, case_no, line)
    told.holds(LU, LIUZHOU, 0)
    told.outside_pays(HANGZHOU, LIUZHOU, ("300.00", f"补转 {NUMBERS[0]}"))
    told.legs(LIUZHOU, case_no, "in", "done", "credited")
    told.holds(LU, LIUZHOU, 1_600_00)
    told.was_told(LU, LIUZHOU, "余额已到账", "1,600.00 元")


def _sent_back(told: TellingOutside, case_no: str, line: dict[str, Any]) -> None:
    """The preparer asks, another person approves, the bank pays; the form's sum is credited."""
    _joined(told, case_no, line)
    told.holds(SHEN, LIUZHOU, 0)
    asked = told.staff_does(LIUZHOU, "zhidan", case_no, "in", "send_back", **SENDER)
    told.expect("to be sent back", asked["ok"], True, asked)
    told.money_follows(LIUZHOU)
    told.legs(LIUZHOU, case_no, "in", "done", "credited")
    told.holds(SHEN, LIUZHOU, 940_40)
    told.expect("none on its way", told.stage.at(LIUZHOU).transit(LIUZHOU, case_no), 0)
    told.was_told(SHEN, LIUZHOU, "余额已到账", "940.40 元")


STORY = Story(
    id="033",
    title="杭州 → 柳州：到账与信息表不符，少的补齐，多的退回",
    areas=(LIUZHOU,),
    start="2026-03-11T10:00:00",
    play=play,
)
