"""The credit of the retired: each row of the area names its method."""

from __future__ import annotations

from jiexu.core.base.areas import NATION, Area
from jiexu.core.base.money import Fen, fen_from_yuan, yuan_from_fen
from jiexu.core.policy.amounts import share
from jiexu.core.policy.fitting_rows import Row, at_least, at_most, fitting_row
from jiexu.core.policy.parameters import Parameter
from jiexu.core.policy.questions.credit.facts import CreditFacts
from jiexu.core.policy.questions.credit.finding import ASK, Finding
from jiexu.core.policy.rules import ASK_12393, Rules, reason

_NEEDS = {
    "rate_of_first_pension": "first_pension",
    "rate_of_own_pension": "own_pension",
    "same_as_2022_12": "credit_2022_12",
    "rate_of_average_pension": "average_pension",
}


def credit_of_retired(facts: CreditFacts, area: Area, age: int | None, rules: Rules) -> Finding:
    """The row for age and day of retirement; without one, what the nation says and whom to ask."""
    rules.heard("retiree_credit", area.code)
    fitting = fitting_row(
        rules.levels("retiree_credit", area.code),
        {
            "from_age": ("age", at_least(age)),
            "to_age": ("age", at_most(age)),
            "retired_from": ("retired_on", at_least(facts.retired_on)),
            "retired_to": ("retired_on", at_most(facts.retired_on)),
        },
    )
    if fitting.lacking and fitting.by is not None:
        names = "、".join(
            "age 或 birth" if one == "age" else one for one in sorted(fitting.lacking)
        )
        rules.note(f"未说明 {names}：当地的划入额因此而不同，不能回答。")
        by = rules.use(fitting.by)
        text = f"{area.name}退休人员的划入额按年龄或退休时间分档，缺少 {names}。"
        return Finding(outcome="credited", reasons=(reason("FACTS_MISSING", text, by, None),))
    if fitting.row is None or fitting.by is None:
        return _unknown(facts, area, age, rules)
    return _by_row(facts, area, fitting.row, fitting.by, rules)


def _by_row(facts: CreditFacts, area: Area, row: Row, by: Parameter, rules: Rules) -> Finding:
    rules.use(by)
    method, period = row["method"], row.get("period", "month")
    amount, told = _amount(facts, row)
    if amount is None:
        fact = _NEEDS.get(method)
        if fact == "average_pension":
            return _average_missing(facts, area, by, row["rate"], rules)
        rules.note(f"未说明 {fact}：不能算出划入额。")
    if by.note:
        rules.note(by.note)
    guide = rules.get("retiree_credit_guide_rate", area.code)
    shown = [reason("RETIREE_CREDIT", f"{area.name}退休人员{told}。", by, None)]
    if guide is not None and method == "fixed":
        text = f"定额是按改革当年当地平均养老金的一定比例（国家办法为 {guide.value} 左右）确定的。"
        shown.append(reason("FIXED_IS_A_FROZEN_SHARE", text, guide, None))
    return Finding(
        outcome="credited",
        monthly_fen=amount if period == "month" else None,
        yearly_fen=amount if period == "year" else None,
        method=method,
        period=period,
        rate=row.get("rate"),
        reasons=tuple(shown),
    )


def _amount(facts: CreditFacts, row: Row) -> tuple[Fen | None, str]:
    """The gross amount of a row, and how it is told."""
    method = row["method"]
    each = "每年" if row.get("period") == "year" else "每月"
    if method == "fixed":
        amount = fen_from_yuan(row["amount"])
        return amount, f"{each}定额划入 {yuan_from_fen(amount)} 元"
    if method == "same_as_2022_12":
        same = _stated(facts, "credit_2022_12")
        return same, f"{each}划入额与2022年12月相同"
    rate = row["rate"]
    if method == "rate_of_average_wage":
        ratios = (rate, row["share"]) if "share" in row else (rate,)
        part = f"{row['share']} × " if "share" in row else ""
        amount = share(fen_from_yuan(row["average"]), *ratios)
        return amount, f"{each}按当地平均工资 {row['average']} 元 × {part}{rate} 划入"
    if method == "rate_of_average_pension":
        average = _stated(facts, "average_pension")
        if average is None and "published" in row:
            amount = fen_from_yuan(row["published"])
            told = (
                f"{each}按改革当年当地平均养老金 × {rate} 划入，公布的数额为 {row['published']} 元"
            )
            return amount, told
        told = f"{each}按改革当年当地平均养老金 × {rate} 划入"
        return None if average is None else share(average, rate), told
    pension = _stated(facts, _NEEDS[method])
    told = f"{each}按本人养老金 × {rate} 划入"
    return None if pension is None else share(pension, rate), told


def _stated(facts: CreditFacts, name: str) -> Fen | None:
    text: str | None = getattr(facts, name)
    return None if text is None else fen_from_yuan(text, path=name)


def _average_missing(
    facts: CreditFacts, area: Area, by: Parameter, rate: str, rules: Rules
) -> Finding:
    rules.note(
        f"没有查到{area.name}改革当年的平均养老金：知道时可填写 average_pension；{ASK_12393}。"
    )
    if by.note:
        rules.note(by.note)
    text = f"{area.name}退休人员按改革当年当地平均养老金 × {rate} 定额划入，没有查到公布的数额。"
    return Finding(
        outcome="local_rule_unknown",
        method="rate_of_average_pension",
        period="month",
        rate=rate,
        reasons=(reason("LOCAL_AMOUNT_UNKNOWN", text, by, ASK),),
    )


def _unknown(facts: CreditFacts, area: Area, age: int | None, rules: Rules) -> Finding:
    guide = rules.get("retiree_credit_guide_rate", area.code)
    if guide is None:
        rules.note(f"{facts.on} 的退休人员划入规定没有查到，{ASK_12393}。")
        return Finding(outcome="local_rule_unknown")
    average = _stated(facts, "average_pension")
    amount = None if average is None else share(average, guide.value)
    if area.code == NATION and amount is not None:
        text = f"按国家办法推算：平均养老金 × {guide.value}；具体定额由当地确定。"
        return Finding(
            outcome="credited",
            monthly_fen=amount,
            method="rate_of_average_pension",
            period="month",
            rate=guide.value,
            reasons=(reason("NATIONAL_GUIDE", text, guide, ASK),),
        )
    told = "" if age is None else f"（{age} 岁）"
    text = (
        f"没有查到{area.name}退休人员{told}个人账户划入额的规定；"
        f"国家办法是逐步调整到改革当年当地平均养老金的 {guide.value} 左右。"
    )
    return Finding(
        outcome="local_rule_unknown",
        guide_fen=amount,
        reasons=(reason("LOCAL_RULE_UNKNOWN", text, guide, ASK),),
    )


def deductions_of(
    facts: CreditFacts, area: Area, finding: Finding, rules: Rules
) -> tuple[tuple[str, Fen], ...]:
    """What is taken from a monthly credit of the retired before it reaches the account."""
    if facts.category != "retired" or finding.monthly_fen is None:
        return ()
    by = rules.get("retiree_credit_deductions", area.code)
    if by is None:
        return ()
    if by.note:
        rules.note(by.note)
    return tuple((row["name"], fen_from_yuan(row["amount"])) for row in by.value)
