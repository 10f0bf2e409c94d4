"""Damaged, lying and hostile files: refused whole, in words, with the row and what to do."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from jiexu.adapters.banks import xlsx_rows
from jiexu.adapters.banks.folder import read_bank_file
from jiexu.simulation.bank_files import Answer, Entry
from jiexu.simulation.bank_forms import FORMS

TODAY = date(2026, 3, 11)
ENTRIES = (
    Entry(
        entry_no="A1",
        booked_on=TODAY,
        debit=True,
        amount_fen=30_000,
        counterparty="柳州中心",
        remark="ZY1",
        balance_fen=70_000,
    ),
    Entry(
        entry_no="A2",
        booked_on=TODAY,
        debit=False,
        amount_fen=5,
        counterparty="合肥中心",
        remark="ZY2",
        balance_fen=70_005,
    ),
)
CAMT = FORMS["iso20022"].statement("9999", 100_000, ENTRIES, TODAY).decode()
PAIN = (
    FORMS["iso20022"]
    .result(
        "PL1",
        [Answer(row=1, remark="ZY1", amount_fen=30_000, reason="户名不符")],
        TODAY,
    )
    .decode()
)
WORKBOOK = FORMS["xlsx"].statement("9999", 100_000, ENTRIES, TODAY)
NTRY = CAMT[CAMT.index("<Ntry>") : CAMT.index("</Ntry>") + len("</Ntry>")]


def xml(text: str) -> Any:
    return read_bank_file("x.xml", text.encode())


def swapped(old: str, new: str, text: str = CAMT) -> str:
    assert old in text, old
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (swapped('Ccy="CNY">300.00', 'Ccy="USD">300.00'), "只接受人民币（CNY）"),
        (swapped("<Ccy>CNY</Ccy>", "<Ccy>HKD</Ccy>"), "账户币种是“HKD”"),
        (swapped("DBIT", "CRDT", CAMT), "净额写的是"),
        (swapped(NTRY, NTRY.replace("DBIT", "CRDT")), "合计"),
        (swapped(NTRY, NTRY.replace("<CdtDbtInd>DBIT", "<CdtDbtInd>CRDT", 1)), "方向"),
        (swapped("700.05", "700.06"), "期末余额写的是 700.06，按明细计算是 700.05。"),
        (swapped("<NbOfNtries>2", "<NbOfNtries>3"), "合计笔数写的是 3，文件里有 2 笔。"),
        (swapped("<Sum>300.05", "<Sum>300.06"), "合计写的是 300.06，按明细计算是 300.05。"),
        (swapped("<Cd>BOOK</Cd>", "<Cd>PDNG</Cd>"), "不是已入账（BOOK）"),
        (swapped("A2</AcctSvcrRef>", "A1</AcctSvcrRef>"), "与第 1 笔重复"),
        (swapped("<AcctSvcrRef>A1</AcctSvcrRef>", ""), "第 1 笔的 AcctSvcrRef"),
        (swapped("<Dt>2026-03-11</Dt></BookgDt>", "<Dt>2026-02-30</Dt></BookgDt>"), "没有这一天"),
        (swapped("<Cd>OPBD</Cd>", "<Cd>ITBD</Cd>"), "没有写期初余额（OPBD）"),
        (swapped("camt.053.001.08", "camt.052.001.08"), "不是能读的报文"),
        (swapped("</Stmt>", "</Stmt><Stmt><Id>2</Id></Stmt>"), "现有 2 份"),
        (swapped("<CdtDbtInd>DBIT", "<CdtDbtInd>debit"), "CRDT 或 DBIT"),
        (swapped("700.05</Amt><CdtDbtInd>CRDT", "700.05</Amt><CdtDbtInd>DBIT"), "是负数"),
        (CAMT[:-40], "XML 不完整或有错误"),
        ("", "文件是空的"),
        (swapped("ACSC", "PDNG", swapped("RJCT", "ACSC", PAIN)), "还不是最后的结果"),
        (swapped("<OrgnlNbOfTxs>1", "<OrgnlNbOfTxs>0", PAIN), "原批次有 0 笔"),
        (swapped("<OrgnlCtrlSum>300.00", "<OrgnlCtrlSum>200.00", PAIN), "原批次合计 200.00"),
        (swapped("<StsRsnInf>", "<Other>", swapped("</StsRsnInf>", "</Other>", PAIN)), "原因"),
    ],
)
def test_a_message_that_does_not_add_up(text: str, words: str) -> None:
    file = xml(text)
    assert words in file.error, file.error
    assert (file.kind, file.entries, file.results) == ("", (), ())


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>'
    "<Document>&d;</Document>"
)


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        '<!DOCTYPE Document SYSTEM "file:///etc/passwd"><Document/>',
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document>&x;</Document>',
        '<!DOCTYPE d [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]><Document/>',
    ],
)
def test_document_types_are_never_read(text: str) -> None:
    assert "有文档类型声明（DTD）" in xml(text).error


def test_depth_is_limited() -> None:
    assert "嵌套太深" in xml("<a>" * 100 + "</a>" * 100).error


def test_a_stranger_namespace_is_not_ours() -> None:
    text = swapped("<Amt", '<Amt xmlns="urn:evil"', swapped(NTRY, NTRY, CAMT))
    assert xml(text).error


def test_a_message_in_a_chinese_encoding_is_read() -> None:
    text = CAMT.replace("encoding='UTF-8'", "encoding='GBK'")
    assert text != CAMT
    file = read_bank_file("x.xml", text.encode("gb18030"))
    assert file.error == ""
    assert [entry.counterparty for entry in file.entries] == ["柳州中心", "合肥中心"]


def test_a_returned_payment_and_an_entry_of_several() -> None:
    back = NTRY.replace("DBIT", "CRDT").replace("A1", "A3")
    back = back.replace("<Sts>", "<RvslInd>true</RvslInd><Sts>")
    head, tail = CAMT.split(NTRY)
    text = head + NTRY + tail.replace("</Stmt>", f"{back}</Stmt>")
    text = text.replace("700.05", "1000.05").replace("<NbOfNtries>2", "<NbOfNtries>3")
    text = text[: text.index("<TxsSummry>")] + text[text.index("</TxsSummry>") + 12 :]
    file = xml(text)
    assert file.error == ""
    last = file.entries[-1]
    assert (last.direction, last.returned, last.remark) == ("credit", True, "退汇 ZY1")
    assert (last.counterparty, last.balance_fen) == ("柳州中心", 100_005)

    part = NTRY[NTRY.index("<TxDtls>") : NTRY.index("</TxDtls>") + 9]
    first, second = part.replace("300.00", "100.00"), part.replace("300.00", "200.00")
    several = swapped(part, first + second.replace("ZY1", "ZY9"))
    assert [(e.entry_no, e.amount_fen, e.remark) for e in xml(several).entries] == [
        ("A1/1", 10_000, "ZY1"),
        ("A1/2", 20_000, "ZY9"),
        ("A2", 5, "ZY2"),
    ]
    short = swapped(part, first + first)
    assert "第 1 笔写的是 300.00，明细相加是 200.00。" in xml(short).error


def test_a_notification_has_entries_without_balances() -> None:
    text = CAMT.replace("camt.053", "camt.054").replace("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn")
    file = xml(text.replace("<Stmt>", "<Ntfctn>").replace("</Stmt>", "</Ntfctn>"))
    assert (file.error, file.kind, file.account) == ("", "notification", "9999")
    assert [(e.entry_no, e.balance_fen) for e in file.entries] == [("A1", None), ("A2", None)]


def test_a_whole_batch_that_was_refused() -> None:
    start, end = PAIN.index("<TxInfAndSts>"), PAIN.index("</TxInfAndSts>") + 14
    bare = PAIN[:start] + PAIN[end:]
    assert "没有逐笔结果" in xml(bare).error
    said = "<GrpSts>RJCT</GrpSts><StsRsnInf><AddtlInf>账户冻结</AddtlInf></StsRsnInf>"
    file = xml(bare.replace("</OrgnlGrpInfAndSts>", f"{said}</OrgnlGrpInfAndSts>"))
    assert (file.error, file.batch_no, file.refused_whole) == ("", "PL1", "账户冻结")


@settings(deadline=None)
@given(st.integers(0, len(CAMT) - 1), st.sampled_from("<>&0123456789ABCDx"))
def test_one_changed_letter_never_changes_the_money(place: int, letter: str) -> None:
    """Whatever is altered: refused, or the balances and amounts are those of the bank."""
    file = xml(CAMT[:place] + letter + CAMT[place + 1 :])
    if not file.error:
        amounts = [entry.amount_fen for entry in file.entries]
        assert (amounts, file.opening_fen, file.closing_fen) == ([30_000, 5], 100_000, 70_005)


# --- spreadsheets -----------------------------------------------------------------------------


def book(rows: list[list[Any]]) -> Any:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    return made


def saved(made: Any) -> bytes:
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def xlsx(rows: list[list[Any]]) -> Any:
    return read_bank_file("x.xlsx", saved(book(rows)))


HEAD: list[list[Any]] = [
    ["账号", "9999"],
    ["期初余额", "1000.00"],
    ["流水号", "日期", "借贷", "金额", "对方户名", "附言", "余额"],
]
TAIL: list[list[Any]] = [["期末余额", 700], ["笔数", 1], ["借方合计", 300], ["贷方合计", 0]]


def test_numbers_and_dates_of_a_spreadsheet_are_read() -> None:
    row = ["A1", TODAY, "借", 300.0, "柳州", "ZY1", 700]
    file = xlsx([*HEAD, row, *TAIL])
    assert file.error == ""
    assert [(e.entry_no, e.amount_fen, e.booked_on) for e in file.entries] == [
        ("A1", 30_000, TODAY)
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["A1", TODAY, "借", "=100*3", "柳州", "ZY1", 700], "第 4 行：D 列是公式"),
        (["A1", TODAY, "借", 300.001, "柳州", "ZY1", 700], "看不懂这个金额"),
        ([1234567890123456, TODAY, "借", 300, "柳州", "ZY1", 700], "后几位可能已经丢失"),
        (["A1", TODAY, "付", 300, "柳州", "ZY1", 700], "借贷应当是“借”或“贷”"),
        (["A1", TODAY, "借", True, "柳州", "ZY1", 700], "D 列是逻辑值"),
        (["A1", TODAY, "借", 300, "柳\n州", "ZY1", 700], "有控制字符或换行"),
        (["A1", TODAY, "借", 300, "柳州", "ZY1", 701], "余额写的是 701.00"),
    ],
)
def test_a_bad_cell_is_named(row: list[Any], words: str) -> None:
    assert words in xlsx([*HEAD, row, *TAIL]).error


def test_every_bad_row_is_named_at_once() -> None:
    rows = [
        ["A1", "2026-03-99", "借", 1, "甲", "ZY1", 1],
        ["A2", TODAY, "借", 1, "甲", "ZY1", 1],
        ["A3", TODAY, "?", 1, "甲", "ZY1", 1],
    ]
    file = xlsx([*HEAD, *rows, *TAIL])
    assert [(one.line, one.text) for one in file.problems] == [
        (4, "没有这一天：“2026-03-99”。"),
        (6, "借贷应当是“借”或“贷”，现在是“?”。"),
    ]
    assert "另有 1 行有问题。" in file.error


def test_two_filled_sheets_are_one_too_many() -> None:
    made = book([*HEAD, *TAIL])
    made.create_sheet("二").append(["x"])
    assert "有多张有内容的工作表" in read_bank_file("x.xlsx", saved(made)).error


def repacked(change: Any) -> bytes:
    kept = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved(book([*HEAD, *TAIL])))) as old,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            new.writestr(part.filename, change(part.filename, old.read(part)))
    return kept.getvalue()


def test_entities_in_a_spreadsheet_are_never_read() -> None:
    def evil(name: str, data: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return data
        return b'<!DOCTYPE x [<!ENTITY a "ha">]>' + data

    assert "文档类型声明" in read_bank_file("x.xlsx", repacked(evil)).error
    wide = repacked(lambda name, data: data.decode().encode("utf-16") if "sheet1" in name else data)
    assert "文档类型声明" in read_bank_file("x.xlsx", wide).error


def test_a_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_rows, "LARGEST_OPENED_BYTES", 1 << 20)
    bomb = repacked(lambda name, data: b" " * (8 << 20) if "sheet1" in name else data)
    assert len(bomb) < 100_000
    assert "解开后太大" in read_bank_file("x.xlsx", bomb).error


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0old", b"<html></html>", repacked(lambda n, d: b"x")],
)
def test_what_is_no_workbook(data: bytes) -> None:
    file = read_bank_file("x.xlsx", data)
    assert file.error
    assert file.kind == ""


@settings(deadline=None)
@given(st.data())
def test_a_damaged_workbook_never_faults(data: st.DataObject) -> None:
    whole = WORKBOOK
    place = data.draw(st.integers(0, len(whole) - 1))
    bad = (
        whole[:place] + bytes([whole[place] ^ data.draw(st.integers(1, 255))]) + whole[place + 1 :]
    )
    file = read_bank_file("x.xlsx", bad)
    if not file.error:
        assert [entry.amount_fen for entry in file.entries] == [30_000, 5]


def test_our_own_workbook_holds_text_alone() -> None:
    data = xlsx_rows.write_workbook(
        [["账号", "0012345678901234567"], ["=1+1"]], title="x", header=1
    )
    (sheet,) = load_workbook(io.BytesIO(data)).worksheets
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert sheet["B1"].value == "0012345678901234567"


# --- vouchers ---------------------------------------------------------------------------------

VOUCHERS = """凭证号,日期,付款方,金额,附言/用途
2026-01,2026-03-11,南京中心,3000.00,ZY1
2026-02,20260312,杭州中心,0.05,
笔数,2
合计金额,3000.05
"""


def vouchers(text: str, encoding: str = "utf-8") -> Any:
    return read_bank_file("x.csv", text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_vouchers_are_entries(encoding: str) -> None:
    file = vouchers(VOUCHERS, encoding)
    assert (file.error, file.kind) == ("", "voucher")
    assert [
        (e.entry_no, e.direction, e.amount_fen, e.booked_on, e.counterparty, e.remark)
        for e in file.entries
    ] == [
        ("2026-01", "credit", 300_000, TODAY, "南京中心", "ZY1"),
        ("2026-02", "credit", 5, date(2026, 3, 12), "杭州中心", ""),
    ]


def test_vouchers_of_both_directions_in_a_spreadsheet() -> None:
    rows = [
        ["日期", "凭证编号", "类型", "金额", "收付款方", "用途"],
        [TODAY, "1", "拨款", 5, "支出户", "x"],
        [TODAY, "2", "缴款", 6.5, "南京", "y"],
    ]
    file = xlsx(rows)
    assert file.error == ""
    assert [(e.entry_no, e.direction, e.amount_fen) for e in file.entries] == [
        ("1", "debit", 500),
        ("2", "credit", 650),
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2026-02,", "2026-01,", "凭证号 2026-01 与第 2 行重复。"),
        ("合计金额,3000.05", "合计金额,3000.06", "合计金额写的是 3000.06"),
        ("笔数,2", "笔数,3", "笔数写的是 3，文件里有 2 笔。"),
        ("付款方", "谁", "缺少列：对方户名。"),
        ("附言/用途", "附言,用途", "“附言”有两列。"),
        ("凭证号,", "凭证号,备查,", "有不认识的列：备查。"),
        ("0.05", "-0.05", "金额不能是负数"),
    ],
)
def test_a_bad_list_of_vouchers(old: str, new: str, words: str) -> None:
    assert words in vouchers(VOUCHERS.replace(old, new)).error


def test_a_suffix_nobody_reads() -> None:
    assert "能读的文件：.csv、.xml、.xlsx。" in read_bank_file("x.pdf", b"%PDF").error
