"""What the bank says against what we know: statements in, lines matched, doubts left for people.

Every received line is booked as 暂收款 when it is taken in, so the books agree with the bank even
before anybody knows whose money it is. Matching moves it to its case.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from jiexu.core.base.actors import SYSTEM, Actor, Role
from jiexu.core.base.areas import pooling_area
from jiexu.core.base.errors import Conflict, JiexuError
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.core.ledger.postings import received
from jiexu.core.procedures.case_number import find_case_no
from jiexu.core.procedures.outcome import Step
from jiexu.core.procedures.transfer.amounts import still_wanted
from jiexu.core.procedures.transfer.facts import BankLine, CaseRecord
from jiexu.core.settlement.matching import (
    Expected,
    Line,
    Match,
    Paid,
    after,
    match_line,
    reference_words,
)
from jiexu.records.access.sealing import open_struct, vault
from jiexu.records.isolation import acting_for, writing
from jiexu.records.ledger import write as ledger
from jiexu.records.procedures.models import Case
from jiexu.records.registry.models import Agency
from jiexu.records.settlement.models import StatementFile, StatementLine
from jiexu.records.statements import Read
from jiexu.work import house_money, payments, spans, unit_of_work
from jiexu.work.apart import apart
from jiexu.work.ports import BankFile, StatementEntry, ports
from jiexu.work.refusals import not_here
from jiexu.work.results import Result
from jiexu.work.spans import as_text, line_key

log = logging.getLogger(__name__)

_TRIES = 3


def take_bank_files(now: datetime) -> int:
    """Read every file the banks have put down; returns how many were taken in."""
    taken = 0
    for area in Agency.objects.filter(hosted=True).values_list("area", flat=True):
        for file in ports().bank.incoming(area):
            if file.error:
                log.warning("bank file %s of %s refused: %s", file.name, area, file.error)
                ports().bank.done(area, file.name, refused=file.error)
                continue
            if words := not_ours(area, file):
                log.warning("bank file %s of %s refused: %s", file.name, area, words)
                ports().bank.done(area, file.name, refused=words)
                continue
            with apart(f"taking bank file {file.name} of {area}"):
                taken += _take_file(area, file, now)
    return taken


def _take_file(area: str, file: BankFile, now: datetime) -> bool:
    """Take one file in. False: it stays where it is to be read again, or it is refused."""
    try:
        if not take_in(area, file, now):
            return False
    except JiexuError as error:
        log.warning("bank file %s of %s refused: %s", file.name, area, error)
        ports().bank.done(area, file.name, refused=str(error))
        return False
    ports().bank.done(area, file.name)
    return True


def take_in(area: str, file: BankFile, now: datetime, by: str = "") -> bool:
    """Keep a file that was read, and do what it says. The same file again changes nothing.

    Raises `Conflict` ENTRY_DIFFERS. False: something stood in the way for the moment.
    """
    if not _take_statement(area, file, now, by):
        return False
    if file.kind == "result" and not payments.take_results(area, file, now):
        return False
    match_waiting(area, now)
    return True


def not_ours(area: str, file: BankFile) -> str:
    """Why a file is not for this agency, in words; empty when it is."""
    if file.kind in {"statement", "notification"} and file.account != _own_account(area):
        return "对账单的账号不是本机构的账户，可能放错了目录，没有采用。"
    if file.kind == "voucher" and Agency.objects.get(area=area).receipt_kind != "财政专户":
        return "本机构的收款账户不是财政专户，不凭缴拨凭证记账，没有采用。请改用银行对账单。"
    return ""


_WAITING = Read(StatementLine, "state = 'waiting'", fields=("agency",), distinct=True)


def match_due(now: datetime) -> int:
    """Match the lines that came too early for their case, or met a conflict; how many fitted."""
    matched = 0
    for (area,) in sorted(_WAITING.across_node()):
        with apart(f"matching bank lines of {area}"):
            matched += match_waiting(area, now, states=("waiting",))
    return matched


def _own_account(area: str) -> str:
    sealed = Agency.objects.get(area=area).account_sealed
    return vault().open(sealed, context="agency.account") if sealed else ""


def _take_statement(area: str, file: BankFile, now: datetime, by: str) -> bool:
    """Keep the file and its new lines, and book what came in, in one commit.

    The same file, or the same entry in another file, changes nothing. Raises `Conflict`
    ENTRY_DIFFERS for an entry that says something else than before. False: another worker is
    taking in the same entries just now.
    """
    for _ in range(_TRIES):
        try:
            with acting_for(area), writing(), transaction.atomic():
                _write_statement(area, file, now, by)
            return True
        except IntegrityError as error:
            log.info("bank file %s of %s: another worker was there: %s", file.name, area, error)
    return False


def _write_statement(area: str, file: BankFile, now: datetime, by: str) -> None:
    digest = sm3_hex(file.data)
    if StatementFile.objects.of(area).filter(digest=digest).exists():
        return
    row = StatementFile.objects.create(
        agency_id=area,
        name=file.name,
        kind=file.kind,
        digest=digest,
        data=vault().seal(as_text(file.data), context="bank.file"),
        rows=len(file.entries) or len(file.results),
        overlapping=spans.overlapping(area, file),
        brought_by=by,
        received_at=now,
    )
    spans.keep(area, row, file, now)
    new = _new_entries(area, file)
    StatementLine.objects.bulk_create(
        [
            StatementLine(
                agency_id=area,
                file=row,
                source="voucher" if file.kind == "voucher" else "statement",
                line_key=line_key(file, entry),
                direction=entry.direction,
                amount_fen=entry.amount_fen,
                booked_on=entry.booked_on,
                counterparty=entry.counterparty,
                remark=entry.remark,
                balance_fen=entry.balance_fen,
                returned=entry.returned,
                state="waiting",
            )
            for entry in new
        ]
    )
    came = [entry for entry in new if entry.direction == "credit"]
    ledger.post(
        area,
        [received(line_key(file, entry), entry.amount_fen) for entry in came],
        business_date=now.date(),
        now=now,
    )


def _new_entries(area: str, file: BankFile) -> list[StatementEntry]:
    """The entries that are not here yet; `Conflict` for a number with another meaning."""
    numbers = [line_key(file, entry) for entry in file.entries]
    known = {
        line.line_key: (line.direction, line.amount_fen, line.booked_on)
        for line in StatementLine.objects.of(area).filter(line_key__in=numbers)
    }
    for entry in file.entries:
        said = (entry.direction, entry.amount_fen, entry.booked_on)
        if known.get(line_key(file, entry), said) != said:
            raise Conflict(
                f"流水号 {entry.entry_no} 以前出现过，但借贷、金额或日期不同，整个文件没有采用。",
                "请与银行核对这条流水，由银行更正后重新提供对账单。",
                code="ENTRY_DIFFERS",
            )
    return [entry for entry in file.entries if line_key(file, entry) not in known]


def match_waiting(area: str, now: datetime, states: Sequence[str] = ("waiting", "break")) -> int:
    """Match the lines in these states; the doubtful ones become breaks with their doubt named.

    A line that is certain but comes before its case can take it goes on waiting. Returns how many
    were matched.
    """
    with acting_for(area):
        lines = list(StatementLine.objects.of(area).filter(state__in=states).order_by("pk"))
    own = house_money.take_lines(area, lines, now)
    with acting_for(area):
        lines = [line for line in lines if line.pk not in own]
        numbers = {number for line in lines if (number := find_case_no(line.remark))}
        found = list(Case.objects.of(area).filter(case_no__in=numbers))
        found += _of_partners_outside(area, [one for one in lines if not find_case_no(one.remark)])
        early = {(case.case_no, case.half) for case in found if case.record_leg == "checking"}
        records = {(case.case_no, case.half): _record(case) for case in found}
        cases = {
            (case.case_no, case.half): _expected(case, records[case.case_no, case.half])
            for case in found
        }
    certain: list[tuple[StatementLine, Match]] = []
    for line in lines:
        match = match_line(
            Line(
                direction=line.direction,
                amount_fen=line.amount_fen,
                remark=line.remark,
                counterparty=line.counterparty,
                returned=line.returned,
            ),
            cases,
        )
        key = (match.case_no, match.half)
        if key in early or _before_its_notice(match, records.get(key)):
            continue
        if match.doubt:
            _leave_for_people(area, line, match.doubt, match.case_no)
        else:
            certain.append((line, match))
            # A second line for the same case is a doubt, not another match.
            cases[key] = after(match, cases[key])
    steps = [_step(line, match, SYSTEM) for line, match in certain]
    results = unit_of_work.apply(area, steps, now=now) if steps else []
    for (line, match), result in zip(certain, results, strict=True):
        if not result.ok and not result.later:
            _leave_for_people(area, line, result.code, match.case_no)
    return len(own) + sum(result.ok for result in results)


def _record(case: Case) -> CaseRecord:
    return open_struct(case.facts_sealed, CaseRecord, context="case.facts")


def _expected(case: Case, record: CaseRecord) -> Expected:
    """What matching may look at; likeness counts only where the partner does not know us."""
    expected = Expected(
        half=case.half,
        fund_leg=case.fund_leg,
        amount_fen=case.amount_fen,
        wanted=still_wanted(case.amount_fen, record) if case.half == "in" else (),
        payments=tuple(
            Paid(part=one.part, amount_fen=one.amount_fen, state=one.state)
            for one in record.payments
        ),
    )
    if case.half != "in" or not case.partner_reference:
        return expected
    return msgspec.structs.replace(
        expected,
        partner_reference=case.partner_reference,
        psn_name=case.person.psn_name if case.person else "",
        sender=pooling_area(case.counterpart).name.removesuffix("市"),
    )


def _before_its_notice(match: Match, record: CaseRecord | None) -> bool:
    """Money of a later round that is here before the old place has told of it: it waits."""
    return (
        match.event == "match_money"
        and match.doubt in {"ALREADY_MATCHED", "NOT_EXPECTED"}
        and record is not None
        and match.part > max((1, *record.parts_told))
    )


def _of_partners_outside(area: str, lines: Sequence[StatementLine]) -> list[Case]:
    """Cases that money without our number may be for: their partners do not know our numbers."""
    came = [line for line in lines if line.direction == "credit"]
    if not came:
        return []
    words = {word for line in came for word in reference_words(line.remark)}
    away = Agency.objects.exclude(partner="node").values("area")
    rows = Case.objects.of(area).filter(
        Q(partner_reference__in=words)
        | Q(
            counterpart__in=away,
            fund_leg__in=["waiting", "fixed", "in_transit"],
            amount_fen__in={line.amount_fen for line in came},
        ),
        half="in",
    )
    return list(rows.select_related("person"))


def match_by_hand(
    actor: Actor,
    area: str,
    line_id: int,
    case_no: str,
    version: int,
    key: str,
    now: datetime,
) -> Result:
    """A finance clerk says whose money a line is. The same rules hold as for the machine."""
    if refusal := not_here(actor, area):
        return refusal
    if actor.role != Role.FINANCE_PREPARER:
        return Result(
            ok=False,
            code="NOT_YOUR_MOVE",
            text="匹配到账由财务经办办理。",
            remedy="请由财务经办人员登录后匹配。",
        )
    with acting_for(area):
        line = StatementLine.objects.of(area).filter(pk=line_id).first()
    if line is None:
        return Result(ok=False, code="NOT_FOUND", text="没有这条流水。", remedy="请从列表进入。")
    if line.version != version or line.state in {"matched", "leaving"}:
        return Result(
            ok=False,
            code="STALE",
            text="这条流水刚被他人处理过，您的操作没有生效。",
            remedy="请刷新页面查看最新状态。",
        )
    return unit_of_work.apply(area, [_step(line, _by_hand(line, case_no), actor)], now=now)[0]


def _by_hand(line: StatementLine, case_no: str) -> Match:
    """What a line can only mean for a case that a person has named."""
    with acting_for(line.agency_id):
        legs = dict(
            Case.objects.of(line.agency_id).filter(case_no=case_no).values_list("half", "fund_leg")
        )
    if line.direction == "debit":
        if legs.get("in") == "sending_back":
            return Match(case_no=case_no, half="in", event="send_back_seen")
        return Match(case_no=case_no, half="out", event="debit_seen")
    if "in" not in legs and "out" in legs:
        return Match(case_no=case_no, half="out", event="money_returned")
    return Match(case_no=case_no, half="in", event="match_money")


def _step(line: StatementLine, match: Match, actor: Actor) -> Step:
    return Step(
        case_no=match.case_no,
        half=match.half,
        event=match.event,
        actor=actor,
        key=f"line:{line.line_key}",
        payload=BankLine(
            line_id=line.pk,
            line_key=line.line_key,
            amount_fen=line.amount_fen,
            booked_on=line.booked_on,
            part=match.part,
        ),
    )


def _leave_for_people(area: str, line: StatementLine, doubt: str, case_no: str) -> None:
    if line.state == "break" and line.doubt == doubt:
        return
    with acting_for(area), writing():
        StatementLine.objects.of(area).filter(pk=line.pk, state__in=["waiting", "break"]).update(
            state="break", doubt=doubt, case_no=case_no, version=F("version") + 1
        )


def waiting_lines(area: str) -> Sequence[StatementLine]:
    """Lines nobody has placed yet."""
    with acting_for(area):
        return list(StatementLine.objects.of(area).exclude(state="matched"))
