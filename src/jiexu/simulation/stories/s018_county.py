"""018: people name their counties: 江宁区 and 柳北区 lead to the agencies of 南京 and 柳州."""

from __future__ import annotations

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import Office, Person, Telling

JIANGNING, LIUBEI = "320115", "450205"
NANJING, LIUZHOU = "320100", "450200"
QINYONG = Person(name="覃勇", certno="320198198805182799", username="qinyong")
BALANCE_FEN = 512008


def play(stage: Stage) -> Played:
    """The case is one of the two pooling areas, and so is every paper and every 分."""
    told = Telling(stage, "018")
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
    told.moved(QINYONG, NANJING, LIUZHOU, balance="5120.08")
    form = {"from_area": JIANGNING, "to_area": LIUBEI, "insutype": "310"}
    by_county = told.check(QINYONG, LIUZHOU, **form)
    told.answers(by_county, "accept", money_route="remit", money_amount="5120.08")
    by_pool = told.check(QINYONG, LIUZHOU, **form | {"from_area": NANJING, "to_area": LIUZHOU})
    told.expect("the same answer", by_county, by_pool)

    answer = stage.at(LIUZHOU).apply(QINYONG.username, form, "story-018")
    told.expect("taken", answer["ok"], True, answer)
    case_no = str(answer["case_no"])
    told.expect("a number of 柳州", case_no.startswith(f"ZY{LIUZHOU}"), True, case_no)
    again = told.tries(QINYONG, NANJING, LIUZHOU)
    told.refused(again, "ALREADY_OPEN", case_no, "请先查看那一笔的进度；办结后才能再次申请。")

    told.settle()
    case = told.case(LIUZHOU, case_no, "in")
    places = (case["from_area"], case["from_name"], case["to_area"], case["to_name"])
    told.expect("the places", places, (NANJING, "南京市", LIUZHOU, "柳州市"))
    # Wed 11 March + 10 working days: Wed 25 March; + 5 more: Wed 1 April.
    told.expect("promised", case["promised_on"], "2026-04-01")
    told.money_follows(NANJING)
    told.legs(LIUZHOU, case_no, "in", "done", "credited")
    told.legs(NANJING, case_no, "out", "done", "paid")
    told.holds(QINYONG, LIUZHOU, BALANCE_FEN)
    told.holds(QINYONG, NANJING, 0)
    return told.played((LIUZHOU, case_no, "in"), (NANJING, case_no, "out"))


STORY = Story(
    id="018",
    title="填了区县：江宁区、柳北区归到南京、柳州的统筹区办理",
    areas=(NANJING, LIUZHOU),
    start="2026-03-11T10:00:00",
    play=play,
)
