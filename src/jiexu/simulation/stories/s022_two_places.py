"""022: two old places in one application: a case for each, and both balances in one account."""

from __future__ import annotations

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import Office, Person, Telling

NANJING, QUANZHOU, LIUZHOU = "320100", "350500", "450200"
LIN = Person(name="林秋萍", certno="350598198707216622", username="lin_qiuping")
OFFICES = (
    Office(area=NANJING, short="nj", name="南京市医疗保险管理中心"),
    Office(area=QUANZHOU, short="qz", name="泉州市医疗保障基金中心"),
    Office(area=LIUZHOU, short="lz", name="柳州市医疗保险事业管理中心", kind="财政专户"),
)


def play(stage: Stage) -> Played:
    """泉州 2012-2018, 南京 2019-2026, now 柳州: one form, two cases, three places."""
    told = Telling(stage, "022")
    told.open(*OFFICES)
    told.left(LIN, QUANZHOU, begin="2012-07", left="2018-12", balance="805.40")
    told.left(LIN, NANJING, begin="2019-01", balance="6120.08")
    told.joined(LIN, LIUZHOU)
    first, second = _apply(told)

    told.settle()
    for area, case_no in ((QUANZHOU, first), (NANJING, second)):
        told.legs(area, case_no, "out", "done", "fixed")
        told.legs(LIUZHOU, case_no, "in", "done", "fixed")
    # 泉州 alone would look like a break of seven years: nobody is told so while 南京 comes in.
    early = told.titled(LIUZHOU, first, "in", "年限已转入")
    told.expect("not judged yet", f"另一笔转入（{second}）还在办理" in early, True, early)
    whole = told.titled(LIUZHOU, second, "in", "年限已转入")
    told.expect("no break", "参保没有中断，没有待遇等待期，2026年3月1日 起" in whole, True, whole)
    cover = next(one for one in stage.at(LIUZHOU).cover(LIN.username) if one["area"] == LIUZHOU)
    told.expect("78 months there, 86 there, one here", cover["months_total"], 78 + 86 + 1)
    brought = stage.at(LIUZHOU).history_of_months(LIUZHOU, LIN.certno)
    paid_at = {(row[2], row[3]) for row in brought if row[3]}
    told.expect("where they were paid", paid_at, {(QUANZHOU, first), (NANJING, second)})

    # The money of one place is there before that of the other is paid.
    told.money_follows(NANJING)
    told.legs(LIUZHOU, second, "in", "done", "credited")
    told.legs(LIUZHOU, first, "in", "done", "fixed")
    told.holds(LIN, LIUZHOU, 6_120_08)
    told.was_told(LIN, LIUZHOU, "余额已到账", second, "6,120.08 元")
    told.money_follows(QUANZHOU)
    told.legs(LIUZHOU, first, "in", "done", "credited")
    told.holds(LIN, LIUZHOU, 6_120_08 + 805_40)
    told.was_told(LIN, LIUZHOU, "余额已到账", first, "805.40 元")
    for area, case_no in ((QUANZHOU, first), (NANJING, second)):
        told.holds(LIN, area, 0)
        told.expect("completed", told.case(area, case_no, "out")["state"], "completed")
    return told.played(
        *((LIUZHOU, one, "in") for one in (first, second)),
        *((QUANZHOU, first, "out"), (NANJING, second, "out")),
    )


def _apply(told: Telling) -> tuple[str, str]:
    """One application; the same once more is the same; one of them again is refused."""
    node = told.stage.at(LIUZHOU)
    form, places = {"to_area": LIUZHOU, "insutype": "310"}, [QUANZHOU, NANJING]
    answers = node.apply_to_many(LIN.username, form, places, "022-both")
    told.expect("both taken", [one["ok"] for one in answers], [True, True], answers)
    first, second = (str(one["case_no"]) for one in answers)
    again = node.apply_to_many(LIN.username, form, places, "022-both")
    told.expect("once more", [one["repeated"] for one in again], [True, True], again)
    told.settle()
    told.refused(
        *(told.tries(LIN, NANJING, LIUZHOU), "ALREADY_OPEN"),
        *(f"您已有一笔同险种的转移正在办理（{second}）", "办结后才能再次申请"),
    )
    return first, second


STORY = Story(
    id="022",
    title="泉州、南京 → 柳州：两个原参保地，一次申请",
    areas=(NANJING, QUANZHOU, LIUZHOU),
    start="2026-03-11T10:00:00",
    play=play,
)
