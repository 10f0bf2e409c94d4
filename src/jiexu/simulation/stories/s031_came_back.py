"""031: paid and booked, but the receiving account was closed: the money comes back (退汇)."""

from __future__ import annotations

from jiexu.simulation.bank_files import Instruction
from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import Office, Person, Telling

NANJING, LIUZHOU = "320100", "450200"
CLEARING = "999900"
"""Where the bank keeps what it cannot deliver; no agency hears of it."""
ZHU = Person(name="祝青", certno="450298198002024310", username="zhu_qing")
NAME = "柳州市医疗保险事业管理中心"
CLOSED, NEW = f"9999{LIUZHOU}000000", f"9999{LIUZHOU}000018"
LETTER = {
    "account_name": f"{NAME}（演示账户）",
    "bank_name": "演示银行",
    "account": NEW,
    "letter_no": "柳医保函〔2026〕9号",
    "call_back": "3月18日拨打登记电话 12393，与柳州财务张某核对",
}


def play(stage: Stage) -> Played:
    """Paid and told as paid; then it is back in the payment account, and goes out once more."""
    told = Telling(stage, "031")
    told.open(
        Office(area=NANJING, short="nj", name="南京市医疗保险管理中心"),
        Office(area=LIUZHOU, short="lz", name=NAME),
    )
    told.moved(ZHU, NANJING, LIUZHOU, balance="2680.75")
    case_no = told.apply(ZHU, NANJING, LIUZHOU)
    told.settle()
    _account_moves(told)
    told.money_follows(NANJING)
    told.legs(NANJING, case_no, "out", "done", "paid")
    told.legs(LIUZHOU, case_no, "in", "done", "in_transit")
    told.was_told(ZHU, LIUZHOU, "余额在途", "2,680.75 元")

    _comes_back(told, case_no)
    answer = told.staff_does(
        NANJING, "zhidan", case_no, "out", "pay_again", details="corrected", **LETTER
    )
    told.expect("to be paid again", answer["ok"], True, answer)
    told.money_follows(NANJING)
    told.legs(NANJING, case_no, "out", "done", "paid")
    told.legs(LIUZHOU, case_no, "in", "done", "credited")
    told.holds(ZHU, LIUZHOU, 2_680_75)
    told.expect("none on its way", stage.at(NANJING).transit(NANJING, case_no), 0)
    told.was_told(ZHU, LIUZHOU, "余额已到账", "2,680.75 元")
    return told.played((NANJING, case_no, "out"), (LIUZHOU, case_no, "in"))


def _account_moves(told: Telling) -> None:
    """柳州 receives in a new account from now on; 南京 has the old one from the application."""
    stage = told.stage
    stage.open_account(CLEARING, f"{NAME}（演示账户）", CLOSED, "0.00")
    stage.open_account(LIUZHOU, f"{NAME}（演示账户）", NEW, "0.00")
    details = {key: LETTER[key] for key in ("account_name", "bank_name", "account")}
    stage.at(LIUZHOU).set_bank(LIUZHOU, receipt_kind="收入户", **details)


def _comes_back(told: Telling, case_no: str) -> None:
    """Two days later the other bank gives it back, with its reason in the remark."""
    told.settle(days=2)
    back = Instruction(
        row=1,
        payee_name="南京市医疗保险管理中心（演示账户）",
        payee_bank="演示银行",
        payee_account=f"9999{NANJING}000000",
        amount_fen=2_680_75,
        remark=f"退汇 {case_no} 收款账户已销户",
    )
    told.stage.orders_outside(CLEARING, "TH20260317", back)
    told.bank_round(NANJING)
    told.legs(NANJING, case_no, "out", "done", "returned")
    told.legs(LIUZHOU, case_no, "in", "done", "fixed")
    told.expect("in transit still", told.stage.at(NANJING).transit(NANJING, case_no), 2_680_75)
    (doubt,) = told.case(NANJING, case_no, "out")["doubts"]
    told.expect("somebody has to look", "退" in doubt, True, doubt)
    told.holds(ZHU, LIUZHOU, 0)
    told.was_told(ZHU, LIUZHOU, "付款被退回", "2,680.75 元被银行退回", "您不用办理")


STORY = Story(
    id="031",
    title="南京 → 柳州：付出以后又退了回来，换新账户再付一次",
    areas=(NANJING, LIUZHOU),
    start="2026-03-13T10:00:00",
    play=play,
)
