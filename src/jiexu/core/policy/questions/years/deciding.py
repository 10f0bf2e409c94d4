"""Putting the answer of `years` together: counters, requirement, what is short and where."""

from __future__ import annotations

from datetime import date

import msgspec

from jiexu.core.base.areas import Area, full_name, pooling_area
from jiexu.core.base.decision import Decision, Reason, Repair
from jiexu.core.base.money import fen_from_yuan, yuan_from_fen
from jiexu.core.base.periods import Month
from jiexu.core.policy.contributions import annuity, monthly_fixed, rate_of_base
from jiexu.core.policy.fact_types import usual_day
from jiexu.core.policy.parameters import Parameter
from jiexu.core.policy.questions.years.counting import Counters, Paid, counted, paid_months
from jiexu.core.policy.questions.years.facts import YearsFacts
from jiexu.core.policy.questions.years.requiring import Requirement, requirement
from jiexu.core.policy.questions.years.retiring import retires_on
from jiexu.core.policy.rules import ASK_12393, Rules, reason

_MONTHS = 12


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One way to reach the years: by the rule of an area alone, or by mutual recognition."""

    needs: Requirement
    counters: Counters
    short: int | None
    at: tuple[str, ...]
    partners: tuple[str, ...] = ()


def decide(facts: YearsFacts) -> Decision:
    """Outcome meets | short | local_rule_unknown. Units: calendar months.

    Raises `BadInput` for an unknown area, a bad month or a spell that ends before it begins.
    """
    area = pooling_area(facts.area)
    rules = Rules(usual_day(facts.on, path="on"))
    paid = paid_months(facts, rules)
    retire_on = retires_on(facts, rules)
    answer = _best(facts, area, retire_on, paid, rules)
    needs, counters, short = answer.needs, answer.counters, answer.short
    _note_what_is_missing(facts, needs, retire_on, rules)
    outcome = _outcome(needs, short)
    return Decision(
        question="years",
        outcome=outcome,
        values={
            "total_months": counters.total,
            "actual_months": counters.actual,
            "local_actual_months": counters.local_actual,
            "deemed_months": counters.deemed,
            "overlap_months": paid.overlap,
            "converted_months": counters.converted,
            "required_total_months": needs.total,
            "required_actual_months": needs.actual,
            "required_local_actual_months": needs.local_actual,
            "required_continuous_months": needs.continuous,
            "shortfall_months": short if outcome != "local_rule_unknown" else None,
            "retire_at": list(answer.at),
            "retire_on": retire_on.isoformat() if retire_on else None,
            "mutual_with": list(answer.partners),
            "top_up_amount": _top_up(facts, area, short, rules),
        },
        reasons=_reasons(area, answer, outcome, rules),
        parameters=rules.uses,
        notes=rules.notes,
    )


def _best(
    facts: YearsFacts, area: Area, retire_on: date | None, paid: Paid, rules: Rules
) -> _Answer:
    """The area's own rule, or mutual recognition with another place where that is nearer."""
    own = _own(area.code, facts, retire_on, paid, rules)
    mutual = rules.get("mutual_years", area.code)
    here = paid.actual_in(area.code)
    if mutual is None:
        return own
    for row in mutual.value:
        there = paid.actual_in(row["with"])
        if not here or not there:
            continue
        if own.short == 0 and own.needs.known:
            other = _own(row["with"], facts, retire_on, paid, rules)
            both = (row["with"],) if other.short == 0 and other.needs.known else ()
            return msgspec.structs.replace(own, at=(*own.at, *both))
        other = _own(row["with"], facts, retire_on, paid, rules)
        if other.short == 0 and other.needs.known:
            return _mutual(facts, area, paid, row, mutual, rules, at=(row["with"],), short=0)
        found = _mutual(facts, area, paid, row, mutual, rules)
        if own.short is None or not own.needs.known or (found.short or 0) <= own.short:
            return found
    return own


def _own(code: str, facts: YearsFacts, retire_on: date | None, paid: Paid, rules: Rules) -> _Answer:
    counters = counted(paid, code, (), rules)
    needs = requirement(code, facts, retire_on, paid, rules)
    short = needs.shortfall(counters, Month.of(facts.on))
    return _Answer(needs=needs, counters=counters, short=short, at=(code,))


def _mutual(
    facts: YearsFacts,
    area: Area,
    paid: Paid,
    row: dict[str, object],
    by: Parameter,
    rules: Rules,
    *,
    at: tuple[str, ...] = (),
    short: int | None = None,
) -> _Answer:
    """Actual years of both places count for each other; where they are longest is retired."""
    partner = str(row["with"])
    counters = counted(paid, area.code, (partner,), rules)
    needs = Requirement(
        total=_int(row["total"]) * _MONTHS, actual=_int(row["total"]) * _MONTHS, by=by
    )
    gap = max(0, (needs.total or 0) - counters.local_actual)
    here, there = len(paid.actual_in(area.code)), len(paid.actual_in(partner))
    longest = (
        (area.code, partner) if here == there else ((area.code,) if here > there else (partner,))
    )
    return _Answer(
        needs=needs,
        counters=counters,
        short=gap if short is None else short,
        at=at or longest,
        partners=(partner,),
    )


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value


def _note_what_is_missing(
    facts: YearsFacts, needs: Requirement, retire_on: date | None, rules: Rules
) -> None:
    if needs.lacking:
        names = "、".join(sorted(needs.lacking))
        rules.note(f"未说明 {names}：当地要求的年限因此而不同，不能回答是否满足。")
    if retire_on is None and needs.by is not None and _turns_on_the_day(needs.by):
        rules.note(
            "未说明 reach_retire_age_on（也不能由 birth、sex、worker_class 推算）："
            f"按 {facts.on} 达到退休年龄回答。"
        )


def _turns_on_the_day(by: Parameter) -> bool:
    rows = by.value if isinstance(by.value, list) else []
    return any({"reached_from", "reached_to"} & set(row) for row in rows)


def _outcome(needs: Requirement, short: int | None) -> str:
    if short is None or (short == 0 and not needs.known):
        return "local_rule_unknown"
    return "short" if short else "meets"


def _reasons(area: Area, answer: _Answer, outcome: str, rules: Rules) -> tuple[Reason, ...]:
    needs, counters, short = answer.needs, answer.counters, answer.short
    shown: list[Reason] = []
    keeps = rules.get("years_accumulate", area.code)
    if keeps is not None:
        text = f"各地缴费年限累计计算，中断不清零，重叠的月份只计一次：共 {counters.total} 个月。"
        shown.append(reason("YEARS_ACCUMULATE", text, keeps, None))
    where = "、".join(full_name(code) for code in answer.at)
    if answer.partners and needs.by is not None:
        text = (
            f"两地实际缴费年限互认，共 {counters.local_actual} 个月，须满 {needs.total} 个月，"
            f"可在{where}退休。"
        )
        shown.append(reason("MUTUAL_RECOGNITION", text, needs.by, None))
    elif needs.known and needs.by is not None:
        text = f"{area.name}要求累计缴费 {needs.total} 个月。"
        shown.append(reason("REQUIRED_YEARS", text, needs.by, None))
    local_by = needs.local_by or needs.by
    if needs.local_actual is not None and local_by is not None and not answer.partners:
        text = (
            f"其中在退休地实际缴费须满 {needs.local_actual} 个月，"
            f"已有 {counters.local_actual} 个月。"
        )
        shown.append(reason("REQUIRED_LOCAL_YEARS", text, local_by, None))
    if outcome == "local_rule_unknown":
        ask = Repair(who="本人", how=f"问清{area.name}的退休缴费年限：{ASK_12393}")
        text = (
            f"没有查到（或缺少事实，不能确定）{area.name}要求的退休缴费年限；"
            "国家规定年限累计，具体年数由当地规定。"
        )
        shown.append(_plain("LOCAL_RULE_UNKNOWN", text, keeps, ask))
    if outcome == "short":
        upto = rules.get("pay_up_to_required_years", area.code)
        repair = Repair(who="本人", how=f"在{where}继续缴费（或按当地规定一次性补足）至规定年限")
        least = "至少" if not needs.known else ""
        text = f"还差{least} {short} 个月；未达到规定年限的，可以缴费至规定年限。"
        shown.append(_plain("YEARS_SHORT", text, upto, repair))
    return tuple(shown)


def _plain(code: str, text: str, by: Parameter | None, repair: Repair) -> Reason:
    if by is not None:
        return reason(code, text, by, repair)
    return Reason(code=code, text=text, rule="没有出处的数不作为规则", repair=repair)


def _top_up(facts: YearsFacts, area: Area, short: int | None, rules: Rules) -> str | None:
    """The price of all missing months at once, where the area publishes how it is reckoned."""
    by = rules.get("retirement_top_up", area.code) if short else None
    if by is None or not short:
        return None
    row = by.value[0]
    if row["method"] == "monthly_fixed":
        return yuan_from_fen(monthly_fixed(fen_from_yuan(row["standard"]), short))
    if facts.base is None:
        rules.note("未说明 base：不能算出一次性补足的金额。")
        return None
    base = fen_from_yuan(facts.base, path="base")
    if row["method"] == "rate_of_base":
        return yuan_from_fen(rate_of_base(base, row["rate"], short))
    return yuan_from_fen(annuity(base, row["rate"], row["growth"], -(-short // _MONTHS)))
