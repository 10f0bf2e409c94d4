"""015: a resident of 武汉 finds work in 南京: her old cover is suspended without her doing."""

from __future__ import annotations

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import Office, Person, Telling

WUHAN, NANJING = "420100", "320100"
XIAOLAN = Person(name="石小兰", certno="420198199912218468", username="xiaolan")
FORM = {"insutype": "390", "insutype_to": "310"}
UNPAID = (
    "DESTINATION_NOT_PAID",
    "转入地南京市要求当月已足额缴费，当月还没有到账。",
    "新用人单位（灵活就业人员由本人）：当月医保费足额到账后再申请",
    "省市规定 南京医保转移条件（2023年12月26日）（未见官方正文，据转载）",
)
SUSPENDED = (
    "您已在转入地参加职工医保，{place}的居民医保由当地经办机构按重复参保暂停，"
    "不用您自己去办，也不影响受理。"
)
RULE = "国家规定 医保发〔2020〕33号"


def play(stage: Stage) -> Played:
    """Only 南京's own rule makes her wait a week: the contribution of April must have come."""
    told = Telling(stage, "015")
    told.open(
        Office(area=WUHAN, short="wh", name="武汉市医疗保险中心"),
        Office(area=NANJING, short="nj", name="南京市医疗保险管理中心"),
    )
    told.resident(XIAOLAN, WUHAN, 2026)
    told.insured(
        XIAOLAN,
        NANJING,
        months=[("2026-03", "2026-03")],
        statuses=[("normal", "2026-03-01", "")],
        employer="新单位有限公司",
    )
    told.signs_up(XIAOLAN, NANJING)

    suspended = ("RESIDENT_COVER_SUSPENDED", SUSPENDED.format(place="武汉市"), "", RULE)
    check = told.check(XIAOLAN, NANJING, from_area=WUHAN, to_area=NANJING, **FORM)
    told.answers(check, "not_yet", kind="RE", earliest=None)
    told.because(XIAOLAN, check, UNPAID, suspended)
    early = told.tries(XIAOLAN, WUHAN, NANJING, **FORM)
    told.refused(early, "DESTINATION_NOT_PAID", "当月医保费足额到账后再申请。")
    told.because(XIAOLAN, early, UNPAID)

    stage.later(days=8)
    told.insured(XIAOLAN, NANJING, months=[("2026-04", "2026-04")])
    check = told.check(XIAOLAN, NANJING, from_area=WUHAN, to_area=NANJING, **FORM)
    told.answers(check, "accept", kind="RE", money_route="none")
    told.because(XIAOLAN, check, suspended)

    case_no = told.apply(XIAOLAN, WUHAN, NANJING, **FORM)
    told.settle()
    told.legs(WUHAN, case_no, "out", "done", "none")
    told.legs(NANJING, case_no, "in", "done", "none")
    case = told.case(NANJING, case_no, "in")
    informed = (SUSPENDED.format(place="武汉市医疗保险中心"), "", RULE)
    told.expect("told", [tuple(one) for one in case["informed"]], [informed])
    # Fri 10 April + 10 working days: Fri 24 April; + 5: 27 to 30 April (4), Wed 6 May.
    told.expect("promised", case["promised_on"], "2026-05-06")
    # The record of a year (12 months) is too short for the national rule on a change of scheme.
    told.expect(
        "her cover",
        case["cover_after"]["text"],
        "参保没有中断。连续参保不满 2 年，国家没有统一的等待期规定，由转入地规定，"
        "可拨打医保服务热线 12393 或向当地经办机构核实。",
    )
    done = told.timeline(WUHAN, case_no, "out")
    told.expect(
        "suspended with the acceptance",
        done[0],
        "已受理：收到南京市医疗保险管理中心的申请通知，校验通过。参保人已在南京市医疗保险管理中心"
        "参加职工医保，本地居民医保按重复参保暂停（医保发〔2020〕33号）。"
        "信息表最迟 2026年4月24日 出具。",
    )
    told.expect("and ended", "本地参保关系自 2026年4月10日 起终止" in done[-1], True, done)
    return told.played((NANJING, case_no, "in"), (WUHAN, case_no, "out"))


STORY = Story(
    id="015",
    title="居民转职工：原居民医保按重复参保暂停，不用本人去办",
    areas=(WUHAN, NANJING),
    start="2026-04-02T10:00:00",
    play=play,
)
