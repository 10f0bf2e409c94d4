"""待遇衔接: what the person gets at the new place once the months are written there.

Answered by the policy question from both records: the months of the form and the months of the
new place. A month of the break that is on record at the new place has been paid back.
"""

from __future__ import annotations

from datetime import date

from jiexu.core.base.decision import Reason
from jiexu.core.base.periods import Month, Spell
from jiexu.core.exchange.kinds.information_form.schema import Form
from jiexu.core.policy.catalogue import catalogue
from jiexu.core.policy.linkage import Linkage, break_months, link
from jiexu.core.policy.rules import Rules, reason
from jiexu.core.policy.waiting import ends
from jiexu.core.procedures.transfer.facts import CaseRecord, CoverAfter, SpellFact, TransferFacts

_MONTHS_OF_A_YEAR = 12
_KINDS = {
    ("310", "310"): "EE",
    ("310", "390"): "ER",
    ("390", "310"): "RE",
    ("390", "390"): "RR",
}


def cover_after(facts: TransferFacts, record: CaseRecord, form: Form, on: date) -> CoverAfter:
    """The wait after the break, whether costs of the gap are claimed back, from which day.

    Source: 医保办发〔2021〕43号 (break of up to 3 months paid back: no wait, retroactive; two
    continuous years for a change of scheme). Where no rule answers, `text` says so; while another
    transfer of the person comes in, a break is not judged.
    """
    enrolled_on = record.enrolled_on or record.applied_on
    first = Month.of(enrolled_on)
    here = own_months(facts.spells, record.insutype_in)
    # Months that other transfers have brought count too: of several old places none makes a break.
    elsewhere = tuple(one for one in facts.spells if one.paid_area != facts.agency.area)
    brought = own_months(elsewhere, record.insutype_in)
    before = {month for month in told_months(form) | brought if month < first}
    rules = Rules(on)
    gap: list[Month] = []
    months: int | None = None
    back_paid: bool | None = None
    if before:
        last = max(before)
        gap = [Month.from_ordinal(one) for one in range(last.ordinal + 1, first.ordinal)]
        months = break_months(last, first, facts.agency.area, rules) if gap else 0
        back_paid = all(month in here for month in gap) if gap else None
        if gap and not back_paid and facts.incoming_case_no:
            return _later(facts.incoming_case_no, months)
    kind = _KINDS[record.insutype_out, record.insutype_in]
    linkage = link(
        kind=kind,  # type: ignore[arg-type]
        area=facts.agency.area,
        months=months,
        back_paid=back_paid,
        continuous_years=_continuous(before) / _MONTHS_OF_A_YEAR if before else None,
        rules=rules,
    )
    begins_on = _begins_on(linkage, enrolled_on)
    notes = ("居民医保的待遇按新参保地的待遇享受期计算。",) if kind == "RR" else rules.notes
    return CoverAfter(
        wait_months=linkage.wait_months,
        wait_cap_months=linkage.wait_cap_months,
        retroactive=linkage.retroactive,
        benefit_ratio_during_wait=linkage.benefit_ratio_during_wait,
        break_months=months or 0,
        back_paid=back_paid,
        begins_on=begins_on,
        text=notes[0] if kind == "RR" else _text(linkage, months, begins_on, gap, notes),
        reasons=_grounds(linkage),
    )


def _later(other: str, months: int) -> CoverAfter:
    """Another transfer into the same place may close the break: nothing is said too early."""
    return CoverAfter(
        wait_months=None,
        wait_cap_months=None,
        retroactive=None,
        benefit_ratio_during_wait=None,
        break_months=months,
        back_paid=None,
        begins_on=None,
        text=f"只看这一笔，中断 {months} 个月；另一笔转入（{other}）还在办理，"
        "转入后的年限合并计算，是否有待遇等待期以那时为准。",
    )


def _begins_on(linkage: Linkage, enrolled_on: date) -> date | None:
    if linkage.wait_months == 0:
        return enrolled_on
    return ends(
        linkage.wait_start or "payment_month",
        Month.of(enrolled_on),
        enrolled_on,
        months=linkage.wait_months,
        days=linkage.wait_days,
    )


def _text(
    linkage: Linkage,
    months: int | None,
    begins_on: date | None,
    gap: list[Month],
    notes: tuple[str, ...],
) -> str:
    broken = f"中断 {months} 个月" if months else "参保没有中断"
    if linkage.wait_months == 0 and linkage.retroactive and gap:
        return (
            f"{broken}已补缴，没有待遇等待期，{begins_on} 起享受待遇；"
            f"{gap[0]} 至 {gap[-1]} 中断期间的费用可以追溯报销。"
        )
    if linkage.wait_months == 0:
        return f"{broken}，没有待遇等待期，{begins_on} 起享受待遇。"
    if linkage.wait_months is not None or linkage.wait_days is not None:
        wait = (
            f"{linkage.wait_days} 天"
            if linkage.wait_days is not None
            else f"{linkage.wait_months} 个月"
        )
        ratio = linkage.benefit_ratio_during_wait
        during = f"（等待期内按 {_percent(ratio)} 享受）" if ratio else ""
        return f"{broken}，待遇等待期 {wait}{during}，{begins_on} 起享受待遇。"
    return f"{broken}。{''.join(notes)}" if months is not None else "".join(notes)


def _percent(ratio: str) -> str:
    whole = ratio.removeprefix("0.").ljust(2, "0") if ratio.startswith("0.") else ratio
    return f"{int(whole)}%"


def _grounds(linkage: Linkage) -> tuple[Reason, ...]:
    return tuple(
        reason("BENEFIT_LINKAGE", catalogue()[one.name].meaning, one, None)
        for one in linkage.rests_on
    )


def _continuous(months: set[Month]) -> int:
    """Unbroken months up to the last one."""
    last = max(months).ordinal
    count = 0
    while Month.from_ordinal(last - count) in months:
        count += 1
    return count


def told_months(form: Form) -> set[Month]:
    """The months of a form, each once."""
    return {
        month
        for spell in form.spells
        for month in Spell(Month.parse(spell.begn_ym), Month.parse(spell.end_ym)).each()
    }


def own_months(spells: tuple[SpellFact, ...], insutype: str) -> set[Month]:
    """The months on record here in one scheme, each once."""
    return {
        month
        for spell in spells
        if spell.insutype == insutype
        for month in Spell(Month.parse(spell.begn_ym), Month.parse(spell.end_ym)).each()
    }
