"""032: interest is booked after the case is over: it follows on the same number (二次转移)."""

from __future__ import annotations

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import Office, Person, Telling

HOHHOT, LIUZHOU = "150100", "450200"
BAI = Person(name="白云霞", certno="150198199408111041", username="bai_yunxia")
FEN, INTEREST_FEN = 7_301_44, 18_42


def play(stage: Stage) -> Played:
    """Completed in March; at the end of the quarter 呼和浩特 credits 18.42 to the old account."""
    told = Telling(stage, "032")
    told.open(
        Office(area=HOHHOT, short="hh", name="呼和浩特市医疗保险服务中心"),
        Office(area=LIUZHOU, short="lz", name="柳州市医疗保险事业管理中心"),
    )
    told.moved(BAI, HOHHOT, LIUZHOU, balance="7301.44")
    case_no = told.apply(BAI, HOHHOT, LIUZHOU)
    told.settle()
    told.money_follows(HOHHOT)
    told.expect("over", told.case(LIUZHOU, case_no, "in")["state"], "completed")
    early = told.staff_does(HOHHOT, "jingban", case_no, "out", "late_money", why="interest")
    told.refused(early, "NOTHING_LEFT", "没有可用余额", "有新的利息、补缴或冲正入账后再办理")

    told.settle(days=20)
    _interest(told)
    answer = told.staff_does(HOHHOT, "jingban", case_no, "out", "late_money", why="interest")
    told.expect("second transfer", answer["ok"], True, answer)
    told.settle()
    for area, half in ((HOHHOT, "out"), (LIUZHOU, "in")):
        told.legs(area, case_no, half, "done", "fixed")
        told.expect("still over", told.case(area, case_no, half)["state"], "completed")
    told.was_told(BAI, LIUZHOU, "原账户还有资金转来", case_no, "18.42 元", "您不用办理")
    told.holds(BAI, LIUZHOU, FEN)

    told.money_follows(HOHHOT)
    told.legs(HOHHOT, case_no, "out", "done", "paid")
    told.legs(LIUZHOU, case_no, "in", "done", "credited")
    told.holds(BAI, LIUZHOU, FEN + INTEREST_FEN)
    told.holds(BAI, HOHHOT, 0)
    left = (stage.at(HOHHOT).transit(HOHHOT, case_no), stage.at(LIUZHOU).transit(LIUZHOU, case_no))
    told.expect("nothing on its way", left, (0, 0))
    told.was_told(BAI, LIUZHOU, "余额已到账", "18.42 元")
    return told.played((LIUZHOU, case_no, "in"), (HOHHOT, case_no, "out"))


def _interest(told: Telling) -> None:
    """Imported from the system that keeps the old accounts; the same voucher once."""
    row = {
        "证件号码": BAI.certno,
        "入账凭证号": "LX2026-Q1-00017",
        "入账金额": "18.42",
        "入账来由": "利息",
    }
    for _ in range(2):
        told.stage.at(HOHHOT).import_rows("credits", HOHHOT, [row])
    told.holds(BAI, HOHHOT, INTEREST_FEN)


STORY = Story(
    id="032",
    title="呼和浩特 → 柳州：办结后结出的利息，同一流水号再转一次",
    areas=(HOHHOT, LIUZHOU),
    start="2026-03-11T10:00:00",
    play=play,
)
