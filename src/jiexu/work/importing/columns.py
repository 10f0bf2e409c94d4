"""The kinds of files and their columns, by Chinese title or by field name.

A file is recognised by its header: it is of the kind whose required columns it has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from jiexu.core.base.codes.as_typed import half_width, without_blanks
from jiexu.core.base.errors import BadInput


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column: its field name, its title on reports, and what else it may be called."""

    field: str
    title: str
    also: tuple[str, ...] = ()
    required: bool = True


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of file. `name` is what `import_rows` is asked for; `title` what people read."""

    name: str
    title: str
    columns: tuple[Column, ...]

    def required(self) -> frozenset[str]:
        """The fields without which a file is not of this kind."""
        return frozenset(column.field for column in self.columns if column.required)

    def title_of(self, field: str) -> str:
        """The title of a column on reports; empty for the row as a whole."""
        return next((column.title for column in self.columns if column.field == field), "")


_CERTNO = Column(field="certno", title="证件号码", also=("身份证号", "身份证号码", "证件号"))
_INSUTYPE = Column(field="insutype", title="险种", also=("险种类型",))

PERSONS: Final = Kind(
    name="persons",
    title="人员",
    columns=(
        Column(field="psn_name", title="姓名", also=("人员姓名",)),
        Column(field="psn_cert_type", title="证件类型", also=("人员证件类型",)),
        _CERTNO,
        Column(field="gend", title="性别", required=False),
        Column(field="brdy", title="出生日期", required=False),
        Column(field="phone", title="手机号", also=("手机号码", "联系电话", "tel"), required=False),
        Column(field="psn_no", title="人员编号", also=("个人编号",), required=False),
    ),
)
RELATIONS: Final = Kind(
    name="relations",
    title="参保关系",
    columns=(
        _CERTNO,
        _INSUTYPE,
        Column(field="plan", title="参保类型"),
        Column(field="status", title="状态", also=("参保状态",)),
        Column(field="valid_from", title="起始日期", also=("开始日期",)),
        Column(field="valid_to", title="终止日期", also=("结束日期",), required=False),
        Column(field="emp_name", title="单位名称", also=("参保单位",), required=False),
        Column(field="cover_year", title="参保年度", also=("缴费年度",), required=False),
        Column(field="retired", title="是否退休", also=("退休",), required=False),
        Column(
            field="emp_uscc",
            title="单位统一社会信用代码",
            also=("统一社会信用代码", "信用代码"),
            required=False,
        ),
    ),
)
CONTRIBUTIONS: Final = Kind(
    name="contributions",
    title="缴费年月",
    columns=(
        _CERTNO,
        _INSUTYPE,
        Column(field="kind", title="类型", also=("缴费类型",)),
        Column(field="begn_ym", title="起始年月", also=("开始年月",)),
        Column(field="end_ym", title="终止年月", also=("结束年月",)),
        Column(field="paid_area", title="缴费地", also=("缴费地区划", "参保地")),
    ),
)
BALANCES: Final = Kind(
    name="balances",
    title="个人账户余额",
    columns=(_CERTNO, Column(field="balance", title="个人账户余额", also=("账户余额",))),
)
CREDITS: Final = Kind(
    name="credits",
    title="个人账户补记",
    columns=(
        _CERTNO,
        Column(field="voucher_no", title="入账凭证号"),
        Column(field="credit_amount", title="入账金额"),
        Column(field="credit_why", title="入账来由"),
    ),
)
CLAIMS: Final = Kind(
    name="claims",
    title="未结清待遇",
    columns=(
        _CERTNO,
        Column(field="claim_no", title="待遇单号"),
        Column(field="claim_kind", title="待遇种类"),
        Column(field="claim_amount", title="待遇金额", required=False),
        Column(field="due_on", title="最迟办理日期", required=False),
        Column(field="settled_on", title="结清日期", required=False),
    ),
)

EMPLOYERS: Final = Kind(
    name="employers",
    title="用人单位",
    columns=(
        Column(field="uscc", title="统一社会信用代码", also=("信用代码", "单位统一社会信用代码")),
        Column(field="emp_name", title="单位名称", also=("单位全称",)),
        Column(field="emp_status", title="登记状态", also=("单位状态", "经营状态")),
        Column(field="closed_on", title="注销吊销日期", required=False),
        Column(field="arrears_since", title="欠费起始年月", also=("欠费起",), required=False),
    ),
)

KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (PERSONS, RELATIONS, CONTRIBUTIONS, BALANCES, CREDITS, CLAIMS, EMPLOYERS)
}

_IN_BRACKETS = re.compile(r"\([^()]*\)")


def spelled(title: str) -> str:
    """A header cell in the form titles are compared by: no blanks, brackets or required mark."""
    plain = without_blanks(half_width(title)).strip("\ufeff*\t\r\n")
    return _IN_BRACKETS.sub("", plain).lower()


def fields_of(kind: Kind, titles: Sequence[str]) -> list[str | None]:
    """The field of each title; `None` for a column this kind has no use for."""
    known = {
        spelled(name): column.field
        for column in kind.columns
        for name in (column.field, column.title, *column.also)
    }
    return [known.get(spelled(title)) for title in titles]


def recognise(titles: Sequence[str]) -> tuple[Kind, list[str | None]]:
    """The kind of a file by its header, and the field of each column.

    Raises `BadInput` UNKNOWN_HEADER (with the columns that are missing), AMBIGUOUS_HEADER or
    DOUBLE_COLUMN.
    """
    by_kind = {name: fields_of(kind, titles) for name, kind in KINDS.items()}
    fitting = [kind for name, kind in KINDS.items() if kind.required() <= set(by_kind[name])]
    if not fitting:
        raise _unknown(by_kind)
    if len(fitting) > 1:
        raise BadInput(
            f"这个文件同时像{'和'.join(f'“{kind.title}”' for kind in fitting)}，分不清是哪一种。",
            "请按种类分成几个文件，每个文件只放一种内容的栏。",
            code="AMBIGUOUS_HEADER",
        )
    kind = fitting[0]
    fields = by_kind[kind.name]
    double = sorted({f for f in fields if f is not None and fields.count(f) > 1})
    if double:
        raise BadInput(
            f"表头里有重复的栏：{'、'.join(kind.title_of(field) for field in double)}。",
            "请删去多余的一栏，再导入。",
            code="DOUBLE_COLUMN",
        )
    return kind, fields


def _unknown(by_kind: Mapping[str, Sequence[str | None]]) -> BadInput:
    def here(kind: Kind) -> int:
        return len(kind.required() & set(by_kind[kind.name]))

    nearest = max(KINDS.values(), key=lambda kind: (here(kind), here(kind) / len(kind.required())))
    if not here(nearest):
        message = "认不出这个文件：第一行没有任何认识的栏名。"
        remedy = (
            "第一行应是栏名，例如人员文件的“姓名,证件类型,证件号码”。"
            "格式见 docs/operations/import.md。"
        )
    else:
        missing = nearest.required() - set(by_kind[nearest.name])
        names = [column.title for column in nearest.columns if column.field in missing]
        message = f"认不出这个文件：最像“{nearest.title}”，但缺少栏：{'、'.join(names)}。"
        remedy = "请补上缺少的栏，再导入。格式见 docs/operations/import.md。"
    return BadInput(message, remedy, code="UNKNOWN_HEADER")
