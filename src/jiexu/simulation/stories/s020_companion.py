"""020: the other places are on the national platform: lists, work list, statement, a person."""

from __future__ import annotations

from datetime import date
from random import Random

from jiexu.simulation import platform_lists as lists_of
from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import Office, Person
from jiexu.simulation.stories.telling_outside import TellingOutside, traveller

LIUZHOU, HANGZHOU, CHENGDU = "450200", "330100", "510100"
CAME = (
    Person(name="陆致远", certno="330198198804021215", username="lu_zhiyuan"),
    Person(name="沈一鸣", certno="330198199009173265", username="shen_yiming"),
    Person(name="钱宏", certno="330198198501265159", username="qian_hong"),
)
GOES = Person(name="韦春兰", certno="450298199106089746", username="wei_chunlan")
SPELLS, MONTHS = "201903-202602", 84
FEN = (2_468_10, 1_357_92)


def play(stage: Stage) -> Played:
    """Two come and one is declined; one leaves; every row of every list has its answer."""
    told = TellingOutside(stage, "020")
    told.open(Office(area=LIUZHOU, short="lz", name="柳州市医疗保险事业管理中心"))
    told.open_outside(LIUZHOU, HANGZHOU, "杭州市医疗保障局", money="900000.00")
    told.open_outside(LIUZHOU, CHENGDU, "成都市医疗保障事务中心")
    chance, today = Random(20), stage.now.date()
    numbers = _come(told, chance, today)
    left = _leave(told, chance, today)
    return told.played(*((LIUZHOU, one, "in") for one in numbers), (LIUZHOU, left, "out"))


def _come(told: TellingOutside, chance: Random, today: date) -> list[str]:
    stage = told.stage
    for one in CAME:
        told.joined(one, LIUZHOU)
    cases = [told.apply(one, HANGZHOU, LIUZHOU) for one in CAME]
    told.settle()
    people = [
        traveller(one, lists_of.number_of(HANGZHOU, today, place))
        for place, one in enumerate(CAME, start=1)
    ]
    for errand, one in zip(told.errands(LIUZHOU, *["transfer_request"] * 3), people, strict=True):
        told.expect("keyed in for", dict(errand["fields"])["证件号码"], one.certno)
        told.done_outside(LIUZHOU, errand, one.number)
    told.settle()

    ours = {"source": HANGZHOU, "target": LIUZHOU, "today": today, "answered_on": today}
    yes = lists_of.export_cases(chance, people[:2], status="已受理", twice=1, **ours)
    no = lists_of.export_cases(chance, people[2:], status="不予受理", why="转出地未停保", **ours)
    report = told.takes_list(LIUZHOU, "cases", yes)
    states = sorted(row["state"] for row in report.values())
    told.expect("a row that stands twice", states, ["applied", "applied", "repeated"])
    (declined,) = told.takes_list(LIUZHOU, "cases", no).values()
    told.expect("declined there", declined["state"], "applied")
    told.legs(LIUZHOU, cases[2], "in", "refused", "none")
    shown = told.case(LIUZHOU, cases[2], "in")
    told.expect("why", shown["refusals"][0][0], "转出地未停保")
    told.expect("remedies", "行政复议" in shown["remedies"], True)

    told.settle()
    forms = [(one, SPELLS, MONTHS, fen) for one, fen in zip(people[:2], FEN, strict=True)]
    sheet = lists_of.export_forms(chance, forms, today=today)
    report = told.takes_list(LIUZHOU, "forms", sheet, "csv")
    told.expect("forms", [row["state"] for row in report.values()], ["applied"] * 2)
    told.settle()
    told.all_done_outside(LIUZHOU, "receipt", "receipt")

    # One payment bears the platform's number; the other only says whose money it is.
    told.outside_pays(
        *(HANGZHOU, LIUZHOU),
        ("2468.10", f"医保转移 {people[0].number}"),
        ("1357.92", "沈一鸣 个账转移"),
    )
    told.legs(LIUZHOU, cases[0], "in", "done", "credited")
    told.legs(LIUZHOU, cases[1], "in", "done", "fixed")
    told.holds(CAME[1], LIUZHOU, 0)
    (line,) = stage.at(LIUZHOU).breaks(LIUZHOU)
    told.expect("proposed", (line["doubt"], line["case_no"]), ("PROPOSED", cases[1]))
    answer = stage.at(LIUZHOU).match(LIUZHOU, "lz_zhidan", line["id"], cases[1])
    told.expect("confirmed by a person", answer["ok"], True, answer)
    told.settle()
    for place, fen in enumerate(FEN):
        told.legs(LIUZHOU, cases[place], "in", "done", "credited")
        told.holds(CAME[place], LIUZHOU, fen)
    told.all_done_outside(LIUZHOU, "receipt", "receipt")
    return cases


def _leave(told: TellingOutside, chance: Random, today: date) -> str:
    told.left(GOES, LIUZHOU, begin="2020-01", balance="777.07")
    one = traveller(GOES, lists_of.number_of(CHENGDU, today, 1))
    payee = ("成都市医疗保障事务中心", "演示银行", f"9999{CHENGDU}000000")
    asked = {"source": LIUZHOU, "target": CHENGDU, "status": "待受理", "payee": payee}
    asked["today"] = told.stage.now.date()
    slip = lists_of.export_cases(chance, [one], wrong=1, **asked)
    ((place, row),) = told.takes_list(LIUZHOU, "cases", slip).items()
    told.expect("refused", (place, row["state"], row["field"]), (3, "refused", "证件号码"))
    told.expect("mended how", bool(row["remedy"]), True)
    good = lists_of.export_cases(chance, [one], **asked)
    (row,) = told.takes_list(LIUZHOU, "cases", good).values()
    case_no = str(row["case_no"])
    told.settle()
    told.legs(LIUZHOU, case_no, "out", "form_sent", "fixed")
    told.all_done_outside(LIUZHOU, "precheck_answer", "information_form")
    told.money_follows(LIUZHOU)
    told.legs(LIUZHOU, case_no, "out", "form_sent", "paid")
    (errand,) = told.errands(LIUZHOU, "remittance_notice")
    told.expect("the amount to key in", dict(errand["fields"])["付款金额（元）"], "777.07")
    told.done_outside(LIUZHOU, errand, one.number)
    receipts = lists_of.export_receipts(chance, [one], today=told.stage.now.date())
    (row,) = told.takes_list(LIUZHOU, "receipts", receipts).values()
    told.expect("finished there", row["state"], "applied")
    told.expect("closed here", told.case(LIUZHOU, case_no, "out")["state"], "completed")
    told.holds(GOES, LIUZHOU, 0)
    return case_no


STORY = Story(
    id="020",
    title="对方都在国家平台：名单导入，流水号登记，到账由人确认",
    areas=(LIUZHOU,),
    start="2026-03-11T10:00:00",
    play=play,
)
