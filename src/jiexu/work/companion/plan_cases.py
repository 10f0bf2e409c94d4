"""Rows of a list of cases: applications to us, answers to ours, and what is finished."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from jiexu.core.base.codes.as_typed import half_width, without_blanks
from jiexu.core.base.decision import Reason, Repair
from jiexu.core.base.errors import BadInput
from jiexu.core.calendar.workdays import add_workdays
from jiexu.core.exchange.canonical import digest_hex
from jiexu.core.exchange.kinds.precheck_answer.schema import Body as Answer
from jiexu.core.exchange.kinds.receipt.schema import Body as Receipt
from jiexu.core.exchange.kinds.transfer_request.schema import Body as Request
from jiexu.core.exchange.kinds.transfer_request.schema import ReceiptAccount
from jiexu.core.exchange.kinds.withdrawal.schema import Body as Withdrawal
from jiexu.core.procedures.case_number import find_case_no, make_case_no
from jiexu.core.procedures.transfer.checks import limit_workdays
from jiexu.records.access.sealing import identity_index
from jiexu.records.procedures.models import Case
from jiexu.work.companion import list_cells
from jiexu.work.companion.finding_cases import find_case, reached_outside
from jiexu.work.companion.list_kinds import word
from jiexu.work.companion.planning import Copying, Planned, make_step, past_day, read_identity
from jiexu.work.importing import cells
from jiexu.work.importing.rows import Row

_ACCOUNT: Final = re.compile(r"[0-9-]{6,40}", re.ASCII)
_MOST_TURNS: Final = 20
_NOTHING: Final = {
    "requested": "申请已在国家平台登记，等待对方受理。",
    "waiting": "对方正在办理，没有新的结果。",
    "accepted": "本机构已受理，没有新的内容。",
    "done": "对方已办结；本机构以信息表为准继续办理。",
    "refused": "这个结果是本机构答复的，没有新的内容。",
    "not_yet": "这个结果是本机构答复的，没有新的内容。",
}


def plan(copying: Copying, row: Row, evidence: str) -> Planned | None:
    """What a row of a list of cases asks for; `None` when it was refused."""
    number = row.read("partner_no", list_cells.partner_no)
    name = row.read("psn_name", list_cells.name)
    certno, cert_type = read_identity(copying, row)
    source, target = row.read("trafout", list_cells.place), row.read("trafin", list_cells.place)
    status = row.read("status", lambda text: word("status", text))
    if None in {number, name, certno, source, target, status}:
        return None
    assert number and name and certno and source and target and status
    if copying.area not in {source, target} or source == target:
        row.refuse(
            "trafin",
            "NOT_OURS",
            "转出地和转入地里没有本机构，或两地相同。",
            "请确认导出的是本机构的名单。",
        )
        return None
    if status == "withdrawn":
        half = "out" if source == copying.area else "in"
        return _withdrawn(copying, row, evidence, number, certno, half)
    if source == copying.area:
        if status in {"requested", "accepted"}:
            return _request(copying, row, evidence, (number, name, certno, cert_type, target))
        return (
            _finished(copying, row, evidence, number, certno, target)
            if status == "done"
            else Planned(text=_NOTHING[status])
        )
    if status not in {"accepted", "refused", "not_yet"}:
        return Planned(text=_NOTHING[status])
    return _answer(copying, row, evidence, (number, certno, source), status)


def _request(
    copying: Copying, row: Row, evidence: str, told: tuple[str, str, str, str, str]
) -> Planned | None:
    """Somebody who leaves us: the step of an application notice."""
    number, name, certno, cert_type, target = told
    applied = row.read("applied_on", past_day(copying.today))
    insutype_out = row.read("insutype_out", _scheme)
    insutype_in = row.read("insutype_in", _scheme) if row.text("insutype_in") else insutype_out
    enrolled = row.read("enrolled_on", past_day(copying.today))
    plan_in = row.read_if_stated("plan_in", cells.plan) or "account"
    account = _account(row, needed=insutype_out == "310")
    if not reached_outside(row, "trafin", target) or row.problems:
        return None
    assert applied and enrolled and insutype_out and insutype_in and account
    case_no = _number_of(copying.area, target, number, applied)
    body = Request(
        case_no=case_no,
        applied_on=applied,
        channel="platform",
        applicant="self",
        psn_cert_type=cert_type,
        certno=certno,
        psn_name=name,
        insutype_out=insutype_out,  # type: ignore[arg-type]
        insutype_in=insutype_in,  # type: ignore[arg-type]
        trafout_admdvs=copying.area,
        trafin_admdvs=target,
        enrolled_on=enrolled,
        plan_in=plan_in,  # type: ignore[arg-type]
        receipt_account=account,
    )
    return make_step(
        copying,
        evidence,
        case_no=case_no,
        half="out",
        event="request_received",
        counterpart=target,
        payload=body,
        partner_no=number,
        subject=identity_index(certno),
    )


def _number_of(area: str, target: str, number: str, applied: date) -> str:
    """Our number of a case that began on the platform: the partner's own if it is one of ours."""
    if ours := find_case_no(number):
        return ours
    rows = Case.objects.of(area).filter(half="out")
    if known := rows.filter(partner_reference=number).values_list("case_no", flat=True).first():
        return str(known)
    for turn in range(_MOST_TURNS):
        serial = int(digest_hex(["platform", target, number, turn])[:16], 16)
        case_no = make_case_no(target, applied, serial)
        if not rows.filter(case_no=case_no).exists():
            return case_no
    raise AssertionError("no free number in twenty turns")


def _answer(
    copying: Copying, row: Row, evidence: str, told: tuple[str, str, str], status: str
) -> Planned | None:
    """The old place has checked an application of ours."""
    number, certno, source = told
    insutype = row.read("insutype_out", _scheme)
    answered = row.read("answered_on", past_day(copying.today))
    why = row.read("why", list_cells.words)
    if insutype is None:
        return None
    case = find_case(
        copying.area,
        "in",
        row,
        partner_no=number,
        certno=certno,
        counterpart=source,
        insutype=insutype,
    )
    if case is None or answered is None or row.problems:
        return None
    if status == "accepted":
        limit = limit_workdays("transfer_out_workdays", case.counterpart, answered)
        due = add_workdays(answered, limit, case.counterpart)
        body = Answer(
            case_no=case.case_no,
            outcome="accept",
            answered_on=answered,
            out_due=due.due,
            out_limit_workdays=limit,
            provisional=due.provisional,
        )
    else:
        body = Answer(
            case_no=case.case_no,
            outcome="not_yet" if status == "not_yet" else "refuse",
            answered_on=answered,
            reasons=(declined_reason(why or ""),),
        )
    return make_step(
        copying,
        evidence,
        case_no=case.case_no,
        half="in",
        event="answer_received",
        counterpart=case.counterpart,
        payload=body,
        partner_no=number,
    )


def _finished(
    copying: Copying, row: Row, evidence: str, number: str, certno: str, target: str
) -> Planned | None:
    """The new place has finished: the receipt of the record leg."""
    done = row.read("done_on", past_day(copying.today))
    insutype = row.read("insutype_out", _scheme)
    if insutype is None:
        return None
    case = find_case(
        copying.area,
        "out",
        row,
        partner_no=number,
        certno=certno,
        counterpart=target,
        insutype=insutype,
    )
    if case is None or done is None:
        return None
    return make_step(
        copying,
        evidence,
        case_no=case.case_no,
        half="out",
        event="receipt_received",
        counterpart=case.counterpart,
        payload=Receipt(case_no=case.case_no, leg="record", done_on=done),
        partner_no=number,
    )


def _withdrawn(
    copying: Copying, row: Row, evidence: str, number: str, certno: str, half: str
) -> Planned | None:
    """Taken back on the platform: the case here ends too, as if the other side had told us.

    Only the numbers decide which case: the person's next application must not end with the last.
    """
    day = next((name for name in ("done_on", "answered_on") if row.text(name)), "applied_on")
    told = row.read(day, past_day(copying.today))
    if told is None:
        return None
    rows = Case.objects.of(copying.area).filter(half=half)
    known = rows.filter(partner_reference=number).exists()
    ours = find_case_no(row.text("case_no"))
    if not known and not (ours and rows.filter(case_no=ours).exists()):
        return Planned(text="这笔业务在国家平台上已撤销，本机构没有在办，不用处理。")
    case = find_case(copying.area, half, row, partner_no=number, certno=certno)
    if case is None:
        return None
    if case.state != "open":
        return Planned(text="这笔业务在国家平台上已撤销，本机构的业务也已结束，不用处理。")
    return make_step(
        copying,
        evidence,
        case_no=case.case_no,
        half=half,
        event="withdrawal_received",
        counterpart=case.counterpart,
        payload=Withdrawal(
            case_no=case.case_no,
            to_half=half,  # type: ignore[arg-type]
            how="withdrawn",
            told_on=told,
        ),
        partner_no=number,
    )


def declined_reason(why: str) -> Reason:
    """A partner's own words as a reason: their rule is not known here."""
    return Reason(
        code="PARTNER_DECLINED",
        text=why or "转出地没有写明原因。",
        rule="转出地校验",
        repair=Repair(who="参保人", how="请按转出地说明的原因补办后重新申请，或拨打 12393。"),
    )


def _scheme(text: str) -> str:
    found = cells.insutype(text)
    if found not in {"310", "390"}:
        raise BadInput("只有职工医保和居民医保可以转移。", "请核对险种。", code="BAD_INSUTYPE")
    return found


def _account(row: Row, *, needed: bool) -> ReceiptAccount | None:
    name, bank = row.read("payee_name", list_cells.words), row.read("payee_bank", list_cells.words)
    account = without_blanks(half_width(row.text("payee_account")))
    if needed and not (name and bank and account):
        row.refuse(
            "payee_account",
            "NO_ACCOUNT",
            "收款户名、开户银行或收款账号没有写全，个人账户的钱付不出去。",
            "请在国家平台查到转入地的收款账户，补在名单里再导入。",
        )
        return None
    if account and _ACCOUNT.fullmatch(account) is None:
        row.refuse(
            "payee_account",
            "BAD_ACCOUNT",
            "收款账号不是完整的数字，可能被表格软件改过。",
            "请把这一栏设为“文本”，填写完整的账号。",
        )
        return None
    return ReceiptAccount(kind="", bank_name=bank or "", account_name=name or "", account=account)
