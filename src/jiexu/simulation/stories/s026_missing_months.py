"""026: months are missing: an objection, an enquiry, a corrected form; the history stays."""

from __future__ import annotations

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import Office, Person, Telling

NANJING, LIUZHOU = "320100", "450200"
FANG = Person(name="方静怡", certno="320198199301126149", username="fang_jingyi")
MISSING = "2018 年 11 月至 2019 年 2 月也在南京缴费，少了 4 个月"


def play(stage: Stage) -> Played:
    """A finished case is put right without being opened again, and no money moves."""
    told = Telling(stage, "026")
    told.open(
        Office(area=NANJING, short="nj", name="南京市医疗保险管理中心"),
        Office(area=LIUZHOU, short="lz", name="柳州市医疗保险事业管理中心"),
    )
    told.moved(FANG, NANJING, LIUZHOU, balance="3300.21")
    case_no = told.apply(FANG, NANJING, LIUZHOU)
    told.settle()
    told.money_follows(NANJING)
    told.legs(LIUZHOU, case_no, "in", "done", "credited")
    told.expect("months", _months(told), 85)

    _objection(told, case_no)
    _correction(told, case_no)
    reply = {"answer": "已请南京核实并更正，现为 88 个月"}
    answer = told.staff_does(LIUZHOU, "jingban", case_no, "in", "answer_dispute", **reply)
    told.expect("answered", answer["ok"], True, answer)
    told.was_told(FANG, LIUZHOU, "异议已答复", reply["answer"], "行政复议")
    told.holds(FANG, LIUZHOU, 3_300_21)
    told.expect("still over", told.case(LIUZHOU, case_no, "in")["state"], "completed")
    return told.played((LIUZHOU, case_no, "in"), (NANJING, case_no, "out"))


def _objection(told: Telling, case_no: str) -> None:
    """She objects; the new place asks the old one, which finds the months in its archive."""
    form = {"about": "months", "words": MISSING}
    answer = told.citizen_does(FANG, LIUZHOU, case_no, "in", "dispute", **form)
    told.expect("objection", answer["ok"], True, answer)
    told.was_told(FANG, LIUZHOU, "异议已收到", case_no, "最迟")
    twice = told.citizen_does(FANG, LIUZHOU, case_no, "in", "dispute", **form)
    told.expect("once", twice["text"], "您已提出一项异议，经办机构还没有答复。")
    asked = told.staff_does(LIUZHOU, "jingban", case_no, "in", "clarify", words=MISSING)
    told.expect("asked", asked["ok"], True, asked)
    told.settle()
    talk = told.case(NANJING, case_no, "out")["talks"][0]
    told.expect("what is asked", talk["text"], MISSING)
    months = {"证件号码": FANG.certno, "险种": "310", "类型": "actual", "缴费地": NANJING}
    found = [{**months, "起始年月": "2018-11", "终止年月": "2019-02"}]
    told.stage.at(NANJING).import_rows("contributions", NANJING, found)
    words = {"words": "档案里有这 4 个月，另发更正的信息表"}
    answer = told.staff_does(NANJING, "jingban", case_no, "out", "answer_enquiry", **words)
    told.expect("answered", answer["ok"], True, answer)


def _correction(told: Telling, case_no: str) -> None:
    """A second form takes the place of the first, in the record too; both stay to be read."""
    why = {"words": "漏记 2018 年 11 月至 2019 年 2 月"}
    answer = told.staff_does(NANJING, "jingban", case_no, "out", "correct_form", **why)
    told.expect("corrected", answer["ok"], True, answer)
    told.settle()
    told.settle()
    told.expect("months now", _months(told), 89)
    kept = told.stage.at(LIUZHOU).history_of_months(LIUZHOU, FANG.certno)
    wanted = [
        ["202603", "202603", LIUZHOU, "", True],
        ["201903", "202602", NANJING, case_no, False],
        ["201811", "201902", NANJING, case_no, True],
        ["201903", "202602", NANJING, case_no, True],
    ]
    told.expect("the old months stay in the history", kept, wanted)
    papers = [one["number"] for one in told.case(NANJING, case_no, "out")["papers"]]
    forms = [number for number in papers if number.startswith("XX")]
    told.expect("both forms", forms, [f"XX{case_no[2:]}", f"XX{case_no[2:]}-2"])
    said = told.titled(LIUZHOU, case_no, "in", "年限已更正")
    told.expect("and said so", "转入年限改为 88 个月；原记录保留备查" in said, True, said)
    told.was_told(FANG, LIUZHOU, "年限已更正", case_no, "88 个月")


def _months(told: Telling) -> int:
    cover = told.stage.at(LIUZHOU).cover(FANG.username)
    return int(next(one for one in cover if one["area"] == LIUZHOU)["months_total"])


STORY = Story(
    id="026",
    title="南京 → 柳州：办结后发现少了四个月，更正信息表，旧记录留存",
    areas=(NANJING, LIUZHOU),
    start="2026-03-11T10:00:00",
    play=play,
)
