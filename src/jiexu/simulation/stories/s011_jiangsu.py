"""011: from 南京 to 苏州, inside 江苏: credited with the years, the agencies settle afterwards."""

from __future__ import annotations

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import Office, Person, Telling

NANJING, SUZHOU = "320100", "320500"
MINGYUAN = Person(name="顾明远", certno="32019819870923371X", username="mingyuan")
BALANCE_FEN = 723488
RULE = "宜兴市医疗保障局热点问答（五）（2024年11月17日）"
AHEAD = (
    "已先行记入个人账户：7,234.88 元已记入苏州市医疗保险基金管理中心的个人账户，"
    "款项由苏州市医疗保险基金管理中心与南京市医疗保险管理中心另行清算。"
)


def play(stage: Stage) -> Played:
    """7,234.88 元 is in the new account with the years; the agencies pay it in April."""
    told = Telling(stage, "011")
    told.open(
        Office(area=NANJING, short="nj", name="南京市医疗保险管理中心"),
        Office(area=SUZHOU, short="sz", name="苏州市医疗保险基金管理中心", money="0.00"),
    )
    told.moved(MINGYUAN, NANJING, SUZHOU, begin="2018-01", balance="7234.88")
    check = told.check(MINGYUAN, SUZHOU, from_area=NANJING, to_area=SUZHOU)
    told.answers(
        check,
        "accept",
        money_route="credit_first",
        money_amount="7234.88",
        provisional_route=False,
        cross_province=False,
    )
    told.rests_on(check, "money_route", "省市规定", RULE)

    case_no = told.apply(MINGYUAN, NANJING, SUZHOU)
    told.settle()
    told.legs(SUZHOU, case_no, "in", "done", "credited_ahead")
    told.legs(NANJING, case_no, "out", "done", "owed")
    told.holds(MINGYUAN, SUZHOU, BALANCE_FEN)
    told.holds(MINGYUAN, NANJING, 0)
    case = told.case(SUZHOU, case_no, "in")
    told.expect("over for the person", case["state"], "completed")
    # Wed 11 March + 10 working days: Wed 25 March; + 5 more: Wed 1 April.
    told.expect("promised", case["promised_on"], "2026-04-01")
    told.expect("how it went", told.timeline(SUZHOU, case_no, "in")[-1], AHEAD)
    papers = {paper["kind"] for paper in case["papers"]}
    told.expect("the papers", papers, {"acceptance", "completion"})
    nothing = stage.at(NANJING).prepare_payments(NANJING, "nj_zhidan", "story-011-nothing")
    told.expect("no case is paid by itself", nothing["code"], "NOTHING_CHOSEN")
    told.expect("March is not over", stage.at(NANJING).net_last_month(), 0)

    stage.later(days=23)
    told.expect("one list for March", stage.at(NANJING).net_last_month(), 1)
    told.settle()
    told.owes(NANJING, SUZHOU, BALANCE_FEN)
    told.money_follows(NANJING)
    told.legs(SUZHOU, case_no, "in", "done", "credited")
    told.legs(NANJING, case_no, "out", "done", "paid")
    told.holds(MINGYUAN, SUZHOU, BALANCE_FEN)
    for area in (NANJING, SUZHOU):
        lists = [one["state"] for one in stage.at(area).clearings(area)]
        told.expect("the list is settled", lists, ["settled"])
    return told.played((SUZHOU, case_no, "in"), (NANJING, case_no, "out"))


STORY = Story(
    id="011",
    title="南京 → 苏州：江苏省内，年限转入时先记入余额，两地以后清算",
    areas=(NANJING, SUZHOU),
    start="2026-03-11T10:00:00",
    play=play,
)
