"""Preconditions of the person: who is outside the measure, whoever asks and wherever."""

from __future__ import annotations

from jiexu.core.base.decision import Repair
from jiexu.core.policy.questions.transfer.facts import TransferFacts
from jiexu.core.policy.questions.transfer.findings import Finding
from jiexu.core.policy.questions.transfer.places import Places
from jiexu.core.policy.rules import ASK_12393, Rules, reason

_EVENTS = {
    "death": (
        "PERSON_DIED",
        "参保人已经死亡，参保关系终止，不再办理转移接续。",
        "继承人",
        "职工医保个人账户余额可以依法继承，由继承人向{source}经办机构申请一次性支取",
    ),
    "army": (
        "JOINED_ARMY",
        "参保人入伍，按军人保险办理，不办理统筹区之间的转移接续。",
        "本人或所在部队",
        "凭入伍证明到{source}经办机构办理：义务兵封存个人账户，退役后恢复；"
        "军官和军士由部队财务部门接收",
    ),
    "emigration": (
        "EMIGRATED",
        "参保人出境定居，没有转入的统筹区，不办理转移接续。",
        "本人",
        "向{source}经办机构申请终止参保，当地允许时一次性支取个人账户余额",
    ),
}
_BANK_CASES = {"death": "death", "army": "joined_army", "emigration": "settled_abroad"}


def person_findings(facts: TransferFacts, places: Places, rules: Rules) -> list[Finding]:
    """Retirees, the deceased, soldiers, emigrants, and an employer who may not apply."""
    found = [*_event(facts, places, rules), *_retiree(facts, places, rules)]
    by = rules.standing("employer_applies_for_employees_only", places.destination.code)
    if facts.applicant == "employer" and facts.to.insutype == "390" and by:
        found.append(
            Finding(
                outcome="refuse",
                reason=reason(
                    "APPLICANT_NOT_ENTITLED",
                    "转入的是居民医保，用人单位不能代为申请。",
                    by,
                    Repair(who="本人", how="由参保人本人（或其委托的代办人）申请"),
                ),
            )
        )
    return found


def bank_case_of_event(facts: TransferFacts) -> str | None:
    """The pay-out case that goes with the event of the person, if there is one."""
    return _BANK_CASES.get(facts.person.event)


def _event(facts: TransferFacts, places: Places, rules: Rules) -> list[Finding]:
    if facts.person.event not in _EVENTS:
        return []
    code, text, who, how = _EVENTS[facts.person.event]
    by = rules.standing("transfer_scope_living_mover", places.source.code)
    assert by is not None
    repair = Repair(who=who, how=how.format(source=places.source.name) + f"；{ASK_12393}")
    return [Finding(outcome="refuse", reason=reason(code, text, by, repair))]


def _retiree(facts: TransferFacts, places: Places, rules: Rules) -> list[Finding]:
    if facts.from_.insutype != "310":
        return []
    by = rules.standing("retirees_excluded", places.source.code)
    assert by is not None
    if facts.person.retired is None:
        rules.note("未说明 person.retired（是否退休）：按未退休回答；退休人员不能转移。")
        return []
    if not facts.person.retired:
        return []
    how = "医保关系留在退休地；在外地长期居住的，办理异地安置（异地就医）备案，即可在居住地直接结算"
    cases = rules.get("account_to_bank_cases", places.source.code)
    if cases is not None and "retired_resettled" in cases.value and places.cross_province:
        how += f"；按{places.source.name}的规定，备案后可申请将个人账户资金划入本人银行账户"
    return [
        Finding(
            outcome="refuse",
            reason=reason(
                "RETIREE",
                "退休人员的职工医保关系不办理转移接续。",
                by,
                Repair(who="本人", how=how),
            ),
        )
    ]
