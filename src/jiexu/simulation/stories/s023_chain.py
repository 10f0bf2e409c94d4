"""023: A to B to C before B has everything: the second transfer waits, and goes on by itself."""

from __future__ import annotations

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import Office, Person, Telling

NANJING, LIUZHOU, FUZHOU = "320100", "450200", "350100"
GU = Person(name="顾晓川", certno="320198198603039054", username="gu_xiaochuan")
OFFICES = (
    Office(area=NANJING, short="nj", name="南京市医疗保险管理中心"),
    Office(area=LIUZHOU, short="lz", name="柳州市医疗保险事业管理中心"),
    Office(area=FUZHOU, short="fz", name="福州市医疗保障基金中心"),
)


def play(stage: Stage) -> Played:
    """Three weeks in 柳州, then on to 福州 while the money of 南京 has not been paid."""
    told = Telling(stage, "023")
    told.open(*OFFICES)
    told.left(GU, NANJING, begin="2018-05", balance="5230.15")
    told.insured(
        GU,
        LIUZHOU,
        months=[("2026-03", "2026-03")],
        statuses=[("normal", "2026-03-01", "2026-03-31"), ("paused", "2026-04-01", "")],
        employer="三周的项目有限公司",
    )
    told.signs_up(GU, LIUZHOU)
    first = told.apply(GU, NANJING, LIUZHOU)
    told.settle()
    told.legs(LIUZHOU, first, "in", "done", "fixed")

    told.settle(days=22)
    told.joined(GU, FUZHOU, "2026-04")
    second = told.apply(GU, LIUZHOU, FUZHOU)
    told.settle()
    told.legs(FUZHOU, second, "in", "accepted", "waiting")
    told.legs(LIUZHOU, second, "out", "accepted", "waiting")
    held = told.case(LIUZHOU, second, "out")
    why = "还有一笔转入本地的转移没有办结，办结后会自动出具信息表。"
    told.expect("why it waits", list(held["doubts"]), [why])

    told.money_follows(NANJING)
    told.legs(LIUZHOU, first, "in", "done", "credited")
    told.expect("the first is over", told.case(LIUZHOU, first, "in")["state"], "completed")
    told.settle()
    told.titled(LIUZHOU, second, "out", "等待的转入已办结")
    told.legs(LIUZHOU, second, "out", "done", "fixed")
    told.money_follows(LIUZHOU)
    told.legs(FUZHOU, second, "in", "done", "credited")
    told.holds(GU, FUZHOU, 5_230_15)
    told.holds(GU, LIUZHOU, 0)
    told.holds(GU, NANJING, 0)
    cover = next(one for one in stage.at(FUZHOU).cover(GU.username) if one["area"] == FUZHOU)
    told.expect("94 of 南京, one of 柳州, one of 福州", cover["months_total"], 96)
    return told.played(
        *((LIUZHOU, first, "in"), (NANJING, first, "out")),
        *((FUZHOU, second, "in"), (LIUZHOU, second, "out")),
    )


STORY = Story(
    id="023",
    title="南京 → 柳州 → 福州：前一笔没有办结，后一笔自己等着",
    areas=(NANJING, LIUZHOU, FUZHOU),
    start="2026-03-11T10:00:00",
    play=play,
)
