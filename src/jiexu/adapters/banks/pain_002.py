"""pain.002 (CustomerPaymentStatusReport): the bank's answer to a batch, payment by payment.

Accepted are ACCP, ACSP, ACWC, ACSC and ACCC, refused is RJCT. Another word is no final answer, and
a file with one is not taken in: the bank will send another. OrgnlMsgId is the number of the batch.
"""

from __future__ import annotations

from jiexu.adapters.banks.csv_text import short, unreadable
from jiexu.adapters.banks.iso_amounts import cny, count, plain
from jiexu.adapters.banks.xml_tree import Element
from jiexu.core.base.money import Fen, yuan_from_fen
from jiexu.work.ports import BankFile, ResultLine

_ACCEPTED = frozenset({"ACCP", "ACSP", "ACWC", "ACSC", "ACCC"})
_REFUSED = "RJCT"
_LONGEST = 200


def read_result(root: Element, name: str, data: bytes) -> BankFile:
    """Raises `UnreadableFile`: all of a report or nothing of it."""
    report = root.one("CstmrPmtStsRpt")
    group = report.one("OrgnlGrpInfAndSts")
    number = group.one("OrgnlMsgId")
    batch_no = short(number.text, 40, name="批次号", line=number.line)
    found = list(report.each("OrgnlPmtInfAndSts/TxInfAndSts"))
    results = tuple(_line(one, place) for place, one in enumerate(found, start=1))
    references = [line.remark for line in results]
    if len(set(references)) != len(references):
        double = next(text for text in references if references.count(text) > 1)
        raise unreadable(f"EndToEndId {double} 出现了两次。", line=report.line)
    _check_sums(group, results)
    refused_whole = ""
    if not results:
        whole = group.said("GrpSts") or report.said("OrgnlPmtInfAndSts/PmtInfSts")
        if whole == _REFUSED:
            holder = report.maybe("OrgnlPmtInfAndSts")
            refused_whole = _reason(group) or (_reason(holder) if holder else "") or "银行未受理"
        elif whole not in _ACCEPTED:
            raise unreadable("回执里没有逐笔结果，也没有整批的结果。", line=report.line)
    return BankFile(
        name=name,
        data=data,
        kind="result",
        batch_no=batch_no,
        results=results,
        refused_whole=refused_whole,
    )


def _line(one: Element, place: int) -> ResultLine:
    status = one.one("TxSts").text
    if status not in _ACCEPTED and status != _REFUSED:
        raise unreadable(
            f"第 {place} 笔的状态是“{status[:10]}”，还不是最后的结果。",
            line=one.line,
            remedy="请等银行发来最后的结果回执。",
        )
    text = short(_reason(one), _LONGEST, name="原因", line=one.line)
    if status == _REFUSED and not text:
        raise unreadable(f"第 {place} 笔被拒绝，却没有写原因。", line=one.line)
    reference = one.one("OrgnlEndToEndId")
    return ResultLine(
        row=place,
        remark=short(reference.text, _LONGEST, name="EndToEndId", line=reference.line),
        amount_fen=_amount(one, place),
        accepted=status != _REFUSED,
        text=text if status == _REFUSED else "",
    )


def _amount(one: Element, place: int) -> Fen:
    """0 where the bank does not repeat the amount: the reference alone decides."""
    said = one.maybe("OrgnlTxRef/Amt/InstdAmt")
    return cny(said, name=f"第 {place} 笔的金额") if said is not None else 0


def _reason(holder: Element) -> str:
    """The bank's words, or its code where it says no more."""
    words = [one.text for one in holder.each("StsRsnInf/AddtlInf") if one.text]
    codes = [one.said("Rsn/Cd") or one.said("Rsn/Prtry") for one in holder.each("StsRsnInf")]
    return " ".join(words) or " ".join(code for code in codes if code)


def _check_sums(group: Element, results: tuple[ResultLine, ...]) -> None:
    """A report may name the refused rows alone, never more rows or money than were ordered."""
    said = group.maybe("OrgnlNbOfTxs")
    ordered = count(said, name="OrgnlNbOfTxs") if said is not None else None
    if said is not None and ordered is not None and len(results) > ordered:
        raise unreadable(f"原批次有 {ordered} 笔，回执里却有 {len(results)} 笔。", line=said.line)
    total = group.maybe("OrgnlCtrlSum")
    if total is None or not all(line.amount_fen for line in results) or not results:
        return
    total_fen, found_fen = (
        plain(total, name="OrgnlCtrlSum"),
        sum(line.amount_fen for line in results),
    )
    if found_fen > total_fen or (len(results) == ordered and found_fen != total_fen):
        raise unreadable(
            f"原批次合计 {yuan_from_fen(total_fen)}，回执各笔相加是 {yuan_from_fen(found_fen)}。",
            line=total.line,
        )
