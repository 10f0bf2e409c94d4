"""001: a citizen of 南京 takes a job in 柳州; record and balance follow, nothing is doubtful."""

from __future__ import annotations

from typing import Any

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, PlayedCase, Story

NANJING, LIUZHOU = "320100", "450200"
CERTNO = "320198199203154525"
NAME = "沈若岚"
BALANCE_FEN = 321456
PASSWORD = "story-001-password"  # noqa: S105  (an invented person of a story)


def cast(stage: Stage) -> None:
    """The people and their past: 84 months in 南京, a new job in 柳州 since March."""
    for area, prefix in ((NANJING, "nj"), (LIUZHOU, "lz")):
        node = stage.at(area)
        node.add_staff(f"{prefix}_jingban", "经办员", PASSWORD, "clerk", area)
        node.add_staff(f"{prefix}_zhidan", "制单员", PASSWORD, "finance_preparer", area)
        node.add_staff(f"{prefix}_fuhe", "复核员", PASSWORD, "finance_approver", area)
    person = {"姓名": NAME, "证件类型": "01", "证件号码": CERTNO}
    for area in (NANJING, LIUZHOU):
        stage.at(area).import_rows("persons", area, [person])
    stage.at(NANJING).import_rows(
        "relations",
        NANJING,
        [
            {
                "证件号码": CERTNO,
                "险种": "310",
                "参保类型": "account",
                "状态": "normal",
                "起始日期": "2019-03-01",
                "终止日期": "2026-02-28",
                "单位名称": "南京云锦软件有限公司",
            },
            {
                "证件号码": CERTNO,
                "险种": "310",
                "参保类型": "account",
                "状态": "paused",
                "起始日期": "2026-03-01",
                "终止日期": "",
                "单位名称": "",
            },
        ],
    )
    stage.at(NANJING).import_rows(
        "contributions",
        NANJING,
        [
            {
                "证件号码": CERTNO,
                "险种": "310",
                "类型": "actual",
                "起始年月": "2019-03",
                "终止年月": "2026-02",
                "缴费地": NANJING,
            }
        ],
    )
    stage.at(NANJING).import_rows(
        "balances", NANJING, [{"证件号码": CERTNO, "个人账户余额": "3214.56"}]
    )
    stage.at(LIUZHOU).import_rows(
        "relations",
        LIUZHOU,
        [
            {
                "证件号码": CERTNO,
                "险种": "310",
                "参保类型": "account",
                "状态": "normal",
                "起始日期": "2026-03-01",
                "终止日期": "",
                "单位名称": "柳州龙城机械有限公司",
            }
        ],
    )
    stage.at(LIUZHOU).import_rows(
        "contributions",
        LIUZHOU,
        [
            {
                "证件号码": CERTNO,
                "险种": "310",
                "类型": "actual",
                "起始年月": "2026-03",
                "终止年月": "2026-03",
                "缴费地": LIUZHOU,
            }
        ],
    )
    stage.at(LIUZHOU).add_citizen("ruolan", NAME, PASSWORD, CERTNO)


def play(stage: Stage) -> Played:
    """From the check to the money in the new account, every figure asserted."""
    stage.open_agency(NANJING, "南京市医疗保险管理中心", "9999320100000000", "收入户", "5000000.00")
    stage.open_agency(LIUZHOU, "柳州市医疗保险事业管理中心", "9999450200000000", "财政专户", "0.00")
    stage.introduce()
    cast(stage)
    source, target = stage.at(NANJING), stage.at(LIUZHOU)
    form = {"from_area": NANJING, "to_area": LIUZHOU, "insutype": "310"}

    decision = target.check("ruolan", form)
    _expect(decision["outcome"], "accept")
    _expect(decision["values"]["money_route"], "remit")

    applied = target.apply("ruolan", form, "story-001-apply")
    _expect((applied["ok"], applied["record_leg"]), (True, "checking"))
    case_no = applied["case_no"]
    again = target.apply("ruolan", form, "story-001-apply")
    _expect((again["case_no"], again["repeated"]), (case_no, True))

    stage.later(minutes=1)
    stage.settle()
    out = source.case(NANJING, case_no, "out")
    _expect((out["record_leg"], out["fund_leg"]), ("done", "fixed"))
    _expect(source.balance(NANJING, CERTNO)["available_fen"], 0)
    promised = target.case(LIUZHOU, case_no, "in")["promised_on"]

    stage.later(hours=2)
    batch = source.prepare_payments(NANJING, "nj_zhidan", "story-001-batch")
    _expect(batch["ok"], True)
    own = source.approve_payments(NANJING, "nj_zhidan", batch["case_no"])
    _expect(own["code"], "FOUR_EYES")
    _expect(source.approve_payments(NANJING, "nj_fuhe", batch["case_no"])["ok"], True)
    _expect(source.transit(NANJING, case_no), BALANCE_FEN)

    stage.settle()
    stage.next_workday(NANJING)
    stage.bank_works()
    stage.settle()

    here, there = target.case(LIUZHOU, case_no, "in"), source.case(NANJING, case_no, "out")
    _expect((here["state"], there["state"]), ("completed", "completed"))
    _expect(target.balance(LIUZHOU, CERTNO)["posted_fen"], BALANCE_FEN)
    _expect(source.balance(NANJING, CERTNO)["posted_fen"], 0)
    _expect((source.transit(NANJING, case_no), target.transit(LIUZHOU, case_no)), (0, 0))
    new_cover = next(one for one in target.cover("ruolan") if one["area"] == LIUZHOU)
    _expect(new_cover["months_total"], 85)
    return Played(
        cases=[
            PlayedCase(
                case_no=case_no,
                state=here["state"],
                record_leg=here["record_leg"],
                fund_leg=here["fund_leg"],
                moved_fen=BALANCE_FEN,
                papers=[paper["number"] for paper in there["papers"]],
                promised=promised,
                completed=here["completed_at"],
            )
        ],
        transcript=[*_lines("柳州", here), *_lines("南京", there)],
    )


def _lines(place: str, case: dict[str, Any]) -> list[str]:
    return [
        f"{place} {item['at'][:16].replace('T', ' ')} {item['title']}：{item['text']}"
        for item in case["timeline"]
    ]


def _expect(found: object, wanted: object) -> None:
    """A story asserts its own ends; what it finds instead is said."""
    if found != wanted:
        raise AssertionError(f"story 001: found {found!r}, wanted {wanted!r}")


STORY = Story(
    id="001",
    title="南京 → 柳州：线上申请，年限和余额一起走",
    areas=(NANJING, LIUZHOU),
    start="2026-03-11T10:00:00",
    play=play,
)
