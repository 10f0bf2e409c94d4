"""Resident to resident: not in the year of the move, but once enrolled for the next one."""

from __future__ import annotations

from datetime import date

from jiexu.core.base.decision import Repair
from jiexu.core.base.periods import Month
from jiexu.core.policy.parameters import Parameter
from jiexu.core.policy.questions.transfer.facts import TransferFacts
from jiexu.core.policy.questions.transfer.findings import Finding
from jiexu.core.policy.questions.transfer.places import Places
from jiexu.core.policy.rules import Rules, reason


def resident_findings(facts: TransferFacts, places: Places, rules: Rules) -> list[Finding]:
    """The one precondition of RR; areas may also ask for the new benefit period to have begun.

    The earliest day is the one on which the person is enrolled for the next year at the
    destination, not 1 January, unless the area has a rule that says so.
    """
    if places.kind != "RR":
        return []
    by = rules.standing("resident_next_year_required", places.destination.code)
    if by is None or not by.value:
        return []
    enrolled_later = facts.to.enrolled_on is not None and facts.to.enrolled_on > facts.on
    if facts.to.status != "normal" or not _is_for_next_year(facts, rules):
        return _not_enrolled_for_next_year(facts, places, by, rules)
    found = []
    if enrolled_later:
        assert facts.to.enrolled_on is not None
        found.append(_waits_until(facts.to.enrolled_on, "参加下一年度居民医保的登记生效", by))
    found.extend(_benefit_period(facts, places, rules))
    return found


def _cover_year(facts: TransferFacts) -> int | None:
    if facts.to.cover_year is not None:
        return facts.to.cover_year
    if facts.to.first_paid_month is not None:
        return Month.parse(facts.to.first_paid_month, path="to.first_paid_month").year
    return None


def _is_for_next_year(facts: TransferFacts, rules: Rules) -> bool:
    """Whether the cover at the destination is for the year after the one covered at the source."""
    year = _cover_year(facts)
    if year is None:
        rules.note("未说明 to.cover_year（转入地已缴费的年度）：按还没有参加下一年度居民医保回答。")
        return False
    # An enrolment still to come is judged by its own day: joining in January for the same year
    # is not joining for the next one.
    if year > max(facts.on, facts.to.enrolled_on or facts.on).year:
        return True
    if facts.to.enrolled_on is not None and facts.to.enrolled_on.year < year:
        return True
    if facts.from_.status != "normal" and facts.from_.last_paid_month is not None:
        return Month.parse(facts.from_.last_paid_month, path="from.last_paid_month").year < year
    return False


def _not_enrolled_for_next_year(
    facts: TransferFacts, places: Places, by: Parameter, rules: Rules
) -> list[Finding]:
    where = places.destination.name
    repair = Repair(
        who="本人",
        how=f"在转入地{where}的集中参保期参加下一年度（{facts.on.year + 1} 年）居民医保，"
        "参保后即可申请；当年度继续在转出地享受待遇",
    )
    found = [
        Finding(
            outcome="not_yet",
            reason=reason(
                "RESIDENT_SAME_YEAR",
                "居民医保当年度原则上不办理转移，须先在转入地参加下一年度居民医保。",
                by,
                repair,
            ),
        )
    ]
    enrolment = rules.standing("destination_enrolment_required", places.destination.code)
    if facts.to.status != "normal" and enrolment is not None:
        state = "处于暂停参保" if facts.to.status == "paused" else "还没有参保"
        found.append(
            Finding(
                outcome="not_yet",
                reason=reason(
                    "DESTINATION_NOT_ENROLLED", f"在转入地{where}{state}。", enrolment, repair
                ),
            )
        )
    return found


def _benefit_period(facts: TransferFacts, places: Places, rules: Rules) -> list[Finding]:
    by = rules.get("resident_benefit_period_required", places.destination.code)
    start = rules.get("resident_benefit_year_start", places.destination.code)
    year = _cover_year(facts)
    if by is None or not by.value or start is None or year is None:
        return []
    begins = date.fromisoformat(f"{year}-{start.value}")
    if begins <= facts.on:
        return []
    return [_waits_until(begins, f"{places.destination.name}新的待遇享受期开始", by)]


def _waits_until(day: date, what: str, by: Parameter) -> Finding:
    text = day.isoformat()
    return Finding(
        outcome="not_yet",
        passes_on=day,
        reason=reason(
            "RESIDENT_SAME_YEAR",
            f"{what}的日期是 {text}，在此之前不办理转移。",
            by,
            Repair(who="本人", how=f"{text} 起再申请", from_=text),
        ),
    )
