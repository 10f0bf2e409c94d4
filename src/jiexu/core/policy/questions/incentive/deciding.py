"""What a year of cover does to the cap: adds by continuity and by no claims, or takes for a gap."""

from __future__ import annotations

from datetime import date
from typing import Any

from jiexu.core.base.areas import pooling_area
from jiexu.core.base.decision import Decision, Reason, Repair
from jiexu.core.base.money import Fen, fen_from_yuan, yuan_from_fen
from jiexu.core.policy.parameters import Parameter
from jiexu.core.policy.questions.incentive.answering import Grounds, answer, limit, unknown, yuan
from jiexu.core.policy.questions.incentive.facts import IncentiveFacts
from jiexu.core.policy.rules import ASK_12393, Rules, reason


def decide(facts: IncentiveFacts) -> Decision:
    """Outcome raise | lower | none. Yuan; `change` is negative where the cap falls.

    The rules are those at the end of the cover year. Raises `BadInput` for area or amount.
    """
    area = pooling_area(facts.area, path="area").code
    rules = Rules(date(facts.cover_year, 12, 31))
    raised_fen = None
    if facts.already_raised is not None:
        raised_fen = fen_from_yuan(facts.already_raised, path="already_raised")
    least = rules.get("incentive_continuous_years", area)
    floor = rules.get("incentive_step_least", area)
    limit_fen, grounds = limit(area, rules)
    values: dict[str, Any] = {
        "change": None,
        "by_continuity": None,
        "by_zero_claim": None,
        "limit_total": yuan(limit_fen),
        "continuous_years_after": facts.continuous_years,
        "step_least": yuan(fen_from_yuan(floor.value)) if floor else None,
    }
    if least is None or floor is None:
        return unknown(area, values, "连续参保激励自2025年起才有国家规定。", None, rules)
    if facts.missed_years_count:
        return _lowered(facts, area, facts.missed_years_count, limit_fen, values, grounds, rules)
    if facts.missed_years_count is None:
        rules.note(
            "未说明 missed_years_count（断保年数）：按没有断保回答；断保的重新计算连续年数。"
        )
    further = facts.continuous_years > least.value
    if not further and facts.zero_claim_prev_year is False:
        values.update(change="0.00", by_continuity="0.00", by_zero_claim="0.00")
        return answer("none", values, (_not_yet(facts, least),), grounds, rules)
    step = rules.get("incentive_step", area)
    if step is None:
        guarantee = (
            f"国家规定：连续参保满 {least.value} 年后每连续参保1年、当年零报销的，"
            f"每次提高原则上不低于 {yuan_from_fen(fen_from_yuan(floor.value))} 元。"
        )
        return unknown(area, values, guarantee, floor, rules)
    grounds = [("by_continuity", step), ("by_zero_claim", step), *grounds]
    if limit_fen is None:
        rules.note(f"没有查到当地的大病保险最高支付限额，不能回答总额上限，{ASK_12393}。")
    return _raised(facts, further, least, step, limit_fen, raised_fen, values, grounds, rules)


def _raised(
    facts: IncentiveFacts,
    further: bool,
    least: Parameter,
    step: Parameter,
    limit_fen: Fen | None,
    raised_fen: Fen | None,
    values: dict[str, Any],
    grounds: Grounds,
    rules: Rules,
) -> Decision:
    step_fen = fen_from_yuan(step.value)
    continuity_fen = step_fen if further else 0
    zero_fen = None
    if facts.zero_claim_prev_year is None:
        rules.note("未说明 zero_claim_prev_year（上年度是否零报销）：不能回答零报销激励。")
    else:
        zero_fen = step_fen if facts.zero_claim_prev_year else 0
    wished_fen = continuity_fen + (zero_fen or 0)
    # What can have been raised before at most: once a year for each of the two.
    before_fen = step_fen * (max(0, facts.continuous_years - 1 - least.value))
    before_fen += step_fen * max(0, facts.continuous_years - 1)
    granted_fen: Fen | None = wished_fen
    if limit_fen is not None:
        if raised_fen is not None:
            granted_fen = max(0, min(wished_fen, limit_fen - raised_fen))
        elif before_fen + wished_fen > limit_fen:
            rules.note(
                "未说明 already_raised（此前已提高的金额）：总额可能到达上限，不能回答本次变动。"
            )
            granted_fen = None
    if zero_fen is None:
        granted_fen = None
    values.update(
        change=yuan(granted_fen),
        by_continuity=yuan(continuity_fen),
        by_zero_claim=yuan(zero_fen),
    )
    reasons = [_continuous(facts, least, step)] if further else [_not_yet(facts, least)]
    if zero_fen:
        text = f"上年度零报销，本年度提高 {yuan_from_fen(zero_fen)} 元。"
        reasons.append(reason("ZERO_CLAIM", text, step, None))
        rules.note("发生大病保险报销后，已用的零报销激励额度清零。")
    at_limit = granted_fen is not None and granted_fen < wished_fen
    if at_limit and limit_fen is not None:
        ratio = next(by for value, by in grounds if value == "limit_total" and by is not None)
        text = f"提高的总额不超过原限额的规定比例，即 {yuan_from_fen(limit_fen)} 元。"
        reasons.append(reason("TOTAL_LIMIT", text, ratio, None))
    raises = granted_fen > 0 if granted_fen is not None else wished_fen > 0
    return answer("raise" if raises else "none", values, tuple(reasons), grounds, rules)


def _lowered(
    facts: IncentiveFacts,
    area: str,
    missed: int,
    limit_fen: Fen | None,
    values: dict[str, Any],
    grounds: Grounds,
    rules: Rules,
) -> Decision:
    values.update(continuous_years_after=0, by_continuity="0.00", by_zero_claim="0.00")
    per_year = rules.get("incentive_missed_year_reduction", area)
    if per_year is None:
        nation = rules.get("incentive_continuous_years", area)
        guarantee = "国家规定：断保后再参保的，连续参保年数重新计算，可以降低限额，金额由各地规定。"
        return unknown(area, values, guarantee, nation, rules)
    reduction_fen = fen_from_yuan(per_year.value) * missed
    if limit_fen is not None:
        reduction_fen = min(reduction_fen, limit_fen)
    values["change"] = yuan_from_fen(-reduction_fen)
    text = (
        f"断保 {missed} 年，降低 {yuan_from_fen(reduction_fen)} 元（含此前已提高的），"
        "连续参保年数重新计算。"
    )
    repair = Repair(who="本人", how="从现在起连续参保，满规定年数后重新提高")
    lowered = reason("MISSED_YEARS", text, per_year, repair)
    return answer("lower", values, (lowered,), [("change", per_year), *grounds], rules)


def _continuous(facts: IncentiveFacts, least: Parameter, step: Parameter) -> Reason:
    text = (
        f"连续参保 {facts.continuous_years} 年，满 {least.value} 年后的年度，"
        f"本年度提高 {yuan_from_fen(fen_from_yuan(step.value))} 元。"
    )
    return reason("CONTINUOUS", text, step, None)


def _not_yet(facts: IncentiveFacts, least: Parameter) -> Reason:
    text = (
        f"连续参保 {facts.continuous_years} 年，满 {least.value} 年后再连续参保的年度才有"
        "连续参保激励。"
    )
    return reason("NOT_LONG_ENOUGH", text, least, Repair(who="本人", how="继续连续参保"))
