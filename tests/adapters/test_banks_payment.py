"""The payment batch: exact, the same twice, harmless in a spreadsheet, and whole on the disk."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.adapters.banks.folder import FolderBank
from jiexu.adapters.banks.payment_csv import payment_bytes
from jiexu.core.base.errors import BadInput, Conflict
from jiexu.core.base.money import MAX_FEN
from jiexu.core.exchange.sm3 import sm3_plain
from jiexu.simulation.bank_files import RefusedFile, read_payment
from jiexu.work.ports import PaymentLine

AREA = "340100"


def line(**changes: object) -> PaymentLine:
    values: dict[str, object] = {
        "row": 1,
        "amount_fen": 300_000,
        "payee_name": "上海市医疗保险事业管理中心",
        "payee_bank": "演示银行",
        "payee_account": "999900000001",
        "remark": "ZY310000260302000000018",
    }
    return PaymentLine(**{**values, **changes})  # type: ignore[arg-type]


# What may stand in a cell: anything seen, not beginning like a formula, quotes and commas included.
SEEN = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"])
CELL = st.text(SEEN | st.sampled_from("\",;' "), min_size=1, max_size=40).filter(
    lambda text: text.strip() and not text.startswith(tuple("=+-@＝＋－＠"))
)
LINES = st.lists(
    st.tuples(st.integers(1, 10**12), CELL, st.just("") | CELL, CELL, CELL), min_size=1, max_size=8
).map(
    lambda rows: tuple(
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
)


@given(CELL, CELL, LINES)
def test_the_bank_reads_what_was_written(
    batch_no: str, payer: str, lines: tuple[PaymentLine, ...]
) -> None:
    data = payment_bytes(batch_no, payer, lines)
    file = read_payment(data)
    assert (file.batch_no, file.payer_account) == (batch_no, payer)
    fields = PaymentLine.__struct_fields__
    assert [[getattr(row, name) for name in fields] for row in file.instructions] == [
        [getattr(row, name) for name in fields] for row in lines
    ]
    assert payment_bytes(batch_no, payer, lines) == data


def test_the_file_looks_as_the_bank_expects() -> None:
    lines = (line(), line(row=2, amount_fen=5, payee_name='甲,"乙"中心', payee_bank=""))
    data = payment_bytes("PL340100260302ABCDEF12", "999900000002", lines)
    body, digest = data[: -len("校验码,\r\n".encode()) - 64], data[-66:-2].decode()
    assert body.decode("utf-8") == (
        "\ufeff批次号,PL340100260302ABCDEF12\r\n"
        "付款账号,999900000002\r\n"
        "笔数,2\r\n"
        "合计金额,3000.05\r\n"
        "序号,收款人名称,收款人开户行,收款人账号,金额,附言\r\n"
        "1,上海市医疗保险事业管理中心,演示银行,999900000001,3000.00,ZY310000260302000000018\r\n"
        '2,"甲,""乙""中心",,999900000001,0.05,ZY310000260302000000018\r\n'
    )
    assert digest == sm3_plain(body).hex()  # the digest written out in plain Python agrees


@given(LINES, st.data())
def test_the_bank_refuses_a_file_with_any_byte_changed_or_cut(
    lines: tuple[PaymentLine, ...], draw: st.DataObject
) -> None:
    data = payment_bytes("PL1", "1", lines)
    at = draw.draw(st.integers(0, len(data) - 1))
    flipped = data[:at] + bytes([data[at] ^ draw.draw(st.integers(1, 255))]) + data[at + 1 :]
    for damaged in (flipped, data[:at]):
        with pytest.raises(RefusedFile):
            read_payment(damaged)


@pytest.mark.parametrize("first", list("=+-@＝＋－＠"))
@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("payee_name", "收款人名称"),
        ("payee_bank", "收款人开户行"),
        ("payee_account", "收款人账号"),
        ("remark", "附言"),
    ],
)
def test_a_formula_is_refused_never_altered(first: str, field: str, name: str) -> None:
    with pytest.raises(BadInput) as refused:
        payment_bytes("PL1", "1", (line(), line(row=2, **{field: first + "1+cmd|' /C calc'!A0"})))
    assert str(refused.value) == (
        f"第 2 笔的{name}以“{first}”开头，表格软件会把它当作公式。请更正{name}后重新制单。"
    )
    assert refused.value.code == "UNSAFE_CELL"


@pytest.mark.parametrize("hidden", ["\n", "\r", "\t", "\0", "\u202e", "\u200b", "\u2028", "\ud800"])
def test_hidden_characters_are_refused(hidden: str) -> None:
    with pytest.raises(BadInput, match=r"^第 1 笔的收款人名称里有看不见的字符。请重新录入"):
        payment_bytes("PL1", "1", (line(payee_name=f"甲{hidden}乙"),))


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ((), "付款批次没有明细，或明细没有从 1 起连续编号。请重新制单。"),
        (
            (line(row=2),),
            "付款批次没有明细，或明细没有从 1 起连续编号。请重新制单。",
        ),
        (
            (line(), line()),
            "付款批次没有明细，或明细没有从 1 起连续编号。请重新制单。",
        ),
        (
            (line(amount_fen=0),),
            "第 1 笔的金额不能付款：0.00。请核对信息表的金额后重新制单。",
        ),
        (
            (line(amount_fen=-1),),
            "第 1 笔的金额不能付款：-0.01。请核对信息表的金额后重新制单。",
        ),
        (
            (line(amount_fen=MAX_FEN + 1),),
            "第 1 笔的金额不能付款：100000000000000.00。请核对信息表的金额后重新制单。",
        ),
        (
            (line(amount_fen=MAX_FEN), line(row=2, amount_fen=1)),
            "付款批次的合计金额太大。请分成几批制单。",
        ),
        (
            (line(payee_account=" "),),
            "第 1 笔的收款人账号是空的，不能付款。请补全收款人账号后重新制单。",
        ),
    ],
)
def test_what_cannot_be_paid_is_refused_in_words(
    lines: tuple[PaymentLine, ...], words: str
) -> None:
    with pytest.raises(BadInput) as refused:
        payment_bytes("PL1", "1", lines)
    assert str(refused.value) == words


def test_a_batch_without_payer_is_refused() -> None:
    with pytest.raises(BadInput, match=r"^付款账号是空的，不能付款。请补全付款账号后重新制单。$"):
        payment_bytes("PL1", "", (line(),))


def test_the_largest_payment_is_written_to_the_fen() -> None:
    (row,) = read_payment(payment_bytes("PL1", "1", (line(amount_fen=MAX_FEN),))).instructions
    assert row.amount_fen == MAX_FEN


def test_written_twice_is_one_untouched_file(tmp_path: Path) -> None:
    bank = FolderBank(tmp_path / "bank")
    path = bank.write_batch(AREA, "PL1", "1", (line(),))
    assert path == tmp_path / "bank" / AREA / "out" / "PL1.csv"
    before = path.stat()
    assert bank.write_batch(AREA, "PL1", "1", (line(),)) == path
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert [entry.name for entry in path.parent.iterdir()] == ["PL1.csv"]


def test_a_batch_is_never_overwritten_with_another(tmp_path: Path) -> None:
    bank = FolderBank(tmp_path)
    path = bank.write_batch(AREA, "PL1", "1", (line(),))
    before = path.read_bytes()
    with pytest.raises(Conflict) as refused:
        bank.write_batch(AREA, "PL1", "1", (line(amount_fen=1),))
    assert refused.value.code == "FILE_DIFFERS"
    assert str(refused.value) == (
        "文件 PL1.csv 已经存在，而且内容不同；原文件没有改动。"
        "请核对编号是否重复使用，处理好原文件后再试。"
    )
    assert path.read_bytes() == before


@pytest.mark.parametrize("batch_no", ["../../PL1", "/PL1", "..", "a/b", "a\\b", "PL:1", "批1"])
def test_a_batch_number_never_leads_out_of_the_folder(tmp_path: Path, batch_no: str) -> None:
    path = FolderBank(tmp_path).write_batch(AREA, batch_no, "1", (line(),))
    assert path.resolve().parent == (tmp_path / AREA / "out").resolve()
    assert not path.name.startswith(".")
    assert path.name.isascii()
    first = next(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert first == ["批次号", batch_no]


def test_an_area_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    bank = FolderBank(tmp_path / "bank")
    with pytest.raises(BadInput, match="机构代码不是 6 位区划代码"):
        bank.write_batch("../x", "PL1", "1", (line(),))
    with pytest.raises(BadInput, match="机构代码不是 6 位区划代码"):
        list(bank.incoming("../x"))
    with pytest.raises(BadInput, match="文件名不能带目录"):
        bank.done(AREA, "../../x.csv")
    assert list(tmp_path.iterdir()) == []
