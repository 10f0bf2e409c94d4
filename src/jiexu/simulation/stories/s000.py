"""000: two colleagues leave 柳州, one to 南宁 in the same region, one to another province.

No rule on money inside 广西 is sourced: the national route stands in for it and says so. The one
who stays in the region was without cover for two months, which the new employer pays back.
"""

from __future__ import annotations

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import Office, Person, Telling

LIUZHOU, NANNING, GUANGZHOU = "450200", "450100", "440100"
CHUNYAN = Person(name="韦春燕", certno="450298199406110260", username="chunyan")
ZHIYUAN = Person(name="覃志远", certno="450298198909030137", username="zhiyuan")
CHUNYAN_FEN, ZHIYUAN_FEN = 486035, 1205877

PROVISIONAL = (
    "没有查到当地省内转移个人账户资金的规定，暂按国家的逐笔汇划回答；"
    "以当地规定为准，可拨打医保服务热线 12393 或向当地经办机构核实。"
)
NOT_PAID_BACK = (
    "没有补缴中断的月份：国家不保证无等待期，由转入地规定，"
    "可拨打医保服务热线 12393 或向当地经办机构核实。"
)
COVER = (
    "中断 2 个月已补缴，没有待遇等待期，2026年3月1日 起享受待遇；"
    "2026-01 至 2026-02 中断期间的费用可以追溯报销。"
)


def cast(stage: Stage) -> Telling:
    """韦春燕: 106 months in 柳州 to 2025-12, 南宁 since 2026-03. 覃志远: no break."""
    told = Telling(stage, "000")
    told.open(
        Office(area=LIUZHOU, short="lz", name="柳州市医疗保险事业管理中心", kind="财政专户"),
        Office(area=NANNING, short="nn", name="南宁市医疗保险中心", money="0.00"),
        Office(area=GUANGZHOU, short="gz", name="广州市医疗保险服务中心", money="0.00"),
    )
    told.moved(
        CHUNYAN,
        LIUZHOU,
        NANNING,
        begin="2017-03",
        left="2025-12",
        joined="2026-03",
        balance="4860.35",
    )
    told.moved(
        ZHIYUAN,
        LIUZHOU,
        GUANGZHOU,
        begin="2013-07",
        left="2026-02",
        joined="2026-03",
        balance="12058.77",
    )
    return told


def play(stage: Stage) -> Played:
    """The check says what is provisional; the gap is paid back; both transfers run together."""
    told = cast(stage)
    _before(told)

    inside = told.apply(CHUNYAN, LIUZHOU, NANNING)
    stage.later(minutes=3)
    again = told.tries(CHUNYAN, LIUZHOU, NANNING)
    told.answered(
        again,
        "ALREADY_OPEN",
        f"您已有一笔同险种的转移正在办理（{inside}）。",
        "请先查看那一笔的进度；办结后才能再次申请。",
    )
    outside = told.apply(ZHIYUAN, LIUZHOU, GUANGZHOU)
    told.settle()

    # From Thursday 2026-04-09, ten working days of 广西: 10, 13, 14, 15, 16, (17-20 三月三), 21,
    # 22, 23, 24, 27 April. Then five of the new place: 28, 29, 30 April, (1-5 May), 6, 7 May.
    for area, case_no in ((NANNING, inside), (GUANGZHOU, outside)):
        told.promised(area, case_no, "in", "2026-05-07", provisional=False)
        told.legs(area, case_no, "in", "done", "fixed")
        told.legs(LIUZHOU, case_no, "out", "done", "fixed")
    clocks = {one["name"]: one["due_on"] for one in told.case(LIUZHOU, inside, "out")["clocks"]}
    told.expect("due at the old place", clocks["record_out"], "2026-04-27")
    told.timeline_says(
        NANNING, inside, "in", "年限已转入", f"106 个月已写入南宁市医疗保险中心的参保记录。{COVER}"
    )
    told.timeline_says(
        GUANGZHOU,
        outside,
        "in",
        "年限已转入",
        "152 个月已写入广州市医疗保险服务中心的参保记录。"
        "参保没有中断，没有待遇等待期，2026年3月1日 起享受待遇。",
    )
    _too_late(told, inside)
    _money(told, inside, outside)
    return told.played(
        (NANNING, inside, "in"),
        (LIUZHOU, inside, "out"),
        (GUANGZHOU, outside, "in"),
        (LIUZHOU, outside, "out"),
    )


def _before(told: Telling) -> None:
    """What they read before they apply: before and after the gap is paid."""
    form = {"from_area": LIUZHOU, "to_area": NANNING, "insutype": "310"}
    local = told.stage.at(NANNING) is told.stage.at(LIUZHOU)
    decision = told.check(CHUNYAN, NANNING, **form)
    values = decision["values"]
    told.expect("the check", (decision["outcome"], values["cross_province"]), ("accept", False))
    told.expect("route", (values["money_route"], values["provisional_route"]), ("remit", True))
    told.expect("the note says so", PROVISIONAL in decision["notes"], True, decision["notes"])
    told.expect("the route's badge", _badge(decision, "money_route"), "国家规定")
    if local:  # else the new place's node knows nothing of the gap before the record comes
        told.expect("no promise yet", values["wait_months"], None)
        told.expect("and says why", NOT_PAID_BACK in decision["notes"], True, decision["notes"])

    paid = {"证件号码": CHUNYAN.certno, "险种": "310", "类型": "actual", "缴费地": NANNING}
    paid |= {"起始年月": "2026-01", "终止年月": "2026-02"}
    told.stage.at(NANNING).import_rows("contributions", NANNING, [paid])
    if local:
        values = told.check(CHUNYAN, NANNING, **form)["values"]
        told.expect("paid back", (values["wait_months"], values["retroactive"]), (0, True))

    away = told.check(ZHIYUAN, GUANGZHOU, **{**form, "to_area": GUANGZHOU})
    values = away["values"]
    told.expect("to another province", values["cross_province"], True)
    told.expect("route", (values["money_route"], values["provisional_route"]), ("remit", False))
    told.expect("no such note", PROVISIONAL in away["notes"], False)


def _badge(decision: dict[str, object], value: str) -> str:
    basis = decision["values"]["basis"]  # type: ignore[index]
    return str(next(one["sources"][0]["badge"] for one in basis if one["value"] == value))


def _too_late(told: Telling, case_no: str) -> None:
    """The months are written: there is nothing left to withdraw."""
    answer = told.citizen_does(CHUNYAN, NANNING, case_no, "in", "withdraw")
    told.answered(
        answer,
        "WRONG_STATE",
        "案件现在的状态不能再“撤回申请”。",
        "请刷新页面查看最新进度；如已办过，不必重复办理。",
    )


def _money(told: Telling, inside: str, outside: str) -> None:
    """One batch, two lines, two payees."""
    stage = told.stage
    told.money_follows(LIUZHOU)
    for area, case_no, person, fen in (
        (NANNING, inside, CHUNYAN, CHUNYAN_FEN),
        (GUANGZHOU, outside, ZHIYUAN, ZHIYUAN_FEN),
    ):
        told.legs(area, case_no, "in", "done", "credited")
        told.legs(LIUZHOU, case_no, "out", "done", "paid")
        told.holds(person, area, fen)
        told.holds(person, LIUZHOU, 0)
        left = (stage.at(LIUZHOU).transit(LIUZHOU, case_no), stage.at(area).transit(area, case_no))
        told.expect("nothing in transit", left, (0, 0))
        told.papers(area, case_no, "in", "acceptance", "completion")
        told.papers(LIUZHOU, case_no, "out", "information_form", "remittance")
    months = {one["area"]: one["months_total"] for one in stage.at(NANNING).cover(CHUNYAN.username)}
    # 106 from 柳州, two paid back and one of the new employer.
    told.expect("months", months[NANNING], 109)


STORY = Story(
    id="000",
    title="柳州 → 南宁（区内，暂按国家办法）和柳州 → 广州：中断两个月补缴，不用等待",
    areas=(LIUZHOU, NANNING, GUANGZHOU),
    start="2026-04-09T10:00:00",
    play=play,
)
