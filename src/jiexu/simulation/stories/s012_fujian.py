"""012: 福州 and 厦门, inside 福建: credited at once both ways, one netted payment in April."""

from __future__ import annotations

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.answers import MEASURE
from jiexu.simulation.stories.telling import Office, Person, Telling

FUZHOU, XIAMEN = "350100", "350200"
XIAOTONG = Person(name="林晓彤", certno="350198199511084827", username="xiaotong")
CHENLI = Person(name="陈立", certno="350298198902171136", username="chenli")
THERE_FEN, BACK_FEN = 150020, 40005
RULE = "福建省基本医疗保险关系转移接续暂行办法（未见官方正文，据转载）"
WAIT = "中断 4 个月，待遇等待期 6 个月（等待期内按 50% 享受），2026-09-01 起享受待遇。"


def play(stage: Stage) -> Played:
    """1,500.20 元 one way and 400.05 元 the other: 1,100.15 元 is paid, by the fifth of April."""
    told = Telling(stage, "012")
    told.open(
        Office(area=FUZHOU, short="fz", name="福州市医疗保障基金中心", money="1100.15"),
        Office(area=XIAMEN, short="xm", name="厦门市医疗保障中心", money="0.00"),
    )
    told.moved(XIAOTONG, FUZHOU, XIAMEN, balance="1500.20")
    told.moved(CHENLI, XIAMEN, FUZHOU, left="2025-10", balance="400.05")
    ways = ((XIAOTONG, FUZHOU, XIAMEN, THERE_FEN), (CHENLI, XIAMEN, FUZHOU, BACK_FEN))
    cases = []
    for person, source, target, balance_fen in ways:
        check = told.check(person, target, from_area=source, to_area=target)
        told.answers(check, "accept", money_route="netting", cross_province=False)
        told.rests_on(check, "money_route", "省市规定", RULE)
        case_no = told.apply(person, source, target)
        told.settle()
        told.legs(target, case_no, "in", "done", "credited_ahead")
        told.legs(source, case_no, "out", "done", "owed")
        told.holds(person, target, balance_fen)
        told.holds(person, source, 0)
        cases.append((source, target, case_no))
        # Wed 11 March + 10 working days: Wed 25 March; + 5 more: Wed 1 April.
        told.expect("promised", told.case(target, case_no, "in")["promised_on"], "2026-04-01")
    # 陈立 has paid nothing for November to February: the province's own rule, half the benefit.
    after = told.case(FUZHOU, cases[1][2], "in")["cover_after"]
    told.expect(
        "his cover", (after["text"], after["source"]), (WAIT, f"{MEASURE}；省市规定 {RULE}")
    )

    stage.later(days=23)  # Fri 3 April; the table is due by the fifth of the next month
    told.expect("before the fifth", (stage.now.month, stage.now.day <= 5), (4, True))
    told.expect("one list for March", stage.at(FUZHOU).net_last_month(), 1)
    told.settle()
    told.owes(FUZHOU, XIAMEN, THERE_FEN - BACK_FEN)
    told.money_follows(FUZHOU)
    for source, target, case_no in cases:
        told.legs(target, case_no, "in", "done", "credited")
        told.legs(source, case_no, "out", "done", "paid")
    told.holds(XIAOTONG, XIAMEN, THERE_FEN)
    told.holds(CHENLI, FUZHOU, BACK_FEN)
    told.expect("nothing more to net", stage.at(FUZHOU).net_last_month(), 0)
    halves = [
        half
        for source, target, case_no in cases
        for half in ((target, case_no, "in"), (source, case_no, "out"))
    ]
    return told.played(*halves)


STORY = Story(
    id="012",
    title="福州 ⇄ 厦门：福建省内即时记入，次月轧差只付差额",
    areas=(FUZHOU, XIAMEN),
    start="2026-03-11T10:00:00",
    play=play,
)
