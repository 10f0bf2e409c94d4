"""002: 呼和浩特 → 南京, but the old employer has not ended the cover and does not answer.

The transfer is refused in words that say what to do; the person asks the old place to end the
cover, the term runs out, a clerk decides, and then years and money go through.
"""

from __future__ import annotations

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import Office, Person, Telling

HOHHOT, NANJING = "150100", "320100"
WULAN = Person(name="乌兰", certno="150198199107240480", username="wulan")
OLD_EMPLOYER, USCC = "呼和浩特青城商贸有限公司", "91150198XU4JURQ23L"
BALANCE_FEN = 790308
LEAVING = {
    "left_on": "2026-02-27",
    "evidence": "certificate",
    "evidence_text": "解除劳动合同证明，2026-02-27 出具；打过三次电话，原单位没有人接。",
    "employer_state": "silent",
}

NOT_PAUSED = "转出地呼和浩特市还是正常参保，没有中止参保。"
REMEDIES = (
    "对本决定不服的，可以自收到本决定之日起 60 日内依法申请行政复议，"
    "也可以自收到之日起 6 个月内依法向人民法院提起行政诉讼。"
)
WAY_ON = (
    "在转出地呼和浩特市办理停保（中止参保）登记；"
    "原单位不办、失联或已注销的，持离职证明等材料向当地经办机构申请处理"
)


def cast(stage: Stage) -> Telling:
    """乌兰: insured in 呼和浩特 since 2018-06 and never stopped, paid to 2026-02; a job in 南京."""
    told = Telling(stage, "002")
    told.open(
        Office(area=HOHHOT, short="hh", name="呼和浩特市医疗保险服务中心"),
        Office(area=NANJING, short="nj", name="南京市医疗保险管理中心", money="0.00"),
    )
    told.employs(HOHHOT, OLD_EMPLOYER, USCC, "qingcheng", arrears="202603")
    told.insured(
        WULAN,
        HOHHOT,
        months=[("2018-06", "2026-02")],
        statuses=[("normal", "2018-06-01", "")],
        employer=OLD_EMPLOYER,
        balance="7903.08",
        单位统一社会信用代码=USCC,
    )
    told.insured(
        WULAN,
        NANJING,
        months=[("2026-03", "2026-03")],
        statuses=[("normal", "2026-03-01", "")],
        employer="南京云锦软件有限公司",
    )
    told.signs_up(WULAN, NANJING)
    told.signs_up(WULAN, HOHHOT)
    return told


def play(stage: Stage) -> Played:
    """Refused, stopped by the agency, and through to the money."""
    told = cast(stage)
    refused = _refused_first(told)
    stop = _asks_for_the_stop(told)
    _nobody_answers(told, stop)
    _the_clerk_stops(told, stop)
    case_no = _through(told)
    return told.played(
        (NANJING, refused, "in"),
        (HOHHOT, refused, "out"),
        (HOHHOT, stop, "here"),
        (NANJING, case_no, "in"),
        (HOHHOT, case_no, "out"),
    )


def _refused_first(told: Telling) -> str:
    """The old place finds the cover running: told at once, with who does what, and remedies."""
    case_no = told.apply(WULAN, HOHHOT, NANJING)
    told.settle()
    case = told.case(NANJING, case_no, "in")
    told.expect("not yet", (case["state"], case["record_leg"]), ("not_yet", "not_yet"))
    why = (
        NOT_PAUSED,
        f"原用人单位（灵活就业人员由本人）：{WAY_ON}",
        "国家规定 医保办发〔2021〕43号",
    )
    told.expect("why", [tuple(one) for one in case["refusals"]], [why])
    told.expect("remedies", case["remedies"], REMEDIES)
    told.timeline_says(
        NANJING, case_no, "in", "转出地未通过校验", f"呼和浩特市医疗保险服务中心：{NOT_PAUSED}"
    )
    told.papers(NANJING, case_no, "in", "refusal")
    told.holds(WULAN, HOHHOT, BALANCE_FEN)
    return case_no


def _asks_for_the_stop(told: Telling) -> str:
    """Without evidence it is not taken; with the certificate it is, once."""
    answer = told.asks_to_stop(WULAN, HOHHOT, **{**LEAVING, "evidence": "none"})
    told.answered(
        answer,
        "NO_EVIDENCE",
        "没有能证明已经离职的材料，不能要求原单位停保。",
        "离职证明、新单位的劳动合同或入职证明、仲裁或法院文书，有一样就可以；"
        "原单位不开离职证明的，可向劳动保障监察投诉。",
    )
    told.stage.later(minutes=5)
    taken = told.asks_to_stop(WULAN, HOHHOT, **LEAVING)
    told.expect("the request is taken", taken["ok"], True, taken)
    stop = str(taken["case_no"])
    told.stage.later(minutes=5)
    told.answered(
        told.asks_to_stop(WULAN, HOHHOT, **LEAVING),
        "ALREADY_OPEN",
        f"您已有一笔停保申请正在办理（{stop}）。",
        "请先查看那一笔的进度，不必重复申请。",
    )
    told.settle()
    # Ten working days from Wednesday 2026-03-04: 5, 6, 9, 10, 11, 12, 13, 16, 17, 18 March for
    # the employer (practice, no rule known), then five for the agency: 19, 20, 23, 24, 25 March.
    told.timeline_says(
        HOHHOT,
        stop,
        "here",
        "已通知原单位",
        f"呼和浩特市医疗保险服务中心已向{OLD_EMPLOYER}发出停保核实通知，"
        "最迟 2026年3月18日 答复（经办惯例，国家没有规定这个期限）。",
    )
    told.promised(HOHHOT, stop, "here", "2026-03-25", provisional=False)
    told.papers(HOHHOT, stop, "here", "stop_cover_notice")
    asked = told.stage.at(HOHHOT).stop_notices(HOHHOT, USCC)
    found = [(one["psn_name"], one["answer_by"], one["waits"]) for one in asked]
    told.expect("the employer is asked", found, [("乌兰", "2026-03-18", True)])
    return stop


def _nobody_answers(told: Telling, stop: str) -> None:
    """Before the term is over nobody may decide; the day after it the case waits for a clerk."""
    early = told.staff_does(
        HOHHOT, "jingban", stop, "here", "stop", stop_on="2026-03-01", ground="离职证明"
    )
    told.answered(
        early,
        "WRONG_STATE",
        "案件现在的状态不能再“停保”。",
        "请刷新页面查看最新进度；如已办过，不必重复办理。",
    )
    while told.stage.now.date().isoformat() < "2026-03-18":
        told.stage.next_workday(HOHHOT)
    told.settle()
    told.legs(HOHHOT, stop, "here", "notified", "none")
    told.stage.next_workday(HOHHOT)
    told.settle()
    told.legs(HOHHOT, stop, "here", "silent", "none")
    # Noticed on the 19th, but the agency's five days run from the 18th, as was promised.
    told.timeline_says(
        HOHHOT,
        stop,
        "here",
        "原单位逾期未答复",
        f"{OLD_EMPLOYER}没有在期限内答复，由经办机构决定，最迟 2026年3月25日。",
    )


def _the_clerk_stops(told: Telling, stop: str) -> None:
    """February is paid, so cover cannot end on the day of leaving; March is the employer's debt."""
    wrong = told.staff_does(
        HOHHOT, "jingban", stop, "here", "stop", stop_on="2026-01-31", ground="离职证明"
    )
    told.answered(
        wrong,
        "STOP_BEFORE_PAID_MONTH",
        "2026 年 2 月已经缴费，停保日不能早于这个月。",
        "请改为最后缴费的次月 1 日；确属多缴的，由原单位先申请退费。",
    )
    ground = "解除劳动合同证明（2026-02-27），原单位期满没有答复"
    done = told.staff_does(
        HOHHOT, "jingban", stop, "here", "stop", stop_on="2026-03-01", ground=ground
    )
    told.expect("stopped", done["ok"], True, done)
    told.settle()
    told.timeline_says(
        HOHHOT,
        stop,
        "here",
        "已停保",
        "呼和浩特市医疗保险服务中心：从 2026年3月1日 起停保。"
        "依据：解除劳动合同证明（2026年2月27日），原单位期满没有答复。"
        "单位欠费（2026 年 3 月起）由单位负责，不影响本人。",
    )
    told.papers(HOHHOT, stop, "here", "stop_cover_notice", "stop_cover_decision")
    covers = told.stage.at(HOHHOT).cover(WULAN.username)
    old = next(one for one in covers if one["area"] == HOHHOT)
    told.expect("paused", (old["status"], old["valid_from"]), ("paused", "2026-03-01"))
    told.answered(
        told.asks_to_stop(WULAN, HOHHOT, **LEAVING),
        "ALREADY_PAUSED",
        "您从 2026-03-01 起已经停保。",
        "不需要再停保，现在就可以申请转移。",
    )


def _through(told: Telling) -> str:
    """Applied again: accepted, the record in the same hour, the money on the next working day."""
    case_no = told.apply(WULAN, HOHHOT, NANJING)
    told.settle()
    # Thursday 2026-03-19: ten working days 20, 23-27, 30, 31 March, 1, 2 April; five more 3, 7, 8,
    # 9, 10 April (清明 4-6).
    told.promised(NANJING, case_no, "in", "2026-04-10", provisional=False)
    told.timeline_says(
        NANJING,
        case_no,
        "in",
        "年限已转入",
        "93 个月已写入南京市医疗保险管理中心的参保记录。"
        "参保没有中断，没有待遇等待期，2026年3月1日 起享受待遇。",
    )
    told.money_follows(HOHHOT)
    told.legs(NANJING, case_no, "in", "done", "credited")
    told.legs(HOHHOT, case_no, "out", "done", "paid")
    told.holds(WULAN, NANJING, BALANCE_FEN)
    told.holds(WULAN, HOHHOT, 0)
    told.papers(NANJING, case_no, "in", "acceptance", "completion")
    told.papers(HOHHOT, case_no, "out", "information_form", "remittance")
    return case_no


STORY = Story(
    id="002",
    title="呼和浩特 → 南京：原单位没有停保也不答复，经办机构停保后再转",
    areas=(HOHHOT, NANJING),
    start="2026-03-04T10:00:00",
    play=play,
)
