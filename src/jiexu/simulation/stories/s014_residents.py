"""014: residents who move: not in this year, but once enrolled for the next; 新乡 asks for more."""

from __future__ import annotations

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.answers import MEASURE
from jiexu.simulation.stories.telling import Office, Person, Telling

NANJING, WUHAN, XINXIANG = "320100", "420100", "410700"
SUNLI = Person(name="孙丽", certno="320198197608306241", username="sunli")
TIANYE = Person(name="田野", certno="320198198101197351", username="tianye")
FORM = {"insutype": "390", "insutype_to": "390"}
THIS_YEAR = "居民医保当年度原则上不办理转移，须先在转入地参加下一年度居民医保。"
ENROL = (
    "本人：在转入地武汉市的集中参保期参加下一年度（2027 年）居民医保，参保后即可申请；"
    "当年度继续在转出地享受待遇"
)
GUIDE = "省市规定 新乡市医保关系转移办理指南（未见官方正文，据转载）"
BEGINS = "新乡市新的待遇享受期开始的日期是 2027-01-01，在此之前不办理转移。"


def play(stage: Stage) -> Played:
    """孙丽 goes to 武汉 on the day she is enrolled there; 田野 waits for 1 January in 新乡."""
    told = _cast(stage)
    not_yet = (
        ("RESIDENT_SAME_YEAR", THIS_YEAR, ENROL, MEASURE),
        ("DESTINATION_NOT_ENROLLED", "在转入地武汉市还没有参保。", ENROL, MEASURE),
    )
    check = told.check(SUNLI, WUHAN, from_area=NANJING, to_area=WUHAN, **FORM)
    told.answers(check, "not_yet", kind="RR", earliest=None, money_route="none")
    told.because(SUNLI, check, *not_yet)
    early = told.tries(SUNLI, NANJING, WUHAN, **FORM)
    told.because(SUNLI, early, *not_yet)
    told.refused(early, "RESIDENT_SAME_YEAR", f"{ENROL}。")
    told.expect("the way on, once", early["remedy"].count("集中参保期"), 1)

    stage.later(days=5)
    for person, area in ((SUNLI, WUHAN), (TIANYE, XINXIANG)):
        told.resident(person, area, 2027, since="2026-11-25", until="2027-12-31")
    first = told.apply(SUNLI, NANJING, WUHAN, **FORM)
    told.settle()
    _gone(told, WUHAN, first)
    # Wed 25 November + 10 working days: Wed 9 December; + 5: Wed 16 December.
    told.expect("promised", told.case(WUHAN, first, "in")["promised_on"], "2026-12-16")
    old = "本地参保关系自 2027年1月1日 起终止"
    told.expect("covered to the end", old in told.timeline(NANJING, first, "out")[-1], True)

    waits = ("RESIDENT_SAME_YEAR", BEGINS, "本人：2027-01-01 起再申请（最早 2027-01-01）", GUIDE)
    check = told.check(TIANYE, XINXIANG, from_area=NANJING, to_area=XINXIANG, **FORM)
    told.answers(check, "not_yet", earliest="2027-01-01")
    told.because(TIANYE, check, waits)
    told.because(TIANYE, told.tries(TIANYE, NANJING, XINXIANG, **FORM), waits)

    stage.later(days=40)
    second = told.apply(TIANYE, NANJING, XINXIANG, **FORM)
    told.settle()
    _gone(told, XINXIANG, second)
    # Mon 4 January 2027, a year not published: + 10 weekdays: Mon 18; + 5: Mon 25, provisional.
    case = told.case(XINXIANG, second, "in")
    promise = (case["promised_on"], case["promised_provisional"])
    told.expect("promised", promise, ("2027-01-25", True))
    return told.played(
        (WUHAN, first, "in"),
        (NANJING, first, "out"),
        (XINXIANG, second, "in"),
        (NANJING, second, "out"),
    )


def _cast(stage: Stage) -> Telling:
    """Two residents of 南京, known at the new places and not enrolled there."""
    told = Telling(stage, "014")
    told.open(
        Office(area=NANJING, short="nj", name="南京市医疗保险管理中心"),
        Office(area=WUHAN, short="wh", name="武汉市医疗保险中心"),
        Office(area=XINXIANG, short="xx", name="新乡市医疗保险中心"),
    )
    for person, area in ((SUNLI, WUHAN), (TIANYE, XINXIANG)):
        told.resident(person, NANJING, 2026)
        told.insured(person, area)
        told.signs_up(person, area)
    return told


def _gone(told: Telling, area: str, case_no: str) -> None:
    """The record has gone; residents have no account, so no money is spoken of."""
    told.legs(NANJING, case_no, "out", "done", "none")
    told.legs(area, case_no, "in", "done", "none")
    case = told.case(area, case_no, "in")
    cover = "居民医保的待遇按新参保地的待遇享受期计算。"
    told.expect("cover", (case["cover_after"]["text"], case["informed"]), (cover, ()))


STORY = Story(
    id="014",
    title="居民转居民：当年不办，参加下一年度后可以办；新乡还要等新的享受期",
    areas=(NANJING, WUHAN, XINXIANG),
    start="2026-11-20T10:00:00",
    play=play,
)
