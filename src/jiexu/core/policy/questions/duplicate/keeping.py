"""Which relation stays: within a scheme by place, across the schemes by months."""

from __future__ import annotations

import msgspec

from jiexu.core.base.areas import pooling_area
from jiexu.core.base.decision import Reason, Repair
from jiexu.core.policy.questions.duplicate.facts import Relation
from jiexu.core.policy.rules import Rules, reason

SCHEMES = {"310": "职工医保", "390": "居民医保"}


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """`index` is `None` where the person chooses (`own_choice`) or a fact is missing."""

    index: int | None
    own_choice: bool = False
    reasons: tuple[Reason, ...] = ()


def kept(relations: tuple[Relation, ...], rules: Rules) -> Kept:
    """One relation out of all: first one per scheme, then one of the two schemes."""
    every = list(enumerate(relations))
    employee = [one for one in every if one[1].insutype == "310"]
    resident = [one for one in every if one[1].insutype == "390"]
    if employee and resident:
        return _across(employee, resident, rules)
    return _employee(employee, rules) if employee else _resident(resident, rules)


def _across(
    employee: list[tuple[int, Relation]], resident: list[tuple[int, Relation]], rules: Rules
) -> Kept:
    area = employee[0][1].area
    by = rules.get("duplicate_cross_scheme_months", area)
    assert by is not None
    months = [one.continuous_months for _, one in employee if one.continuous_months is not None]
    repair = Repair(
        who="本人", how="向拟保留的参保地经办机构申明选择，另一个参保关系由其所在地暂停"
    )
    if not months:
        rules.note(
            f"未说明 continuous_months（连续参加职工医保的月数）：满 {by.value} 个月（含）的"
            "保留职工医保，不满的由本人选择保留一个。"
        )
        return Kept(index=None)
    if max(months) < by.value:
        text = (
            f"连续参加职工医保 {max(months)} 个月，不满 {by.value} 个月，"
            "由本人选择保留职工医保或居民医保中的一个。"
        )
        one = reason("OWN_CHOICE", text, by, repair)
        return Kept(index=None, own_choice=True, reasons=(one,))
    text = f"连续参加职工医保 {max(months)} 个月，满 {by.value} 个月（含），保留职工医保。"
    within = _employee(employee, rules)
    return Kept(
        index=within.index,
        own_choice=within.own_choice,
        reasons=(reason("KEEP_EMPLOYEE", text, by, None), *within.reasons),
    )


def _employee(found: list[tuple[int, Relation]], rules: Rules) -> Kept:
    if len(found) == 1:
        return Kept(index=found[0][0])
    by_employer = [one for one in found if one[1].identity != "flexible"]
    flexible = [one for one in found if one[1].identity == "flexible"]
    reasons: list[Reason] = []
    if flexible:
        by = rules.get("duplicate_flexible_keep_one", flexible[0][1].area)
        assert by is not None
        text = "灵活就业人员重复参保，保留一个可享受待遇的参保关系，暂停其他关系。"
        reasons.append(reason("FLEXIBLE_KEEP_ONE", text, by, None))
    if len(by_employer) == 1:
        return Kept(index=by_employer[0][0], reasons=tuple(reasons))
    if not by_employer:
        return Kept(index=None, own_choice=True, reasons=tuple(reasons))
    by = rules.get("duplicate_employee_keep", by_employer[0][1].area)
    assert by is not None
    text = "重复参加职工医保，保留就业地的参保关系。"
    reasons.append(reason("KEEP_WORKPLACE", text, by, None))
    at_work = [index for index, one in by_employer if _here(one, one.workplace)]
    if len(at_work) == 1:
        return Kept(index=at_work[0], reasons=tuple(reasons))
    rules.note("未说明（或不止一个）relations.workplace（就业地）：不能回答保留哪一个。")
    return Kept(index=None, reasons=tuple(reasons))


def _resident(found: list[tuple[int, Relation]], rules: Rules) -> Kept:
    by = rules.get("duplicate_resident_keep", found[0][1].area)
    assert by is not None
    one = reason(
        "KEEP_RESIDENCE",
        "重复参加居民医保，保留常住地的参保关系，学生保留学籍地的参保关系。",
        by,
        None,
    )
    at_school = [index for index, item in found if _here(item, item.school)]
    at_home = [index for index, item in found if _here(item, item.residence)]
    for places in (at_school, at_home):
        if len(places) == 1:
            return Kept(index=places[0], reasons=(one,))
        if places:
            break
    rules.note(
        "未说明（或不止一个）relations.residence（常住地）或 relations.school（学籍地）："
        "不能回答保留哪一个。"
    )
    return Kept(index=None, reasons=(one,))


def _here(one: Relation, place: bool | str | None) -> bool:
    if isinstance(place, str):
        named = pooling_area(place, path="relations").code
        return named == pooling_area(one.area, path="relations.area").code
    return bool(place)
