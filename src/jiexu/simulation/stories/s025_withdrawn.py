"""025: taken back in time, too late to be taken back, and declined by a clerk with the remedies."""

from __future__ import annotations

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import Office, Person, Telling

NANJING, LIUZHOU = "320100", "450200"
YU = Person(name="于婉", certno="320198199010052282", username="yu_wan")
SHI = Person(name="史建平", certno="320198198411099175", username="shi_jianping")
WORDS = "劳动合同已解除，转入地参保登记有误，请先更正参保登记"


def play(stage: Stage) -> Played:
    """One withdraws, applies again and can then no longer; the other is declined."""
    told = Telling(stage, "025")
    told.open(
        Office(area=NANJING, short="nj", name="南京市医疗保险管理中心"),
        Office(area=LIUZHOU, short="lz", name="柳州市医疗保险事业管理中心"),
    )
    told.moved(YU, NANJING, LIUZHOU, balance="2044.90")
    told.moved(SHI, NANJING, LIUZHOU, balance="318.00")
    back, again = _withdrawn(told), _too_late(told)
    no = _declined(told)
    return told.played(
        *((LIUZHOU, back, "in"), (NANJING, back, "out")),
        *((LIUZHOU, again, "in"), (NANJING, again, "out")),
        *((LIUZHOU, no, "in"), (NANJING, no, "out")),
    )


def _withdrawn(told: Telling) -> str:
    """In time: the old place is asked, agrees, and nothing has changed for her."""
    case_no = told.apply(YU, NANJING, LIUZHOU)
    stranger = told.citizen_does(SHI, LIUZHOU, case_no, "in", "withdraw")
    told.refused(stranger, "NOT_YOURS", "不属于您")
    answer = told.citizen_does(YU, LIUZHOU, case_no, "in", "withdraw")
    told.expect("asked for", (answer["ok"], answer["record_leg"]), (True, "closing"), answer)
    told.settle()
    _over(told, YU, case_no, "withdrawn", 2_044_90)
    told.was_told(YU, LIUZHOU, "申请已撤回", case_no, "个人账户没有变动", "可以重新申请")
    return case_no


def _too_late(told: Telling) -> str:
    """She applies again; once the form is out there is nothing to take back."""
    told.settle(days=1)
    case_no = told.apply(YU, NANJING, LIUZHOU)
    told.settle()
    late = told.citizen_does(YU, LIUZHOU, case_no, "in", "withdraw")
    told.refused(late, "WRONG_STATE")
    told.money_follows(NANJING)
    told.legs(LIUZHOU, case_no, "in", "done", "credited")
    told.holds(YU, LIUZHOU, 2_044_90)
    return case_no


def _declined(told: Telling) -> str:
    """A reason, the clerk's own words, how to mend it, and where to complain."""
    case_no = told.apply(SHI, NANJING, LIUZHOU)
    bare = told.staff_does(LIUZHOU, "jingban", case_no, "in", "decline", ground="not_enrolled")
    told.expect("words are needed", (bare["code"], bare["path"]), ("MISSING", "words"), bare)
    answer = told.staff_does(
        LIUZHOU, "jingban", case_no, "in", "decline", ground="not_enrolled", words=WORDS
    )
    told.expect("declined", answer["ok"], True, answer)
    told.settle()
    _over(told, SHI, case_no, "refused", 318_00)
    why = f"转入地没有按规定参保：{WORDS}。"
    for area, half in ((LIUZHOU, "in"), (NANJING, "out")):
        case = told.case(area, case_no, half)
        told.expect("why", case["refusals"][0][:2], (why, "参保人：改正后可以重新申请。"))
        for words in ("60 日内", "行政复议", "6 个月内", "行政诉讼"):
            told.expect(f"remedies: {words}", words in case["remedies"], True, case["remedies"])
    papers = [one["number"] for one in told.case(LIUZHOU, case_no, "in")["papers"]]
    told.expect("on paper", papers, [f"BY{case_no[2:]}"])
    told.was_told(SHI, LIUZHOU, "不予受理", case_no, why, "行政复议", "行政诉讼")
    return case_no


def _over(told: Telling, person: Person, case_no: str, how: str, fen: int) -> None:
    """Ended at both places, the whole balance free where it was."""
    for area, half in ((LIUZHOU, "in"), (NANJING, "out")):
        told.legs(area, case_no, half, how, "none")
    left = told.stage.at(NANJING).balance(NANJING, person.certno)
    told.expect("untouched", (left["posted_fen"], left["available_fen"]), (fen, fen))


STORY = Story(
    id="025",
    title="南京 → 柳州：及时撤回的，来不及撤回的，和不予受理的",
    areas=(NANJING, LIUZHOU),
    start="2026-03-11T10:00:00",
    play=play,
)
