"""024: deaths in mid-case: before the form, and with the balance reserved; what heirs do."""

from __future__ import annotations

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import Office, Person, Telling

SUZHOU, LIUZHOU = "320500", "450200"
HU = Person(name="胡守田", certno="320598197905309758", username="hu_shoutian")
WU = Person(name="吴敬亭", certno="320598198806256376", username="wu_jingting")
GONE = "参保人已经死亡，参保关系终止，不再办理转移接续。"
HEIRS = "个人账户余额可以依法继承，由继承人向苏州市经办机构申请一次性支取"


def play(stage: Stage) -> Played:
    """One while the old place is being asked, one when only the payment was still to come."""
    told = Telling(stage, "024")
    told.open(
        Office(area=SUZHOU, short="su", name="苏州市医疗保险基金管理中心"),
        Office(area=LIUZHOU, short="lz", name="柳州市医疗保险事业管理中心"),
    )
    told.moved(HU, SUZHOU, LIUZHOU, balance="9050.60")
    told.moved(WU, SUZHOU, LIUZHOU, balance="1420.33")
    early, late = _before_the_form(told), _before_the_payment(told)
    halves = ((LIUZHOU, early, "in"), (SUZHOU, early, "out"))
    return told.played(*halves, (LIUZHOU, late, "in"), (SUZHOU, late, "out"))


def _before_the_form(told: Telling) -> str:
    """The new place hears of it first: stopped at both ends, nothing was ever reserved."""
    case_no = told.apply(HU, SUZHOU, LIUZHOU)
    form = {"kind": "death", "evidence": "死亡医学证明 2026-0117"}
    told.refused(
        told.staff_does(LIUZHOU, "jingban", case_no, "in", "report_life", on="2026-03-12", **form),
        *("NOT_YET_HAPPENED", "发生日期 2026-03-12 还没有到", "事情发生后再登记"),
    )
    answer = told.staff_does(
        LIUZHOU, "jingban", case_no, "in", "report_life", on="2026-03-10", **form
    )
    told.expect("reported", answer["ok"], True, answer)
    told.settle()
    _stopped(told, case_no, "stopped", "stopped")
    _free(told, HU, 9_050_60)
    return case_no


def _before_the_payment(told: Telling) -> str:
    """The old place hears of it, the batch is made up already: its approver cannot pay it."""
    case_no = told.apply(WU, SUZHOU, LIUZHOU)
    told.settle()
    told.legs(SUZHOU, case_no, "out", "done", "fixed")
    held = told.stage.at(SUZHOU).balance(SUZHOU, WU.certno)
    told.expect("reserved", (held["posted_fen"], held["available_fen"]), (1_420_33, 0))
    batch = told.stage.at(SUZHOU).prepare_payments(SUZHOU, "su_zhidan", "024-batch")
    form = {"kind": "death", "on": "2026-03-11", "evidence": "户籍注销证明 88 号"}
    answer = told.staff_does(SUZHOU, "jingban", case_no, "out", "report_life", **form)
    told.expect("reported", answer["ok"], True, answer)
    told.settle()
    paid = told.stage.at(SUZHOU).approve_payments(SUZHOU, "su_fuhe", batch["case_no"])
    told.expect("not paid", paid["ok"], False, paid)
    # The months had been written before; the money stays with the old account.
    _stopped(told, case_no, "done", "done")
    _free(told, WU, 1_420_33)
    return case_no


def _stopped(told: Telling, case_no: str, here: str, there: str) -> None:
    told.legs(LIUZHOU, case_no, "in", here, "none")
    told.legs(SUZHOU, case_no, "out", there, "none")
    for area, half in ((LIUZHOU, "in"), (SUZHOU, "out")):
        case = told.case(area, case_no, half)
        why, way_on, _ = (*case["refusals"], *case["informed"])[0]
        told.expect("why", why, GONE)
        told.expect("what heirs do", HEIRS in way_on, True, way_on)


def _free(told: Telling, person: Person, fen: int) -> None:
    """The whole balance can be used again, at the old place alone; and that is what is said."""
    left = told.stage.at(SUZHOU).balance(SUZHOU, person.certno)
    told.expect("free", (left["posted_fen"], left["available_fen"]), (fen, fen))
    told.holds(person, LIUZHOU, 0)
    told.was_told(person, LIUZHOU, "转移已终止", "没有付出的余额在转出地的个人账户里")


STORY = Story(
    id="024",
    title="苏州 → 柳州：办理当中参保人去世，钱留在原账户由继承人办理",
    areas=(SUZHOU, LIUZHOU),
    start="2026-03-11T10:00:00",
    play=play,
)
