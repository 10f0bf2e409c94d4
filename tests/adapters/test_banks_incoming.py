"""What the bank sends: read whole or refused whole, each damage named with its line and remedy."""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.adapters.banks.folder import FolderBank, read_bank_file
from jiexu.adapters.channels import drop_folder
from jiexu.core.base.money import MAX_FEN
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.simulation.bank_files import Answer, Entry, result_bytes, statement_bytes
from jiexu.work.ports import BankFile, ResultLine, StatementEntry

AREA = "340100"
AGAIN = "请向银行重新索取完整的原始文件后放入收件目录。"

RESULT = """批次号,PL1
笔数,2
合计金额,5000.00
序号,附言,金额,结果,原因
1,ZY1,3000.00,成功,
2,ZY2,2000.00,失败,账号户名不符
"""
STATEMENT = """账号,999900000001
期初余额,1000.00
流水号,日期,借贷,金额,对方户名,附言,余额
PL1-0001-D,2026-03-02,借,300.00,上海中心,ZY1,700.00
PL2-0007-C,20260303,贷,0.05,合肥中心,,700.05
期末余额,700.05
笔数,2
借方合计,300.00
贷方合计,0.05
"""


def read(text: str) -> BankFile:
    return read_bank_file("x.csv", text.encode())


def with_digest(text: str, encoding: str = "utf-8") -> bytes:
    body = text.encode(encoding)
    return body + f"校验码,{sm3_hex(body)}\n".encode(encoding)


EXPECTED_RESULTS = (
    ResultLine(row=1, remark="ZY1", amount_fen=300_000, accepted=True, text=""),
    ResultLine(row=2, remark="ZY2", amount_fen=200_000, accepted=False, text="账号户名不符"),
)
EXPECTED_ENTRIES = (
    StatementEntry(
        entry_no="PL1-0001-D",
        direction="debit",
        amount_fen=30_000,
        booked_on=date(2026, 3, 2),
        counterparty="上海中心",
        remark="ZY1",
        balance_fen=70_000,
    ),
    StatementEntry(
        entry_no="PL2-0007-C",
        direction="credit",
        amount_fen=5,
        booked_on=date(2026, 3, 3),
        counterparty="合肥中心",
        remark="",
        balance_fen=70_005,
    ),
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("digest", [False, True])
def test_a_good_file_is_read_in_every_clothing(encoding: str, newline: str, digest: bool) -> None:
    for text, kind in ((RESULT, "result"), (STATEMENT, "statement")):
        plain = text.replace("\n", newline)
        data = with_digest(plain, encoding) if digest else plain.encode(encoding)
        if digest and encoding == "utf-8-sig":  # the mark stands once, at the very beginning
            body = plain.encode(encoding)
            data = body + f"校验码,{sm3_hex(body)}\n".encode()
        file = read_bank_file("x.csv", data)
        assert (file.error, file.kind, file.name) == ("", kind, "x.csv")
        assert file.batch_no == ("PL1" if kind == "result" else "")
        assert file.results == (EXPECTED_RESULTS if kind == "result" else ())
        assert file.entries == (EXPECTED_ENTRIES if kind == "statement" else ())
        # The books keep text: what is handed on can always be decoded, and is the original.
        assert file.data.decode("utf-8-sig") == data.decode(encoding)


def test_short_lines_padded_by_a_spreadsheet_are_read() -> None:
    file = read(STATEMENT.replace("期初余额,1000.00", "期初余额,1000.00,,,,,"))
    assert file.entries == EXPECTED_ENTRIES


def test_a_day_without_entries_is_a_statement_too() -> None:
    file = read_bank_file("x.csv", statement_bytes("1", 5, ()))
    assert (file.kind, file.entries, file.error) == ("statement", (), "")


SEEN = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=40)
NUMBER = st.text("ABCxyz0123456789-_", min_size=1, max_size=60)
AMOUNT = st.integers(1, 10**12)


@given(
    st.text("PL0123456789", min_size=1, max_size=40),
    st.lists(st.tuples(SEEN, AMOUNT, st.just("") | SEEN.map(str.strip)), min_size=1, max_size=8),
)
def test_results_travel_whole(batch_no: str, rows: list[tuple[str, int, str]]) -> None:
    answers = [
        Answer(row=row, remark=remark, amount_fen=amount_fen, reason=reason)
        for row, (remark, amount_fen, reason) in enumerate(rows, start=1)
    ]
    file = read_bank_file("x.csv", result_bytes(batch_no, answers))
    assert (file.error, file.kind, file.batch_no) == ("", "result", batch_no)
    assert [(r.row, r.remark, r.amount_fen, r.accepted, r.text) for r in file.results] == [
        (a.row, a.remark, a.amount_fen, not a.reason, a.reason) for a in answers
    ]


@given(
    st.integers(0, 10**12),
    st.lists(
        st.tuples(NUMBER, st.dates(), st.booleans(), AMOUNT, SEEN, SEEN),
        max_size=8,
        unique_by=lambda row: row[0],
    ),
)
def test_statements_travel_whole(
    opening_fen: int, rows: list[tuple[str, date, bool, int, str, str]]
) -> None:
    balance_fen = opening_fen = opening_fen + sum(row[3] for row in rows)
    entries = []
    for entry_no, day, debit, amount_fen, counterparty, remark in rows:
        balance_fen += -amount_fen if debit else amount_fen
        entries.append(
            Entry(
                entry_no=entry_no,
                booked_on=day,
                debit=debit,
                amount_fen=amount_fen,
                counterparty=counterparty,
                remark=remark,
                balance_fen=balance_fen,
            )
        )
    file = read_bank_file("x.csv", statement_bytes("1", opening_fen, entries))
    assert (file.error, file.kind) == ("", "statement")
    assert list(file.entries) == [
        StatementEntry(
            entry_no=e.entry_no,
            direction="debit" if e.debit else "credit",
            amount_fen=e.amount_fen,
            booked_on=e.booked_on,
            counterparty=e.counterparty,
            remark=e.remark,
            balance_fen=e.balance_fen,
        )
        for e in entries
    ]


@pytest.mark.parametrize("text", [RESULT, STATEMENT])
@pytest.mark.parametrize("digest", [False, True])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_truncated_file_is_never_half_read(text: str, digest: bool, encoding: str) -> None:
    data = with_digest(text, encoding) if digest else text.encode(encoding)
    whole = {len(data), len(text.encode(encoding))}  # without its digest line a file is whole
    for end in range(len(data)):
        file = read_bank_file("x.csv", data[:end])
        if end in whole:
            assert not file.error
        else:
            assert file.error, data[:end]
            assert (file.kind, file.results, file.entries) == ("", (), ())


@given(st.data())
def test_any_byte_changed_under_a_digest_is_seen(draw: st.DataObject) -> None:
    data = with_digest(draw.draw(st.sampled_from([RESULT, STATEMENT])))
    at = draw.draw(st.integers(0, data.index("校验码".encode()) - 1))
    changed = data[:at] + bytes([data[at] ^ draw.draw(st.integers(1, 255))]) + data[at + 1 :]
    file = read_bank_file("x.csv", changed)
    assert file.error
    assert (file.results, file.entries) == ((), ())


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: t.encode(errors="replace")))
def test_noise_is_refused_in_words_and_never_a_crash(data: bytes) -> None:
    file = read_bank_file("x.csv", data)
    assert file.error.endswith("。")
    assert (file.kind, file.data) == ("", data)


# What was changed in the good file, and what a person then reads.
DAMAGE: list[tuple[str, str, str, str]] = [
    (RESULT, "笔数,2", "笔数,3", f"第 2 行：笔数写的是 3，文件里有 2 笔。{AGAIN}"),
    (RESULT, "笔数,2", "笔数,两", f"第 2 行：笔数应当是数字，现在是“两”。{AGAIN}"),
    (RESULT, "笔数,2", "笔数,", f"第 2 行：“笔数”后面应当有一个值。{AGAIN}"),
    (RESULT, "笔数,2\n", "", "第 2 行：应当是“笔数”，现在是“合计金额”。请补全“笔数”后重新提供。"),
    (
        RESULT,
        "5000.00",
        "5000.01",
        f"第 3 行：合计金额写的是 5000.01，各笔相加是 5000.00。{AGAIN}",
    ),
    (RESULT, "\n2,ZY2", "\n3,ZY2", f"第 6 行：序号应当是 2，现在是“3”。{AGAIN}"),
    (RESULT, "失败,账号户名不符", "失败,", f"第 6 行：结果是失败，却没有写原因。{AGAIN}"),
    (RESULT, "成功", "处理中", f"第 5 行：结果应当是“成功”或“失败”，现在是“处理中”。{AGAIN}"),
    (RESULT, ",成功,", ",成功", f"第 5 行：应有 5 列，现有 4 列。{AGAIN}"),
    (RESULT, "成功,", "成功,,备注", f"第 5 行：应有 5 列，现有 6 列。{AGAIN}"),
    (
        RESULT,
        "原因\n",
        "原因,手续费\n",
        "第 4 行：有不认识的列：手续费。列应当依次是：序号、附言、金额、结果、原因。",
    ),
    (
        RESULT,
        "结果,原因\n",
        "结果\n",
        "第 4 行：缺少列：原因。列应当依次是：序号、附言、金额、结果、原因。",
    ),
    (
        RESULT,
        "附言,金额",
        "金额,附言",
        "第 4 行：列的顺序不对或有重复的列。列应当依次是：序号、附言、金额、结果、原因。",
    ),
    (
        RESULT,
        "3000.00",
        "-3000.00",
        "第 5 行：金额不能是负数：-3000.00。"
        "请填写不带逗号和单位的数字，最多两位小数，例如 3214.56。",
    ),
    (
        RESULT,
        "3000.00",
        "100000000000000.00",
        "第 5 行：金额太大，超过了标准允许的 14 位整数。"
        "请填写不带逗号和单位的数字，最多两位小数，例如 3214.56。",
    ),
    (
        RESULT,
        "3000.00",
        "3E3",
        "第 5 行：看不懂这个金额：3E3。请填写不带逗号和单位的数字，最多两位小数，例如 3214.56。",
    ),
    (RESULT, "3000.00", "0.00", f"第 5 行：金额是 0。{AGAIN}"),
    (RESULT, "ZY1", "附" * 201, f"第 5 行：附言超过 200 个字。{AGAIN}"),
    (RESULT, "批次号,PL1", "批次号,P" + "L" * 40, f"第 1 行：批次号超过 40 个字。{AGAIN}"),
    (RESULT, "ZY1", '"ZY1', f"第 6 行：引号或分隔符不完整。{AGAIN}"),
    (RESULT, "ZY1", '"Z\nY1"', f"第 6 行：有控制字符或换行。{AGAIN}"),
    (RESULT, "ZY1", "Z\tY1", f"第 5 行：有控制字符或换行。{AGAIN}"),
    (RESULT, "\n1,", "\n\n1,", "第 5 行：是空行。请删除空行或重新提供原始文件。"),
    (RESULT, RESULT, "批次号,PL1\n", f"回盘文件不完整，缺少表头。{AGAIN}"),
    (RESULT, RESULT, "", f"文件是空的。{AGAIN}"),
    (RESULT, RESULT, with_digest("").decode(), f"文件里没有内容。{AGAIN}"),
    (
        RESULT,
        "批次号",
        "Batch",
        "第 1 行：应当是“批次号”（回盘）或“账号”（对账单），现在是“Batch”。"
        "请确认放入的是银行的回盘文件或对账单。",
    ),
    (RESULT, "不符\n", "不符", f"第 6 行：文件在一行的中间断了，没有传完。{AGAIN}"),
    (
        RESULT,
        "不符\n",
        "不符\n校验码,0123\n",
        f"第 7 行：校验码与内容不符，文件被改动或没有传完。{AGAIN}",
    ),
    (
        STATEMENT,
        "300.00,上海中心,ZY1,700.00",
        "300.00,上海中心,ZY1,700.01",
        f"第 4 行：余额写的是 700.01，按明细计算是 700.00。{AGAIN}",
    ),
    (
        STATEMENT,
        "期末余额,700.05",
        "期末余额,700.06",
        f"第 6 行：期末余额写的是 700.06，按明细计算是 700.05。{AGAIN}",
    ),
    (STATEMENT, "笔数,2", "笔数,1", f"第 7 行：笔数写的是 1，文件里有 2 笔。{AGAIN}"),
    (
        STATEMENT,
        "借方合计,300.00",
        "借方合计,300.01",
        f"第 8 行：借方合计写的是 300.01，按明细计算是 300.00。{AGAIN}",
    ),
    (
        STATEMENT,
        "贷方合计,0.05",
        "贷方合计,0.00",
        f"第 9 行：贷方合计写的是 0.00，按明细计算是 0.05。{AGAIN}",
    ),
    (STATEMENT, "PL2-0007-C", "PL1-0001-D", f"第 5 行：流水号 PL1-0001-D 与第 4 行重复。{AGAIN}"),
    (
        STATEMENT,
        "PL1-0001-D",
        "PL1 0001",
        f"第 4 行：流水号应有 1 到 60 个字，不能有空格和冒号。{AGAIN}",
    ),
    (
        STATEMENT,
        "PL1-0001-D",
        "9" * 61,
        f"第 4 行：流水号应有 1 到 60 个字，不能有空格和冒号。{AGAIN}",
    ),
    (STATEMENT, ",借,", ",付,", f"第 4 行：借贷应当是“借”或“贷”，现在是“付”。{AGAIN}"),
    (
        STATEMENT,
        "2026-03-02",
        "2026-02-29",
        "第 4 行：没有这一天：“2026-02-29”。日期应写成 2026-03-02 的样子。",
    ),
    (
        STATEMENT,
        "2026-03-02",
        "2026-0302",
        "第 4 行：没有这一天：“2026-0302”。日期应写成 2026-03-02 的样子。",
    ),
    (STATEMENT, "上海中心", "沪" * 101, f"第 4 行：对方户名超过 100 个字。{AGAIN}"),
    (
        STATEMENT,
        "贷方合计,0.05\n",
        "",
        "第 5 行：应当是“期末余额”，现在是“PL2-0007-C”。请补全“期末余额”后重新提供。",
    ),
    (
        STATEMENT,
        STATEMENT,
        "账号,1\n期初余额,0.00\n",
        f"对账单不完整，缺少表头或结尾的期末余额、笔数和合计。{AGAIN}",
    ),
    # An account below zero: the balance after the first entry cannot be what is written.
    (
        STATEMENT,
        "期初余额,1000.00",
        "期初余额,0.00",
        f"第 4 行：余额写的是 700.00，按明细计算是 -300.00。{AGAIN}",
    ),
    (
        STATEMENT,
        ",700.00\n",
        ",7OO.00\n",
        "第 4 行：余额：看不懂这个金额：7OO.00。"
        "请填写不带逗号和单位的数字，最多两位小数，例如 3214.56。",
    ),
]


@pytest.mark.parametrize(
    ("good", "old", "new", "words"), DAMAGE, ids=[str(place) for place in range(len(DAMAGE))]
)
def test_each_damage_is_named(good: str, old: str, new: str, words: str) -> None:
    assert not read(good).error
    assert old in good
    file = read(good.replace(old, new, 1))
    assert file.error == words
    assert (file.kind, file.batch_no, file.results, file.entries) == ("", "", (), ())


def test_utf_16_and_other_encodings_are_named() -> None:
    words = (
        "文字编码既不是 UTF-8 也不是 GB18030。"
        "请用“CSV UTF-8”格式另存，或向银行索取 UTF-8 或 GB18030 的文件。"
    )
    assert read_bank_file("x.csv", RESULT.encode("utf-16-le")).error == words
    assert read_bank_file("x.csv", RESULT.encode("utf-16")).error == words
    assert read_bank_file("x.csv", b"\xff" * 10 + b"\n").error == words


def test_a_broken_byte_in_a_utf_8_file_is_named_with_its_line() -> None:
    data = RESULT.encode("utf-8-sig").replace("失败".encode(), "失败".encode()[:-1])
    assert read_bank_file("x.csv", data).error == (
        f"第 6 行：有损坏的字节，文件没有传完或被改动。{AGAIN}"
    )


def test_the_largest_balance_is_read() -> None:
    file = read_bank_file("x.csv", statement_bytes("1", MAX_FEN, ()))
    assert not file.error


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / AREA / "in"
    path.mkdir(parents=True)
    return path


def put(path: Path, text: str, *, seconds_ago: float = 60) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - seconds_ago,) * 2)


def test_files_come_in_order_of_name_and_are_put_away(tmp_path: Path, folder: Path) -> None:
    put(folder / "b.csv", RESULT)
    put(folder / "a.CSV", STATEMENT)
    put(folder / "c.csv", "什么也不是\n")
    put(folder / ".half.csv", RESULT)
    put(folder / "liesmich.txt", RESULT)
    bank = FolderBank(tmp_path)
    files = list(bank.incoming(AREA))
    assert [(file.name, file.kind, bool(file.error)) for file in files] == [
        ("a.CSV", "statement", False),
        ("b.csv", "result", False),
        ("c.csv", "", True),
    ]
    for file in files:
        bank.done(AREA, file.name, refused=file.error)
    assert list(bank.incoming(AREA)) == []
    assert sorted(path.name for path in (tmp_path / AREA / "done").iterdir()) == ["a.CSV", "b.csv"]
    reason = tmp_path / AREA / "refused" / "c.csv.txt"
    assert reason.read_text(encoding="utf-8") == (
        "第 1 行：应当是“批次号”（回盘）或“账号”（对账单），现在是“什么也不是”。"
        "请确认放入的是银行的回盘文件或对账单。\n"
    )
    assert (tmp_path / AREA / "refused" / "c.csv").read_text(encoding="utf-8") == "什么也不是\n"


def test_nothing_has_come_where_there_is_no_folder_yet(tmp_path: Path) -> None:
    assert list(FolderBank(tmp_path / "none").incoming(AREA)) == []


def test_a_damaged_file_that_is_still_being_copied_is_left_for_later(
    tmp_path: Path, folder: Path
) -> None:
    put(folder / "half.csv", RESULT[:-20], seconds_ago=0)
    put(folder / "whole.csv", RESULT, seconds_ago=0)
    assert [file.name for file in FolderBank(tmp_path, settle_seconds=30).incoming(AREA)] == [
        "whole.csv"
    ]
    put(folder / "half.csv", RESULT, seconds_ago=0)  # the copy is complete
    files = list(FolderBank(tmp_path, settle_seconds=30).incoming(AREA))
    assert [(file.name, file.error) for file in files] == [("half.csv", ""), ("whole.csv", "")]


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path, folder: Path) -> None:
    with (folder / "huge.csv").open("wb") as file:
        file.truncate(drop_folder.LARGEST_BYTES + 1)
    (found,) = FolderBank(tmp_path).incoming(AREA)
    assert (found.data, found.error) == (b"", "文件超过 64 MB，没有读取。请拆分后重新提供。")


def test_a_name_that_the_books_cannot_keep_is_refused(tmp_path: Path, folder: Path) -> None:
    words = "文件名里有无法显示的字符或太长。请改成简短的文件名后重新放入。"
    garbled = os.fsdecode("对账单.csv".encode("gb18030"))
    for name in (garbled, "x" * 201 + ".csv", "a\nb.csv"):
        put(folder / name, RESULT)
    bank = FolderBank(tmp_path)
    files = list(bank.incoming(AREA))
    assert [file.error for file in files] == [words] * 3
    for file in files:
        bank.done(AREA, file.name, refused=file.error)
    assert list(folder.iterdir()) == []
    assert len(list((tmp_path / AREA / "refused").iterdir())) == 6
