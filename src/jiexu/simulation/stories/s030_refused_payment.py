"""030: the bank refuses the payment; a letter and a call back bring the right name; paid once."""

from __future__ import annotations

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import Office, Person, Telling

NANJING, LIUZHOU = "320100", "450200"
ZHU = Person(name="祝青", certno="450298198002024310", username="zhu_qing")
ACCOUNT, RENAMED = f"9999{LIUZHOU}000000", "柳州市医疗保障服务中心"
LETTER = {
    "details": "corrected",
    "account_name": RENAMED,
    "bank_name": "演示银行",
    "account": ACCOUNT,
    "letter_no": "柳医保函〔2026〕7号",
    "call_back": "3月16日拨打登记电话 12393，与柳州财务张某核对",
}


def play(stage: Stage) -> Played:
    """柳州 changed the name of its account at the bank, and the payment bears the old one."""
    told = Telling(stage, "030")
    told.open(
        Office(area=NANJING, short="nj", name="南京市医疗保险管理中心"),
        Office(area=LIUZHOU, short="lz", name="柳州市医疗保险事业管理中心"),
    )
    told.moved(ZHU, NANJING, LIUZHOU, balance="2680.75")
    stage.open_account(LIUZHOU, RENAMED, ACCOUNT, "5000000.00")
    case_no = told.apply(ZHU, NANJING, LIUZHOU)
    told.settle()
    told.money_follows(NANJING)

    told.legs(NANJING, case_no, "out", "done", "returned")
    told.legs(LIUZHOU, case_no, "in", "done", "fixed")
    said = told.titled(NANJING, case_no, "out", "银行退回")
    told.expect("the bank's words", "账号户名不符" in said, True, said)
    _corrected(told, case_no)
    again = told.staff_does(NANJING, "zhidan", case_no, "out", "pay_again", details="same")
    told.refused(again, "WRONG_STATE")

    told.money_follows(NANJING)
    told.legs(NANJING, case_no, "out", "done", "paid")
    told.legs(LIUZHOU, case_no, "in", "done", "credited")
    told.holds(ZHU, LIUZHOU, 2_680_75)
    told.holds(ZHU, NANJING, 0)
    left = (
        stage.at(NANJING).transit(NANJING, case_no),
        stage.at(LIUZHOU).transit(LIUZHOU, case_no),
    )
    told.expect("paid once, nothing on its way", left, (0, 0))
    told.was_told(ZHU, LIUZHOU, "余额已到账", "2,680.75 元")
    return told.played((NANJING, case_no, "out"), (LIUZHOU, case_no, "in"))


def _corrected(told: Telling, case_no: str) -> None:
    """The new details are believed on a letter and a call to the number known before, no less."""
    for missing in ("letter_no", "call_back"):
        form = {**LETTER, missing: ""}
        told.refused(
            told.staff_does(NANJING, "zhidan", case_no, "out", "pay_again", **form),
            *("LETTER_AND_CALL_BACK", "必须有公函", "按原来知道的电话回拨核对", "来函文号"),
        )
    by_clerk = told.staff_does(NANJING, "jingban", case_no, "out", "pay_again", **LETTER)
    told.expect("a clerk does not pay", by_clerk["code"], "NOT_YOUR_MOVE", by_clerk)
    answer = told.staff_does(NANJING, "zhidan", case_no, "out", "pay_again", **LETTER)
    told.expect("to be paid again", answer["ok"], True, answer)
    told.legs(NANJING, case_no, "out", "done", "fixed")


STORY = Story(
    id="030",
    title="南京 → 柳州：户名改了，银行退回，凭公函和回电重付",
    areas=(NANJING, LIUZHOU),
    start="2026-03-13T10:00:00",
    play=play,
)
