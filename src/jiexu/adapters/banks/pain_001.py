"""pain.001.001.09 (CustomerCreditTransferInitiation): a batch as an ISO 20022 payment file.

One PmtInf per batch and one CdtTrfTxInf per payment. EndToEndId is the reference of the payment,
the number by which both sides and both banks know it; Ustrd repeats it for statements that show
remarks alone. `check` reads the finished file again against the part of the schema used here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime
from xml.sax.saxutils import escape

from jiexu.adapters.banks.formats import Batch
from jiexu.adapters.banks.payment_csv import check_lines
from jiexu.adapters.banks.xml_tree import Element, parse
from jiexu.core.base.errors import BadInput
from jiexu.core.base.money import yuan_from_fen
from jiexu.work.ports import PaymentLine

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})
_AMOUNT = re.compile(r"[0-9]{1,15}\.[0-9]{2}")

# What may stand where: tag → (children in their order, or the pattern of a text). "?" may be
# missing, "+" may repeat. Taken from the published schema; what it allows beyond is not written.
_TEXT_34, _TEXT_35, _TEXT_140 = (re.compile(f"(?s).{{1,{most}}}") for most in (34, 35, 140))
_COUNT = re.compile(r"[0-9]{1,15}")
_Shape = Sequence[tuple[str, object]]
_NAME: _Shape = (("Nm", _TEXT_140),)
_AGENT: _Shape = (("FinInstnId", (("Nm", _TEXT_140),)),)
_ACCOUNT: _Shape = (("Id", (("Othr", (("Id", _TEXT_34),)),)), ("Ccy?", re.compile("CNY")))
_TRANSFER: _Shape = (
    ("PmtId", (("InstrId", _TEXT_35), ("EndToEndId", _TEXT_35))),
    ("Amt", (("InstdAmt", _AMOUNT),)),
    ("CdtrAgt?", _AGENT),
    ("Cdtr", _NAME),
    ("CdtrAcct", _ACCOUNT),
    ("RmtInf", (("Ustrd", _TEXT_140),)),
)
_DOCUMENT: _Shape = (
    (
        "CstmrCdtTrfInitn",
        (
            (
                "GrpHdr",
                (
                    ("MsgId", _TEXT_35),
                    ("CreDtTm", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00")),
                    ("NbOfTxs", _COUNT),
                    ("CtrlSum", _AMOUNT),
                    ("InitgPty", _NAME),
                ),
            ),
            (
                "PmtInf",
                (
                    ("PmtInfId", _TEXT_35),
                    ("PmtMtd", re.compile("TRF")),
                    ("BtchBookg", re.compile("false")),
                    ("NbOfTxs", _COUNT),
                    ("CtrlSum", _AMOUNT),
                    ("ReqdExctnDt", (("Dt", re.compile(r"\d{4}-\d\d-\d\d")),)),
                    ("Dbtr", _NAME),
                    ("DbtrAcct", _ACCOUNT),
                    ("DbtrAgt", _AGENT),
                    ("CdtTrfTxInf+", _TRANSFER),
                ),
            ),
        ),
    ),
)


def write(batch: Batch) -> bytes:
    """The file of a batch; the same batch gives the same bytes.

    Raises `BadInput` for what `check_lines` refuses, an empty field, a text that is too long for
    its field or holds hidden characters, or a payer who is not known by name and bank.
    """
    data = "".join(_lines(batch)).encode()
    check(data, batch)
    return data


def check(data: bytes, batch: Batch) -> None:
    """Read a written file again: its shape, its sums and its payments.

    Raises `AssertionError`: a file that is wrong here is a defect of this program, and must not
    reach a bank.
    """
    namespace, root = parse(data)
    assert (namespace, root.tag) == (NAMESPACE, "Document"), "another message"
    _check_shape(root, _DOCUMENT)
    head, payment = root.one("CstmrCdtTrfInitn/GrpHdr"), root.one("CstmrCdtTrfInitn/PmtInf")
    found = [
        (one.said("PmtId/EndToEndId"), one.said("CdtrAcct/Id/Othr/Id"), one.said("Amt/InstdAmt"))
        for one in payment.each("CdtTrfTxInf")
    ]
    asked = [
        (line.remark, line.payee_account, yuan_from_fen(line.amount_fen)) for line in batch.lines
    ]
    assert found == [tuple(text.strip() for text in one) for one in asked], "other payments"
    sums = {(one.said("NbOfTxs"), one.said("CtrlSum")) for one in (head, payment)}
    total = yuan_from_fen(sum(line.amount_fen for line in batch.lines))
    assert sums == {(str(len(asked)), total)}, "other sums"
    for one in payment.each("CdtTrfTxInf/Amt/InstdAmt"):
        assert one.attributes == {"Ccy": "CNY"}, "another currency"


def _check_shape(element: Element, shape: object) -> None:
    if isinstance(shape, re.Pattern):
        assert not element.children and shape.fullmatch(element.text), element.tag
        return
    assert isinstance(shape, Sequence)
    left = list(element.children)
    for name, inner in shape:
        tag = name.rstrip("?+")
        count = 0
        while left and left[0].tag == tag and (count == 0 or name.endswith("+")):
            _check_shape(left.pop(0), inner)
            count += 1
        assert count or name.endswith("?"), f"{element.tag} without {tag}"
    assert not left, f"{element.tag} with {left[0].tag}"


def _lines(batch: Batch) -> Iterator[str]:
    total = yuan_from_fen(check_lines(batch.lines))
    count = len(batch.lines)
    number = _text(batch.number, 35, "批次号", 0)
    payer = _text(batch.payer_name, 140, "付款户名", 0)
    made = _moment(batch.made_at)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<Document xmlns="{NAMESPACE}"><CstmrCdtTrfInitn>\n'
    yield f"<GrpHdr><MsgId>{number}</MsgId><CreDtTm>{made:%Y-%m-%dT%H:%M:%S}+08:00</CreDtTm>"
    yield f"<NbOfTxs>{count}</NbOfTxs><CtrlSum>{total}</CtrlSum>"
    yield f"<InitgPty><Nm>{payer}</Nm></InitgPty></GrpHdr>\n"
    yield f"<PmtInf><PmtInfId>{number}</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>false</BtchBookg>"
    yield f"<NbOfTxs>{count}</NbOfTxs><CtrlSum>{total}</CtrlSum>"
    yield f"<ReqdExctnDt><Dt>{made:%Y-%m-%d}</Dt></ReqdExctnDt>"
    yield f"<Dbtr><Nm>{payer}</Nm></Dbtr>"
    yield f"<DbtrAcct>{_account(batch.payer_account, '付款账号', 0)}<Ccy>CNY</Ccy></DbtrAcct>"
    yield f"<DbtrAgt>{_agent(batch.payer_bank, '付款银行', 0)}</DbtrAgt>\n"
    for line in batch.lines:
        yield from _transfer(line)
    yield "</PmtInf></CstmrCdtTrfInitn></Document>\n"


def _transfer(line: PaymentLine) -> Iterator[str]:
    row = line.row
    reference = _text(line.remark, 35, "附言", row)
    yield f"<CdtTrfTxInf><PmtId><InstrId>{row}</InstrId><EndToEndId>{reference}</EndToEndId>"
    yield f'</PmtId><Amt><InstdAmt Ccy="CNY">{yuan_from_fen(line.amount_fen)}</InstdAmt></Amt>'
    if line.payee_bank.strip():
        yield f"<CdtrAgt>{_agent(line.payee_bank, '收款人开户行', row)}</CdtrAgt>"
    yield f"<Cdtr><Nm>{_text(line.payee_name, 140, '收款人名称', row)}</Nm></Cdtr>"
    yield f"<CdtrAcct>{_account(line.payee_account, '收款人账号', row)}</CdtrAcct>"
    yield f"<RmtInf><Ustrd>{reference}</Ustrd></RmtInf></CdtTrfTxInf>\n"


def _account(number: str, name: str, row: int) -> str:
    return f"<Id><Othr><Id>{_text(number, 34, name, row)}</Id></Othr></Id>"


def _agent(bank: str, name: str, row: int) -> str:
    return f"<FinInstnId><Nm>{_text(bank, 140, name, row)}</Nm></FinInstnId>"


def _moment(made_at: datetime | None) -> datetime:
    if made_at is None:
        raise BadInput("付款批次没有批准时间，不能写成报文。", "请先复核批准。", path="made_at")
    return made_at


def _text(text: str, longest: int, name: str, row: int) -> str:
    where = f"第 {row} 笔的{name}" if row else name
    plain = text.strip()
    if not plain:
        raise BadInput(f"{where}是空的，不能付款。", f"请补全{name}后重新制单。", path="lines")
    if len(plain) > longest:
        raise BadInput(
            f"{where}超过 {longest} 个字，报文放不下。",
            f"请缩短{name}，或改用 CSV、xlsx 格式。",
            path="lines",
            code="TOO_LONG",
        )
    if any(unicodedata.category(char) in _HIDDEN for char in plain):
        raise BadInput(
            f"{where}里有看不见的字符。",
            f"请重新录入{name}后重新制单。",
            path="lines",
            code="UNSAFE_CELL",
        )
    return escape(plain)
