"""001: a citizen of 南京 takes a job in 柳州; record and balance follow, nothing is doubtful."""

from __future__ import annotations

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import PASSWORD, Office, Person, Telling

__all__ = ["BALANCE_FEN", "CERTNO", "LIUZHOU", "NANJING", "PASSWORD", "STORY", "cast"]

NANJING, LIUZHOU = "320100", "450200"
CERTNO = "320198199203154525"
RUOLAN = Person(name="沈若岚", certno=CERTNO, username="ruolan")
BALANCE_FEN = 321456


def cast(stage: Stage) -> Telling:
    """The offices, and the person: 84 months in 南京, a new job in 柳州 since March."""
    told = Telling(stage, "001")
    told.open(
        Office(area=NANJING, short="nj", name="南京市医疗保险管理中心"),
        Office(
            area=LIUZHOU,
            short="lz",
            name="柳州市医疗保险事业管理中心",
            kind="财政专户",
            money="0.00",
        ),
    )
    told.moved(RUOLAN, NANJING, LIUZHOU, balance="3214.56")
    return told


def play(stage: Stage) -> Played:
    """From the check to the money in the new account, every figure asserted."""
    told = cast(stage)
    source, target = stage.at(NANJING), stage.at(LIUZHOU)
    form = {"from_area": NANJING, "to_area": LIUZHOU, "insutype": "310"}

    decision = told.check(RUOLAN, LIUZHOU, **form)
    told.expect("the check", decision["outcome"], "accept")
    told.expect("the route", decision["values"]["money_route"], "remit")

    case_no = told.apply(RUOLAN, NANJING, LIUZHOU)
    again = told.tries(RUOLAN, NANJING, LIUZHOU)
    told.expect("applied twice", (again["case_no"], again["repeated"]), (case_no, True))

    told.settle()
    told.legs(NANJING, case_no, "out", "done", "fixed")
    told.expect("frozen", source.balance(NANJING, CERTNO)["available_fen"], 0)

    stage.later(hours=2)
    batch = source.prepare_payments(NANJING, "nj_zhidan", "story-001-batch")
    told.expect("prepared", batch["ok"], True)
    own = source.approve_payments(NANJING, "nj_zhidan", batch["case_no"])
    told.expect("four eyes", own["code"], "FOUR_EYES")
    approved = source.approve_payments(NANJING, "nj_fuhe", batch["case_no"])
    told.expect("approved", approved["ok"], True)
    told.expect("in transit", source.transit(NANJING, case_no), BALANCE_FEN)
    told.bank_round(NANJING)

    told.legs(LIUZHOU, case_no, "in", "done", "credited")
    told.legs(NANJING, case_no, "out", "done", "paid")
    told.holds(RUOLAN, LIUZHOU, BALANCE_FEN)
    told.holds(RUOLAN, NANJING, 0)
    left = (source.transit(NANJING, case_no), target.transit(LIUZHOU, case_no))
    told.expect("nothing in transit", left, (0, 0))
    new_cover = next(one for one in target.cover("ruolan") if one["area"] == LIUZHOU)
    told.expect("months", new_cover["months_total"], 85)
    return told.played((LIUZHOU, case_no, "in"), (NANJING, case_no, "out"))


STORY = Story(
    id="001",
    title="南京 → 柳州：线上申请，年限和余额一起走",
    areas=(NANJING, LIUZHOU),
    start="2026-03-11T10:00:00",
    play=play,
)
