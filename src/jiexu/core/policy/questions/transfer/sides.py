"""Preconditions of the two sides: paused there, enrolled here, and what an area adds to it."""

from __future__ import annotations

from jiexu.core.base.decision import Repair
from jiexu.core.policy.questions.transfer.facts import TransferFacts
from jiexu.core.policy.questions.transfer.findings import Finding
from jiexu.core.policy.questions.transfer.places import Places
from jiexu.core.policy.rules import ASK_12393, Rules, reason


def side_findings(facts: TransferFacts, places: Places, rules: Rules) -> list[Finding]:
    """Both halves of the check at application, then the local extras."""
    found = [*_destination_paid(facts, places, rules), *_bank_info(facts, places, rules)]
    if places.kind != "RR":
        found = [
            *_source_paused(facts, places, rules),
            *_destination_enrolled(facts, places, rules),
            *found,
        ]
    if facts.from_.arrears not in {None, False}:
        rules.note(
            "欠费不是国家规定的受理条件；个别地方经办时会要求先结清，"
            f"{ASK_12393}({places.source.name})。"
        )
    return found


def _source_paused(facts: TransferFacts, places: Places, rules: Rules) -> list[Finding]:
    by = rules.standing("source_pause_required", places.source.code)
    if by is None or not by.value:
        return []
    side = facts.from_
    ends_later = side.paused_on is not None and side.paused_on > facts.on
    if side.status != "normal" and not ends_later:
        return []
    employee = side.insutype == "310"
    who = "原用人单位（灵活就业人员由本人）" if employee else "本人"
    if ends_later:
        assert side.paused_on is not None
        day = side.paused_on.isoformat()
        return [
            Finding(
                outcome="not_yet",
                passes_on=side.paused_on,
                reason=reason(
                    "SOURCE_NOT_PAUSED",
                    f"转出地{places.source.name}的参保要到 {day} 才中止，在此之前仍是正常参保。",
                    by,
                    Repair(who=who, how=f"停保生效（{day}）后再申请", from_=day),
                ),
            )
        ]
    how = f"在转出地{places.source.name}办理停保（中止参保）登记"
    if employee:
        how += "；原单位不办、失联或已注销的，持离职证明等材料向当地经办机构申请处理"
    else:
        how += "；已在转入地参加职工医保的，凭新的参保记录申请暂停居民医保"
    return [
        Finding(
            outcome="not_yet",
            reason=reason(
                "SOURCE_NOT_PAUSED",
                f"转出地{places.source.name}还是正常参保，没有中止参保。",
                by,
                Repair(who=who, how=how),
            ),
        )
    ]


def _destination_enrolled(facts: TransferFacts, places: Places, rules: Rules) -> list[Finding]:
    by = rules.standing("destination_enrolment_required", places.destination.code)
    if by is None or not by.value:
        return []
    side = facts.to
    scheme = "职工医保" if side.insutype == "310" else "居民医保"
    who = "新用人单位（灵活就业人员由本人）" if side.insutype == "310" else "本人"
    where = f"转入地{places.destination.name}"
    if side.status == "normal" and side.enrolled_on is not None and side.enrolled_on > facts.on:
        day = side.enrolled_on.isoformat()
        return [
            Finding(
                outcome="not_yet",
                passes_on=side.enrolled_on,
                reason=reason(
                    "DESTINATION_NOT_ENROLLED",
                    f"{where}的{scheme}要到 {day} 才生效。",
                    by,
                    Repair(who=who, how=f"参保生效（{day}）后再申请", from_=day),
                ),
            )
        ]
    if side.status == "normal":
        return []
    state = "处于暂停参保" if side.status == "paused" else "还没有参保"
    return [
        Finding(
            outcome="not_yet",
            reason=reason(
                "DESTINATION_NOT_ENROLLED",
                f"在{where}{state}，不符合已按规定参加{scheme}的条件。",
                by,
                Repair(who=who, how=f"先在{where}办理{scheme}参保登记并正常缴费"),
            ),
        )
    ]


def _destination_paid(facts: TransferFacts, places: Places, rules: Rules) -> list[Finding]:
    if facts.to.insutype != "310":
        return []
    by = rules.get("destination_paid_this_month_required", places.destination.code)
    if by is None or not by.value or facts.to.paid_this_month:
        return []
    where = places.destination.name
    if facts.to.paid_this_month is None:
        rules.note(f"未说明 to.paid_this_month：{where}要求当月已足额缴费，按已缴费回答。")
        return []
    return [
        Finding(
            outcome="not_yet",
            reason=reason(
                "DESTINATION_NOT_PAID",
                f"转入地{where}要求当月已足额缴费，当月还没有到账。",
                by,
                Repair(who="新用人单位（灵活就业人员由本人）", how="当月医保费足额到账后再申请"),
            ),
        )
    ]


def _bank_info(facts: TransferFacts, places: Places, rules: Rules) -> list[Finding]:
    stated = {
        "from": (places.source, facts.from_.bank_info_complete),
        "to": (places.destination, facts.to.bank_info_complete),
    }
    missing = [place.name for place, complete in stated.values() if complete is False]
    by = next(
        (
            found
            for place, _ in stated.values()
            if (found := rules.get("bank_info_required", place.code)) is not None and found.value
        ),
        None,
    )
    who = "、".join(missing) + "经办机构"
    if by is None:
        if missing:
            rules.note(f"{who}的银行信息不完整：不影响受理，但补全之前资金不能汇出或收取。")
        return []
    if not missing:
        unknown = [f"{side}.bank_info_complete" for side, one in stated.items() if one[1] is None]
        if unknown:
            rules.note(f"未说明 {'、'.join(unknown)}：按两地经办机构银行信息完整回答。")
        return []
    return [
        Finding(
            outcome="not_yet",
            reason=reason(
                "BANK_INFO_INCOMPLETE",
                f"{who}的银行信息不完整，无法办理。",
                by,
                Repair(who=who, how="由经办机构在系统中补全开户银行、户名和账号后再申请"),
            ),
        )
    ]
