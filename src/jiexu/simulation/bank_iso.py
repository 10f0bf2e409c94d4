"""The pretend bank's ISO 20022: reads pain.001.001.09, writes pain.002.001.12 and camt.053.001.08.

Written from the message definitions alone, with ElementTree and no code of the adapter on our side.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from xml.etree import ElementTree as Xml  # the bank trusts its customer in this play

from jiexu.core.base.errors import BadInput
from jiexu.core.base.money import Fen, fen_from_yuan, yuan_from_fen
from jiexu.simulation.bank_files import Answer, Entry, Instruction, PaymentFile, RefusedFile

_SPACE = "urn:iso:std:iso:20022:tech:xsd:"
_PAIN = {"p": f"{_SPACE}pain.001.001.09"}


def read_payment(data: bytes) -> PaymentFile:
    """A payment message, its sums added up again. Raises `RefusedFile`."""
    try:
        root = Xml.fromstring(data)  # noqa: S314  (see above)
        head = _one(root, "p:CstmrCdtTrfInitn/p:GrpHdr")
        payment = _one(root, "p:CstmrCdtTrfInitn/p:PmtInf")
        instructions = tuple(_instruction(one) for one in payment.findall("p:CdtTrfTxInf", _PAIN))
        total_fen = sum(line.amount_fen for line in instructions)
        for holder in (head, payment):
            if int(_said(holder, "p:NbOfTxs")) != len(instructions):
                raise RefusedFile("笔数不符。")
            if fen_from_yuan(_said(holder, "p:CtrlSum")) != total_fen:
                raise RefusedFile("合计金额不符。")
        if [line.row for line in instructions] != list(range(1, len(instructions) + 1)):
            raise RefusedFile("序号不符。")
        return PaymentFile(
            batch_no=_said(head, "p:MsgId"),
            payer_account=_said(payment, "p:DbtrAcct/p:Id/p:Othr/p:Id"),
            instructions=instructions,
        )
    except (Xml.ParseError, BadInput, ValueError) as error:
        raise RefusedFile("文件格式与约定不符。") from error


def result_bytes(batch_no: str, answers: Sequence[Answer], on: date) -> bytes:
    """pain.002: what became of each payment."""
    root = Xml.Element("Document", xmlns=f"{_SPACE}pain.002.001.12")
    report = Xml.SubElement(root, "CstmrPmtStsRpt")
    head = Xml.SubElement(report, "GrpHdr")
    _add(head, "MsgId", f"R{batch_no}"[:35])
    _add(head, "CreDtTm", f"{on.isoformat()}T18:00:00+08:00")
    group = Xml.SubElement(report, "OrgnlGrpInfAndSts")
    _add(group, "OrgnlMsgId", batch_no)
    _add(group, "OrgnlMsgNmId", "pain.001.001.09")
    _add(group, "OrgnlNbOfTxs", str(len(answers)))
    _add(group, "OrgnlCtrlSum", yuan_from_fen(sum(answer.amount_fen for answer in answers)))
    payment = Xml.SubElement(report, "OrgnlPmtInfAndSts")
    _add(payment, "OrgnlPmtInfId", batch_no)
    for answer in answers:
        one = Xml.SubElement(payment, "TxInfAndSts")
        _add(one, "OrgnlInstrId", str(answer.row))
        _add(one, "OrgnlEndToEndId", answer.remark)
        _add(one, "TxSts", "RJCT" if answer.reason else "ACSC")
        if answer.reason:
            reason = Xml.SubElement(one, "StsRsnInf")
            _add(Xml.SubElement(reason, "Rsn"), "Cd", "AC01")
            _add(reason, "AddtlInf", answer.reason)
        amount = Xml.SubElement(Xml.SubElement(one, "OrgnlTxRef"), "Amt")
        _money(amount, "InstdAmt", answer.amount_fen)
    return _bytes(root)


def statement_bytes(account: str, opening_fen: Fen, entries: Sequence[Entry], on: date) -> bytes:
    """camt.053: the entries of one account with both balances and their totals."""
    debit_fen = sum(entry.amount_fen for entry in entries if entry.debit)
    credit_fen = sum(entry.amount_fen for entry in entries if not entry.debit)
    number = entries[-1].entry_no if entries else on.isoformat()
    root = Xml.Element("Document", xmlns=f"{_SPACE}camt.053.001.08")
    message = Xml.SubElement(root, "BkToCstmrStmt")
    head = Xml.SubElement(message, "GrpHdr")
    _add(head, "MsgId", f"S{number}"[:35])
    _add(head, "CreDtTm", f"{on.isoformat()}T18:00:00+08:00")
    statement = Xml.SubElement(message, "Stmt")
    _add(statement, "Id", f"S{number}"[:35])
    holder = Xml.SubElement(statement, "Acct")
    _add(Xml.SubElement(Xml.SubElement(holder, "Id"), "Othr"), "Id", account)
    _add(holder, "Ccy", "CNY")
    _balance(statement, "OPBD", opening_fen, on)
    _balance(statement, "CLBD", opening_fen + credit_fen - debit_fen, on)
    summary = Xml.SubElement(statement, "TxsSummry")
    total = Xml.SubElement(summary, "TtlNtries")
    _add(total, "NbOfNtries", str(len(entries)))
    _add(total, "Sum", yuan_from_fen(debit_fen + credit_fen))
    net = Xml.SubElement(total, "TtlNetNtry")
    _add(net, "Amt", yuan_from_fen(abs(credit_fen - debit_fen)))
    _add(net, "CdtDbtInd", "CRDT" if credit_fen >= debit_fen else "DBIT")
    for tag, debit, sum_fen in (
        ("TtlCdtNtries", False, credit_fen),
        ("TtlDbtNtries", True, debit_fen),
    ):
        total = Xml.SubElement(summary, tag)
        _add(total, "NbOfNtries", str(sum(entry.debit == debit for entry in entries)))
        _add(total, "Sum", yuan_from_fen(sum_fen))
    for entry in entries:
        _entry(statement, entry)
    return _bytes(root)


def _entry(statement: Xml.Element, entry: Entry) -> None:
    one = Xml.SubElement(statement, "Ntry")
    _money(one, "Amt", entry.amount_fen)
    _add(one, "CdtDbtInd", "DBIT" if entry.debit else "CRDT")
    _add(Xml.SubElement(one, "Sts"), "Cd", "BOOK")
    _add(Xml.SubElement(one, "BookgDt"), "Dt", entry.booked_on.isoformat())
    _add(one, "AcctSvcrRef", entry.entry_no)
    _add(Xml.SubElement(Xml.SubElement(one, "BkTxCd"), "Prtry"), "Cd", "TRF")
    part = Xml.SubElement(Xml.SubElement(one, "NtryDtls"), "TxDtls")
    if entry.remark:
        _add(Xml.SubElement(part, "Refs"), "EndToEndId", entry.remark[:35])
    _money(part, "Amt", entry.amount_fen)
    _add(part, "CdtDbtInd", "DBIT" if entry.debit else "CRDT")
    party = Xml.SubElement(Xml.SubElement(part, "RltdPties"), "Cdtr" if entry.debit else "Dbtr")
    _add(Xml.SubElement(party, "Pty"), "Nm", entry.counterparty)
    if entry.remark:
        _add(Xml.SubElement(part, "RmtInf"), "Ustrd", entry.remark)


def _instruction(one: Xml.Element) -> Instruction:
    amount = _one(one, "p:Amt/p:InstdAmt")
    if amount.get("Ccy") != "CNY":
        raise RefusedFile("只办人民币。")
    return Instruction(
        row=int(_said(one, "p:PmtId/p:InstrId")),
        payee_name=_said(one, "p:Cdtr/p:Nm"),
        payee_bank=one.findtext("p:CdtrAgt/p:FinInstnId/p:Nm", "", _PAIN),
        payee_account=_said(one, "p:CdtrAcct/p:Id/p:Othr/p:Id"),
        amount_fen=fen_from_yuan(amount.text or ""),
        remark=_said(one, "p:PmtId/p:EndToEndId"),
    )


def _one(holder: Xml.Element, path: str) -> Xml.Element:
    found = holder.find(path, _PAIN)
    if found is None:
        raise RefusedFile("文件格式与约定不符。")
    return found


def _said(holder: Xml.Element, path: str) -> str:
    return _one(holder, path).text or ""


def _balance(statement: Xml.Element, code: str, amount_fen: Fen, on: date) -> None:
    one = Xml.SubElement(statement, "Bal")
    _add(Xml.SubElement(Xml.SubElement(one, "Tp"), "CdOrPrtry"), "Cd", code)
    _money(one, "Amt", amount_fen)
    _add(one, "CdtDbtInd", "CRDT")
    _add(Xml.SubElement(one, "Dt"), "Dt", on.isoformat())


def _money(holder: Xml.Element, tag: str, amount_fen: Fen) -> None:
    Xml.SubElement(holder, tag, Ccy="CNY").text = yuan_from_fen(amount_fen)


def _add(holder: Xml.Element, tag: str, text: str) -> None:
    Xml.SubElement(holder, tag).text = text


def _bytes(root: Xml.Element) -> bytes:
    data: bytes = Xml.tostring(root, encoding="UTF-8", xml_declaration=True)
    return data
