"""021: the old place answers by post alone: certificate, letter, form with its scan, money."""

from __future__ import annotations

import base64

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import Office, Person
from jiexu.simulation.stories.telling_outside import TellingOutside

LIUZHOU, CHENGDU = "450200", "510100"
TANG = Person(name="唐立国", certno="510198198312035251", username="tang_liguo")
LETTER, REPLY = "柳医转函〔2026〕17号", "成医转〔2026〕203号"
FEN = 4_096_30
SCAN = ("信息表.png", b"\x89PNG\r\n\x1a\n the form as it came by post")


def play(stage: Stage) -> Played:
    """From the paper on the counter to the receipt that goes back by post."""
    told = TellingOutside(stage, "021")
    told.open(Office(area=LIUZHOU, short="lz", name="柳州市医疗保险事业管理中心"))
    told.open_outside(
        *(LIUZHOU, CHENGDU, "成都市医疗保障事务中心"), partner="paper", money="100000.00"
    )
    told.joined(TANG, LIUZHOU)
    case_no = _letter(told)
    _form(told, case_no)
    _money(told, case_no)
    return told.played((LIUZHOU, case_no, "in"))


def _letter(told: TellingOutside) -> str:
    """参保凭证 in, 联系函 out."""
    certificate = {
        "partner_no": "川2026年第0042号",
        "psn_name": TANG.name,
        "certno": TANG.certno,
        "trafout": "成都市",
        "insutype_out": "310",
        "applied_on": "2026-03-11",
    }
    wrong = told.keys_in(LIUZHOU, "certificate", **{**certificate, "trafout": "不知道"})
    told.expect("the field is named", (wrong["ok"], wrong["path"]), (False, "trafout"))
    taken = told.keys_in(LIUZHOU, "certificate", **certificate)
    told.expect("applied at the counter", taken["ok"], True, taken)
    case_no = str(taken["case_no"])
    again = told.keys_in(LIUZHOU, "certificate", **certificate)
    told.expect("the same paper again", (again["case_no"], again["repeated"]), (case_no, True))
    told.settle()
    (errand,) = told.errands(LIUZHOU, "transfer_request")
    told.expect("what to do", errand["task"], "打印并寄送联系函")
    letter = f"LH{case_no[2:]}"
    told.expect("the letter", errand["paper_number"], letter)
    printed = told.stage.at(LIUZHOU).print_paper(LIUZHOU, "lz_jingban", letter)
    told.expect("its name", "联系函" in printed["filename"], True)
    told.expect("a PDF", base64.b64decode(printed["data"])[:5], b"%PDF-")
    told.done_outside(LIUZHOU, errand, LETTER)
    known_as = told.case(LIUZHOU, case_no, "in")["partner_reference"]
    told.expect("known by its letter", known_as, LETTER)
    told.settle(days=5)
    return case_no


def _form(told: TellingOutside, case_no: str) -> None:
    """The answer, then the form: figures typed twice, and the paper itself kept."""
    who = {"partner_no": LETTER, "psn_name": TANG.name, "certno": TANG.certno}
    answer = told.keys_in(
        *(LIUZHOU, "cases"),
        **who,
        trafout="成都市",
        trafin="柳州市",
        insutype_out="310",
        status="已受理",
        applied_on="2026-03-11",
        answered_on="2026-03-14",
    )
    told.expect("accepted there", answer["ok"], True, answer)
    form = {
        **who,
        "number": REPLY,
        "insutype": "310",
        "spells": "201807-202602",
        "months": "92",
        "amount": "4096.30",
        "issued_on": "2026-03-14",
    }
    once = told.keys_in(LIUZHOU, "forms", (SCAN,), **form)
    told.refused(once, "TYPED_TWICE_DIFFERS", "两次录入的缴费月数不一致", "重新核对")
    slip = {**form, "months_again": "92", "amount_again": "4069.30"}
    told.refused(
        told.keys_in(LIUZHOU, "forms", (SCAN,), **slip), "TYPED_TWICE_DIFFERS", "实际转出资金"
    )
    right = {**form, "months_again": "92", "amount_again": "4,096.30"}
    told.refused(told.keys_in(LIUZHOU, "forms", **right), "NO_SCAN", "没有附扫描件", "一起上传")
    taken = told.keys_in(LIUZHOU, "forms", (SCAN,), **right)
    told.expect("taken", taken["ok"], True, taken)
    scans = told.stage.at(LIUZHOU).scans_of(LIUZHOU, case_no)
    told.expect("kept", [one["purpose_label"] for one in scans], ["信息表原件"])
    told.settle()
    told.legs(LIUZHOU, case_no, "in", "done", "fixed")
    told.all_done_outside(LIUZHOU, "receipt", reference="柳医转函〔2026〕18号")


def _money(told: TellingOutside, case_no: str) -> None:
    """The remark bears our own number, which stood in the letter."""
    told.outside_pays(CHENGDU, LIUZHOU, ("4096.30", f"{case_no} 唐立国"))
    told.legs(LIUZHOU, case_no, "in", "done", "credited")
    told.holds(TANG, LIUZHOU, FEN)
    (errand,) = told.errands(LIUZHOU, "receipt")
    told.expect("what arrived", dict(errand["fields"])["到账金额（元）"], "4096.30")
    told.done_outside(LIUZHOU, errand, "柳医转函〔2026〕21号")
    title, text = told.stage.at(LIUZHOU).told(LIUZHOU, TANG.certno)[-1]
    told.expect(
        *("told", (title, text)),
        ("余额已到账", f"您的医保转移（{case_no}）：4,096.30 元已记入新的个人账户。"),
    )


STORY = Story(
    id="021",
    title="成都 → 柳州：对方只收信函，凭证到窗口，信息表邮寄来",
    areas=(LIUZHOU,),
    start="2026-03-11T10:00:00",
    play=play,
)
