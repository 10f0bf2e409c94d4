"""CSV files of banks as text: encoding, closing digest, cells that are safe in a spreadsheet.

What we write: UTF-8 with a byte order mark (a spreadsheet then shows Chinese rightly), commas,
CR LF, and a last line `校验码` with the SM3 digest of every byte before it. What we read: the same,
or GB18030, with or without the digest; a digest that is there must be right.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from jiexu.core.base.errors import BadInput, JiexuError
from jiexu.core.base.money import Fen, fen_from_yuan
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.work.ports import Problem

DIGEST_LABEL = "校验码"
AGAIN = "请向银行重新索取完整的原始文件后放入收件目录。"

_BOM = b"\xef\xbb\xbf"
# A spreadsheet takes a cell that begins so for a formula, whatever quotes stand around it.
_FORMULA = tuple("=+-@＝＋－＠")
_BREAKS = frozenset({"Cc", "Cs", "Zl", "Zp"})
_HIDDEN = _BREAKS | {"Cf"}

Row = tuple[int, list[str]]
"""Line number in the file, from 1, and its cells."""

T = TypeVar("T")


class UnreadableFile(JiexuError):
    """A file of the bank that is not taken in: what, in which line, and what to do.

    `problems` names every row to blame, as far as rows are.
    """

    code = "BANK_FILE"
    problems: tuple[Problem, ...] = ()


MOST_PROBLEMS = 50
"""So many bad rows are named; a file with more is another file than it seems."""


def unreadable(message: str, *, line: int = 0, remedy: str = AGAIN) -> UnreadableFile:
    """A refusal of the whole file; `line` 0 where no single line is to blame."""
    error = UnreadableFile(f"第 {line} 行：{message}" if line else message, remedy)
    if line:
        error.problems = (Problem(line=line, text=message, remedy=remedy),)
    return error


def each(rows: Sequence[Row], read: Callable[[Row, int], T]) -> list[T]:
    """What `read(row, place)` makes of every row, `place` from 1.

    A bad row does not hide the next: raises one `UnreadableFile` that names them all.
    """
    made: list[T] = []
    bad: list[UnreadableFile] = []
    for place, row in enumerate(rows, start=1):
        try:
            made.append(read(row, place))
        except UnreadableFile as error:
            bad.append(error)
    if not bad:
        return made
    first = bad[0]
    if len(bad) > 1:
        others = f"另有 {len(bad) - 1} 行有问题。"
        first = UnreadableFile(f"{first.message}{others}", first.remedy)
    first.problems = tuple(one for error in bad for one in error.problems)[:MOST_PROBLEMS]
    raise first


def safe_cell(text: str, *, name: str, row: int) -> str:
    """`text`, if it can stand in a cell as it is. It is never altered: a changed name or remark
    would make the payment fail.

    Raises `BadInput` for what a spreadsheet would run as a formula and for hidden characters.
    """
    if text.startswith(_FORMULA):
        raise BadInput(
            f"第 {row} 笔的{name}以“{text[0]}”开头，表格软件会把它当作公式。",
            f"请更正{name}后重新制单。",
            path=f"lines.{row}",
            code="UNSAFE_CELL",
        )
    if any(unicodedata.category(char) in _HIDDEN for char in text):
        raise BadInput(
            f"第 {row} 笔的{name}里有看不见的字符。",
            f"请重新录入{name}后重新制单。",
            path=f"lines.{row}",
            code="UNSAFE_CELL",
        )
    return text


def write_rows(rows: Iterable[Sequence[str]]) -> bytes:
    """The bytes of a file with these rows and its closing digest; same rows, same bytes."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    body = _BOM + text.getvalue().encode()
    return body + f"{DIGEST_LABEL},{sm3_hex(body)}\r\n".encode()


def read_rows(data: bytes) -> list[Row]:
    """The rows of a file, checked for encoding, wholeness and digest; the digest line is not one.

    Raises `UnreadableFile`.
    """
    if not data.strip():
        raise unreadable("文件是空的。")
    text, encoding = decode(data)
    if not text.endswith("\n"):
        raise unreadable("文件在一行的中间断了，没有传完。", line=text.count("\n") + 1)
    rows = _parse(text)
    line, last = rows[-1]
    if last[0].strip() == DIGEST_LABEL:
        _check_digest(data, last, line, encoding)
        rows.pop()
    if not rows:
        raise unreadable("文件里没有内容。")
    return rows


def decode(data: bytes) -> tuple[str, str]:
    """Text and encoding: UTF-8 if it can be, else GB18030. Raises `UnreadableFile`."""
    try:
        text, encoding = data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError as error:
        if data.startswith(_BOM) or error.reason == "unexpected end of data":
            line = data[: error.start].count(b"\n") + 1
            raise unreadable("有损坏的字节，文件没有传完或被改动。", line=line) from error
        try:
            text, encoding = data.decode("gb18030"), "gb18030"
        except UnicodeDecodeError as other:
            raise _wrong_encoding() from other
    if "\0" in text:
        raise _wrong_encoding()
    return text, encoding


def labelled(row: Row, label: str) -> str:
    """The value of a line `label,value`. Raises `UnreadableFile` if the line is another one."""
    line, cells = row
    filled = without_empty_tail(cells)
    if not filled or filled[0].strip() != label:
        said = filled[0].strip()[:20] if filled else ""
        raise unreadable(
            f"应当是“{label}”，现在是“{said}”。", line=line, remedy=f"请补全“{label}”后重新提供。"
        )
    if len(filled) != 2 or not filled[1].strip():
        raise unreadable(f"“{label}”后面应当有一个值。", line=line)
    return filled[1].strip()


def check_header(row: Row, columns: Sequence[str]) -> None:
    """Raises `UnreadableFile` naming the columns that are unknown, missing or out of order."""
    line, cells = row
    said = [cell.strip() for cell in cells]
    if said == list(columns):
        return
    unknown = [cell[:20] or "（空）" for cell in said if cell not in columns]
    missing = [column for column in columns if column not in said]
    if unknown:
        what = f"有不认识的列：{'、'.join(unknown)}。"
    elif missing:
        what = f"缺少列：{'、'.join(missing)}。"
    else:
        what = "列的顺序不对或有重复的列。"
    raise unreadable(what, line=line, remedy=f"列应当依次是：{'、'.join(columns)}。")


def cells_of(row: Row, columns: Sequence[str]) -> list[str]:
    """The cells of a table row, as many as there are columns. Raises `UnreadableFile`."""
    line, cells = row
    if len(cells) != len(columns):
        raise unreadable(f"应有 {len(columns)} 列，现有 {len(cells)} 列。", line=line)
    return cells


def money(text: str, *, name: str, line: int, may_be_zero: bool = False) -> Fen:
    """An amount in yuan as fen. Raises `UnreadableFile`."""
    try:
        amount_fen = fen_from_yuan(text)
    except BadInput as error:
        said = error.message if name == "金额" else f"{name}：{error.message}"
        raise unreadable(said, line=line, remedy=error.remedy) from error
    if amount_fen == 0 and not may_be_zero:
        raise unreadable(f"{name}是 0。", line=line)
    return amount_fen


def count(text: str, *, name: str, line: int) -> int:
    """A whole number of rows. Raises `UnreadableFile`."""
    if re.fullmatch(r"[0-9]{1,7}", text, re.ASCII) is None:
        raise unreadable(f"{name}应当是数字，现在是“{text[:20]}”。", line=line)
    return int(text)


def short(text: str, longest: int, *, name: str, line: int) -> str:
    """`text`, if it is not longer than the books can keep it. Raises `UnreadableFile`."""
    if len(text) > longest:
        raise unreadable(f"{name}超过 {longest} 个字。", line=line)
    return text


def _parse(text: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    try:
        for cells in reader:
            rows.append(checked((reader.line_num, cells)))
    except csv.Error as error:
        raise unreadable("引号或分隔符不完整。", line=reader.line_num) from error
    return rows


def checked(row: Row) -> Row:
    """The row, if anything stands in it and nothing hidden. Raises `UnreadableFile`."""
    line, cells = row
    if not without_empty_tail(cells):
        raise unreadable("是空行。", line=line, remedy="请删除空行或重新提供原始文件。")
    if any(unicodedata.category(char) in _BREAKS for cell in cells for char in cell):
        raise unreadable("有控制字符或换行。", line=line)
    return row


def without_empty_tail(cells: list[str]) -> list[str]:
    """A spreadsheet pads short lines with empty cells when it saves."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _check_digest(data: bytes, last: list[str], line: int, encoding: str) -> None:
    start = data.rindex(DIGEST_LABEL.encode(encoding))
    start = data.rfind(b"\n", 0, start) + 1
    if without_empty_tail(last)[1:] != [sm3_hex(data[:start])]:
        raise unreadable("校验码与内容不符，文件被改动或没有传完。", line=line)


def _wrong_encoding() -> UnreadableFile:
    return unreadable(
        "文字编码既不是 UTF-8 也不是 GB18030。",
        remedy="请用“CSV UTF-8”格式另存，或向银行索取 UTF-8 或 GB18030 的文件。",
    )
