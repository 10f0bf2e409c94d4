"""004: at the window of 南宁 with wrong information: the wrong old place, then a former name.

The clerk applies for the person; papers are asked for all at once, the old place corrects the
name, and whoever calls 12393 meanwhile hears one sentence that is right.
"""

from __future__ import annotations

import msgspec

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import Office, Person, Telling

NANNING, NANJING, LIUZHOU = "450100", "320100", "450200"
XIAOLAN = Person(name="农晓岚", certno="450198199204270842", username="xiaolan")
FORMER_NAME = "农小兰"
BALANCE_FEN = 304090
WANTED = (
    "一、更名的材料：户口簿“曾用名”页或公安机关出具的姓名变更证明，原件带到窗口；"
    "二、写明在南京参保时用的姓名。"
)
HANDED = "在南京参保时用的姓名是农小兰；户口簿原件 2026-03-17 已交南宁市医疗保险中心 3 号窗口。"
SAID = "参保人在我中心窗口提交了户口簿（曾用名：农小兰），贵中心登记的是曾用名，请核对更正。"


def cast(stage: Stage) -> Telling:
    """农晓岚: 59 months in 南京 under the name of before, a job in 南宁 since 2026-03."""
    told = Telling(stage, "004")
    told.open(
        Office(area=NANJING, short="nj", name="南京市医疗保险管理中心"),
        Office(area=LIUZHOU, short="lz", name="柳州市医疗保险事业管理中心", kind="财政专户"),
        Office(area=NANNING, short="nn", name="南宁市医疗保险中心", money="0.00"),
    )
    told.insured(
        msgspec.structs.replace(XIAOLAN, name=FORMER_NAME),
        NANJING,
        months=[("2021-04", "2026-02")],
        statuses=[("normal", "2021-04-01", "2026-02-28"), ("paused", "2026-03-01", "")],
        employer="南京云锦软件有限公司",
        balance="3040.90",
    )
    told.insured(
        XIAOLAN,
        NANNING,
        months=[("2026-03", "2026-03")],
        statuses=[("normal", "2026-03-01", "")],
        employer="南宁邕江科技有限公司",
    )
    told.signs_up(XIAOLAN, NANNING)
    return told


def play(stage: Stage) -> Played:
    """Refused for the wrong place, held for the name, corrected, through."""
    told = cast(stage)
    wrong = _the_wrong_place(told)
    case_no = _the_former_name(told)
    _papers_at_once(told, case_no)
    _corrected_there(told, case_no)
    _through(told, case_no)
    return told.played(
        (NANNING, wrong, "in"),
        (LIUZHOU, wrong, "out"),
        (NANNING, case_no, "in"),
        (NANJING, case_no, "out"),
    )


def _the_wrong_place(told: Telling) -> str:
    """She says 柳州, where she was born; the clerk types a bad number first."""
    person = msgspec.structs.replace(XIAOLAN, certno="450198199204270843")
    told.answered(
        told.at_counter(person, NANNING, LIUZHOU, NANNING),
        "CERTNO_CHECK_DIGIT",
        "身份证号码最后一位（校验码）与前面的数字对不上，至少有一位填错了。",
        "请对照证件逐位核对后重新填写。",
    )
    told.stage.later(minutes=2)
    taken = told.at_counter(XIAOLAN, NANNING, LIUZHOU, NANNING)
    told.expect("taken at the window", taken["ok"], True, taken)
    case_no = str(taken["case_no"])
    told.settle()
    case = told.case(NANNING, case_no, "in")
    told.expect("refused", (case["state"], case["record_leg"]), ("refused", "refused"))
    what = "柳州市医疗保险事业管理中心没有查到这个人在该险种的参保记录。"
    how = "参保人：请核对转出地和证件号码；如曾用其他证件参保，请到窗口更正。"
    why = (what, how, "")
    told.expect("why", [tuple(one) for one in case["refusals"]], [why])
    told.papers(NANNING, case_no, "in", "refusal")
    _hears(told, case_no, f"您从柳州市转到南宁市的职工基本医疗保险没有受理：{what}{how}")
    return case_no


def _the_former_name(told: Telling) -> str:
    """With the right place the number is found, but under another name: nobody goes on blindly."""
    taken = told.at_counter(XIAOLAN, NANNING, NANJING, NANNING)
    told.expect("taken at the window", taken["ok"], True, taken)
    case_no = str(taken["case_no"])
    told.settle()
    told.legs(NANJING, case_no, "out", "accepted", "waiting")
    doubts = list(told.case(NANJING, case_no, "out")["doubts"])
    told.expect("doubt", doubts, ["对方告知的姓名与本地登记不一致，请核对是否同一人。"])
    # Monday 2026-03-16: ten working days 17-20, 23-27, 30 March; five more 31 March, 1-3, 7 April
    # (清明 4-6).
    told.promised(NANNING, case_no, "in", "2026-04-07", provisional=False)
    _hears(
        told,
        case_no,
        "您从南京市转到南宁市的职工基本医疗保险正在办理：年限已受理，等待转出地出具信息表；"
        "个人账户金额待转出地核定，待核定金额；现在由南京市医疗保险管理中心办理，"
        "最迟2026年4月7日转入年限。",
    )
    return case_no


def _papers_at_once(told: Telling, case_no: str) -> None:
    """All that is missing in one go; asked twice it is refused; what is handed in is on file."""
    asked = told.staff_does(NANNING, "jingban", case_no, "in", "request_supplement", wanted=WANTED)
    told.expect("asked for papers", asked["ok"], True, asked)
    told.answered(
        told.staff_does(NANNING, "jingban", case_no, "in", "request_supplement", wanted=WANTED),
        "ALREADY_ASKED",
        "已经要求过补正，参保人还没有补交。",
        "请等参保人补交；还有要补的，请在其补交后一次写全。",
    )
    told.timeline_says(
        NANNING,
        case_no,
        "in",
        "需要补正",
        "南宁市医疗保险中心已一次性告知需要补正的内容，办理期限照常计算。",
    )
    told.stage.next_workday(NANNING)
    handed = told.citizen_does(XIAOLAN, NANNING, case_no, "in", "supplement", answer=HANDED)
    told.expect("handed in", handed["ok"], True, handed)
    told.answered(
        told.citizen_does(XIAOLAN, NANNING, case_no, "in", "supplement", answer=HANDED),
        "NOTHING_WANTED",
        "经办机构没有要求补正，或者已经补交过。",
        "不需要补交；有新情况请提出异议或拨打 12393。",
    )
    case = told.case(NANNING, case_no, "in")
    found = [(one["text"], one["answer"]) for one in case["supplements"]]
    told.expect("on file", found, [(WANTED, HANDED)])
    told.promised(NANNING, case_no, "in", "2026-04-07", provisional=False)


def _corrected_there(told: Telling, case_no: str) -> None:
    """南宁 asks 南京, 南京 puts the right name on record, and the case goes on by itself."""
    asked = told.staff_does(NANNING, "jingban", case_no, "in", "clarify", words=SAID)
    told.expect("南京 is asked", asked["ok"], True, asked)
    told.settle()
    nothing = told.staff_does(
        NANJING,
        "jingban",
        case_no,
        "out",
        "correct_person",
        evidence="户口簿",
        psn_name=FORMER_NAME,
    )
    told.answered(
        nothing,
        "NOTHING_TO_CORRECT",
        "填写的姓名和证件号码与登记的相同，没有可更正的内容。",
        "请填写要更正的一项；不改的不填。",
    )
    done = told.staff_does(
        NANJING,
        "jingban",
        case_no,
        "out",
        "correct_person",
        evidence="南宁转来的户口簿“曾用名”页",
        psn_name=XIAOLAN.name,
    )
    told.expect("corrected", done["ok"], True, done)
    replied = told.staff_does(
        NANJING, "jingban", case_no, "out", "answer_enquiry", words="已按户口簿更正姓名。"
    )
    told.expect("answered", replied["ok"], True, replied)
    told.settle()


def _through(told: Telling, case_no: str) -> None:
    """What was handed in is looked at by a person; then all goes by itself. 12393 keeps up."""
    told.legs(NANNING, case_no, "in", "form_received", "fixed")
    doubts = list(told.case(NANNING, case_no, "in")["doubts"])
    waits = ["对方已答复协查，请查看。", "参保人已补交，请核对后人工办理下一步。"]
    told.expect("for the clerk", doubts, waits)
    done = told.staff_does(NANNING, "jingban", case_no, "in", "write_record")
    told.expect("written", done["ok"], True, done)
    told.settle()
    told.legs(NANNING, case_no, "in", "done", "fixed")
    told.stage.later(hours=2)
    told.pay(NANJING)
    told.settle()
    _hears(
        told,
        case_no,
        "您从南京市转到南宁市的职工基本医疗保险正在办理：年限已经转入；"
        "个人账户3040元9角，金额已核定，待付款；"
        "现在由南京市医疗保险管理中心（付款）办理，资金到账没有全国统一的期限。",
    )
    told.bank_round(NANJING)
    told.legs(NANNING, case_no, "in", "done", "credited")
    told.legs(NANJING, case_no, "out", "done", "paid")
    told.holds(XIAOLAN, NANNING, BALANCE_FEN)
    told.holds(XIAOLAN, NANJING, 0)
    told.papers(NANNING, case_no, "in", "acceptance", "completion", "supplement")
    told.papers(NANJING, case_no, "out", "information_form", "remittance")
    _hears(
        told,
        case_no,
        "您从南京市转到南宁市的职工基本医疗保险已经办结：年限已转入；"
        "个人账户3040元9角，已记入个人账户。",
    )


def _hears(told: Telling, case_no: str, sentence: str) -> None:
    """What 12393 reads out, to the letter, with what to check and what to do."""
    answer = told.stage.at(NANNING).progress(NANNING, case_no, "in")
    told.expect("hotline", answer["spoken"], sentence)
    told.expect("what to check", len(answer["to_check"]), 4)
    told.expect("when it is wrong", len(answer["when_wrong"]), 3)


STORY = Story(
    id="004",
    title="南宁窗口：原参保地说错、姓名是曾用名，一次告知补正、更正后办结，12393 照念进度",
    areas=(NANJING, LIUZHOU, NANNING),
    start="2026-03-16T10:00:00",
    play=play,
)
