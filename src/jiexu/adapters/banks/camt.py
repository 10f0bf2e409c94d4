"""camt.053 (statement) and camt.054 (notification): the bank's own entries, as ISO 20022 says them.

Every sum is added up again: opening + entries = closing, TxsSummry, and the parts of an entry that
books several payments at once. AcctSvcrRef is the number of an entry and stands once. A reversal
(RvslInd) says in CdtDbtInd which way the money went; what it reverses went the other way.
Versions 02 to 13 are read; they differ, for us, in how Sts and names are wrapped.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from jiexu.adapters.banks.csv_text import short, unreadable
from jiexu.adapters.banks.iso_amounts import cny, count, day, flag, plain, sign
from jiexu.adapters.banks.statement_csv import entry_number
from jiexu.adapters.banks.xml_tree import Element
from jiexu.core.base.money import Fen, yuan_from_fen
from jiexu.work.ports import BankFile, StatementEntry

_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_NO_REFERENCE = {"", "NOTPROVIDED"}


def read_statement(root: Element, name: str, data: bytes) -> BankFile:
    """camt.053. Raises `UnreadableFile`."""
    statement = _only(root.one("BkToCstmrStmt"), "Stmt", "对账单")
    account = _account(statement)
    opening_fen = _balance(statement, _OPENING, "期初余额")
    closing_fen = _balance(statement, _CLOSING, "期末余额")
    balance_fen = opening_fen
    entries = []
    for entry in _entries(statement):
        balance_fen += entry.amount_fen if entry.direction == "credit" else -entry.amount_fen
        entries.append(msgspec.structs.replace(entry, balance_fen=balance_fen))
    if balance_fen != closing_fen:
        raise unreadable(
            f"期末余额写的是 {yuan_from_fen(closing_fen)}，"
            f"按明细计算是 {yuan_from_fen(balance_fen)}。",
            line=statement.line,
        )
    return BankFile(
        name=name,
        data=data,
        kind="statement",
        account=account,
        entries=tuple(entries),
        opening_fen=opening_fen,
        closing_fen=closing_fen,
    )


def read_notification(root: Element, name: str, data: bytes) -> BankFile:
    """camt.054: the same entries without balances. Raises `UnreadableFile`."""
    notice = _only(root.one("BkToCstmrDbtCdtNtfctn"), "Ntfctn", "到账通知")
    entries = tuple(_entries(notice))
    if not entries:
        raise unreadable("通知里没有明细。", line=notice.line)
    account = _account(notice)
    return BankFile(name=name, data=data, kind="notification", account=account, entries=entries)


def _only(message: Element, tag: str, name: str) -> Element:
    message.one("GrpHdr/MsgId")
    found = message.all(tag)
    if len(found) != 1:
        raise unreadable(
            f"一个文件里应有一份{name}，现有 {len(found)} 份。",
            line=message.line,
            remedy="请银行按账户分成几个文件提供。",
        )
    return found[0]


def _account(holder: Element) -> str:
    currency = holder.said("Acct/Ccy")
    if currency not in {"", "CNY"}:
        raise unreadable(
            f"账户币种是“{currency[:3]}”，只接受人民币（CNY）。",
            line=holder.line,
            remedy="请确认是人民币账户的报文。",
        )
    number = holder.said("Acct/Id/Othr/Id") or holder.said("Acct/Id/IBAN")
    if not number:
        raise unreadable("没有写账号（Acct/Id）。", line=holder.line)
    return number


def _balance(statement: Element, codes: tuple[str, ...], name: str) -> Fen:
    found = [one for one in statement.all("Bal") if one.said("Tp/CdOrPrtry/Cd") in codes]
    said = {
        (cny(one.one("Amt"), name=name, may_be_zero=True), sign(one), one.line) for one in found
    }
    if len({(amount_fen, way) for amount_fen, way, _ in said}) != 1:
        problem = "没有写" if not said else "写了几个不同的"
        raise unreadable(f"{problem}{name}（{codes[0]}）。", line=statement.line)
    amount_fen, way, line = min(said, key=lambda one: one[2])
    if way == "debit" and amount_fen:
        raise unreadable(
            f"{name}是负数（{yuan_from_fen(-amount_fen)}），基金账户不能透支。",
            line=line,
            remedy="请与银行核实这个账户的余额。",
        )
    return amount_fen


def _entries(holder: Element) -> Iterator[StatementEntry]:
    """The booked entries in the file's order, after their totals were added up."""
    seen: dict[str, int] = {}
    credits_fen, debits_fen, counts = 0, 0, {"credit": 0, "debit": 0}
    made: list[StatementEntry] = []
    for place, one in enumerate(holder.all("Ntry"), start=1):
        booked = list(_entry(one, place))
        for entry in booked:
            if entry.entry_no in seen:
                raise unreadable(
                    f"第 {place} 笔的流水号 {entry.entry_no} 与第 {seen[entry.entry_no]} 笔重复。",
                    line=one.line,
                )
            seen[entry.entry_no] = place
        amount_fen = sum(entry.amount_fen for entry in booked)
        way = booked[0].direction
        counts[way] += 1
        credits_fen += amount_fen if way == "credit" else 0
        debits_fen += amount_fen if way == "debit" else 0
        made += booked
    _check_summary(holder, counts, credits_fen, debits_fen)
    yield from made


def _entry(entry: Element, place: int) -> Iterator[StatementEntry]:
    """One entry; several where the bank books several payments in one."""
    status = entry.one("Sts")
    word = status.said("Cd") or status.text
    if word != "BOOK":
        raise unreadable(
            f"第 {place} 笔的状态是“{word[:10]}”，不是已入账（BOOK）。",
            line=entry.line,
            remedy="请银行只提供已入账的明细。",
        )
    amount_fen = cny(entry.one("Amt"), name=f"第 {place} 笔的金额")
    way, returned = sign(entry), flag(entry, "RvslInd")
    number = entry_number(
        entry.said("AcctSvcrRef"), name=f"第 {place} 笔的 AcctSvcrRef", line=entry.line
    )
    booked_on = day(entry.one("BookgDt"))
    parts = list(entry.each("NtryDtls/TxDtls"))
    for part in parts:
        if part.maybe("CdtDbtInd") is not None and sign(part) != way:
            raise unreadable(
                f"第 {place} 笔的明细与这一笔的借贷方向（CdtDbtInd）相反。", line=part.line
            )
    amounts = [amount_fen] if len(parts) < 2 else [_part_amount(part, place) for part in parts]
    if len(parts) == 1 and parts[0].maybe("Amt") is not None:
        amounts = [_part_amount(parts[0], place)]
    if sum(amounts) != amount_fen:
        raise unreadable(
            f"第 {place} 笔写的是 {yuan_from_fen(amount_fen)}，"
            f"明细相加是 {yuan_from_fen(sum(amounts))}。",
            line=entry.line,
        )
    for index, one_fen in enumerate(amounts):
        part = parts[index] if parts else entry
        yield StatementEntry(
            entry_no=number if len(amounts) == 1 else f"{number}/{index + 1}",
            direction=way,
            amount_fen=one_fen,
            booked_on=booked_on,
            counterparty=short(_other(part, way, returned), 100, name="对方户名", line=entry.line),
            remark=short(_remark(part, entry, returned), 200, name="附言", line=entry.line),
            returned=returned,
        )


def _part_amount(part: Element, place: int) -> Fen:
    return cny(part.one("Amt"), name=f"第 {place} 笔的明细金额")


def _other(part: Element, way: str, returned: bool) -> str:
    """Who stands on the other side. A reversal keeps the parties of what it reverses."""
    party = "Dbtr" if (way == "credit") != returned else "Cdtr"
    holder = part.maybe(f"RltdPties/{party}")
    return (holder.said("Pty/Nm") or holder.said("Nm")) if holder is not None else ""


def _remark(part: Element, entry: Element, returned: bool) -> str:
    """What was written with the money, with the reference by which it was ordered."""
    words = [one.text for one in part.each("RmtInf/Ustrd") if one.text]
    words = words or [
        text for text in (part.said("AddtlTxInf"), entry.said("AddtlNtryInf")) if text
    ]
    reference = part.said("Refs/EndToEndId")
    if reference not in _NO_REFERENCE and not any(reference in text for text in words):
        words.insert(0, reference)
    return " ".join([*(["退汇"] if returned else []), *words])


def _check_summary(
    holder: Element, counts: dict[str, int], credits_fen: Fen, debits_fen: Fen
) -> None:
    """TxsSummry, where the bank gives one, agrees with the entries."""
    summary = holder.maybe("TxsSummry")
    if summary is None:
        return
    for tag, number, total_fen, name in (
        ("TtlNtries", sum(counts.values()), credits_fen + debits_fen, "合计"),
        ("TtlCdtNtries", counts["credit"], credits_fen, "贷方合计"),
        ("TtlDbtNtries", counts["debit"], debits_fen, "借方合计"),
    ):
        said = summary.maybe(tag)
        if said is None:
            continue
        rows, total = said.maybe("NbOfNtries"), said.maybe("Sum")
        if rows is not None and count(rows, name=f"{name}笔数") != number:
            raise unreadable(
                f"{name}笔数写的是 {rows.text}，文件里有 {number} 笔。", line=rows.line
            )
        if total is not None:
            _agree(plain(total, name=name, may_be_zero=True), total_fen, name, total.line)
    net = summary.maybe("TtlNtries/TtlNetNtry") or summary.maybe("TtlNtries/TtlNetNtryAmt")
    if net is not None and net.maybe("Amt") is not None:
        way = sign(net)
        said_fen = plain(net.one("Amt"), name="净额", may_be_zero=True)
        net_fen = credits_fen - debits_fen
        _agree(said_fen if way == "credit" else -said_fen, net_fen, "净额", net.line)


def _agree(said_fen: Fen, found_fen: Fen, name: str, line: int) -> None:
    if said_fen != found_fen:
        raise unreadable(
            f"{name}写的是 {yuan_from_fen(said_fen)}，按明细计算是 {yuan_from_fen(found_fen)}。",
            line=line,
        )
