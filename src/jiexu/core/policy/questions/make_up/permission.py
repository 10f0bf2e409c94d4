"""Whether the months may be paid afterwards, and by whose rule."""

from __future__ import annotations

import msgspec

from jiexu.core.base.areas import Area
from jiexu.core.base.decision import Reason, Repair
from jiexu.core.base.periods import Month
from jiexu.core.policy.fitting_rows import at_most, fitting_row, same
from jiexu.core.policy.questions.make_up.facts import MakeUpFacts
from jiexu.core.policy.rules import ASK_12393, Rules, reason

NO_SUBSTITUTE = "不要找第三方“代缴”：虚构劳动关系参保是违法的，补缴无效，还可能被追回待遇。"


class Permission(msgspec.Struct, frozen=True, kw_only=True):
    """`late_fee`: a late fee is owed. `deadline_months`: after the last month of the break."""

    outcome: str
    late_fee: bool = False
    deadline_months: int | None = None
    reasons: tuple[Reason, ...] = ()


def permission(facts: MakeUpFacts, area: Area, months: int, rules: Rules) -> Permission:
    """The employer's duty, the local rule, or nothing sourced."""
    if months == 0:
        return _nothing_due(facts)
    if facts.identity == "resident":
        return _resident(area, rules)
    if facts.cause == "employer" or (facts.identity == "employer" and facts.cause is None):
        if facts.cause is None:
            rules.note("未说明 cause：单位职工按单位未缴回答。")
        return _employer(area, rules)
    return _local(facts, area, months, rules)


def _nothing_due(facts: MakeUpFacts) -> Permission:
    first = Month.parse(facts.break_from, path="break_from").first_day
    how = "到了缴费期按期缴费即可"
    return Permission(
        outcome="refuse",
        reasons=(
            Reason(
                code="NOTHING_DUE",
                text="这些月份还没有到缴费期，没有要补缴的。",
                rule="补缴只针对已经中断的月份",
                repair=Repair(who="本人或用人单位", how=how, from_=first.isoformat()),
            ),
        ),
    )


def _employer(area: Area, rules: Rules) -> Permission:
    by = rules.get("employer_must_pay_arrears", area.code)
    if by is None:
        return _unknown(area, rules)
    repair = Repair(
        who="用人单位",
        how="向医保经办机构申报、由税务部门征收，并缴清滞纳金；单位不办的，本人可向征收机构投诉",
    )
    text = "单位未按时足额缴费的，必须补足中断的月份。"
    return Permission(
        outcome="allowed",
        late_fee=True,
        reasons=(reason("EMPLOYER_MUST_PAY", text, by, repair),),
    )


def _local(facts: MakeUpFacts, area: Area, months: int, rules: Rules) -> Permission:
    rules.heard("make_up", area.code)
    fitting = fitting_row(
        rules.levels("make_up", area.code),
        {
            "identity": ("identity", same(facts.identity)),
            "to_months": ("break_to", at_most(months)),
        },
    )
    if fitting.row is None or fitting.by is None:
        return _unknown(area, rules)
    by = rules.use(fitting.by)
    text = f"{area.name}允许补缴中断的 {months} 个月。"
    repair = Repair(who="本人", how="向医保经办机构申请核定，再向税务部门缴费")
    return Permission(
        outcome="allowed",
        late_fee=fitting.row.get("late_fee", False),
        deadline_months=fitting.row.get("deadline_months"),
        reasons=(reason("LOCAL_MAKE_UP", text, by, repair),),
    )


def _unknown(area: Area, rules: Rules) -> Permission:
    rules.note(NO_SUBSTITUTE)
    text = f"没有查到{area.name}个人原因中断后能否补缴的规定，各地不同。"
    ask = Repair(who="本人", how=f"问清{area.name}能否补缴、补缴几个月：{ASK_12393}")
    shown = [
        Reason(code="LOCAL_RULE_UNKNOWN", text=text, rule="没有出处的数不作为规则", repair=ask)
    ]
    short = rules.get("no_wait_break_months", area.code)
    if short is not None:
        text = (
            f"国家保证：办理跨统筹区转移接续、中断不超过 {short.value} 个月（含）的，"
            "可以按转入地规定补缴，缴费当月起享受待遇，费用可追溯。"
        )
        shown.append(reason("NATIONAL_GUARANTEE", text, short, None))
    return Permission(outcome="local_rule_unknown", reasons=tuple(shown))


def _resident(area: Area, rules: Rules) -> Permission:
    by = rules.get("resident_variable_wait_per_year_months", area.code)
    rules.note("居民医保按年度缴费，没有按月补缴；中断期间和等待期内的费用不予报销。")
    if by is None:
        return Permission(outcome="local_rule_unknown")
    text = "居民医保断保的年度可以按年缴费，用来减少变动待遇等待期。"
    repair = Repair(
        who="本人",
        how="集中参保期外也可以参保缴费（有待遇等待期），不必等到下一年度；"
        "等待期和修复的效果用 resident-wait 查询，缴费标准问 12393",
    )
    return Permission(
        outcome="allowed", reasons=(reason("RESIDENT_REPAIR_BY_YEAR", text, by, repair),)
    )
