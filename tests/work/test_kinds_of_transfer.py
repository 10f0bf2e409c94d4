"""The four kinds from application to the end: what moves, what stays, what cover holds after it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from tests.support.country import SOURCE, TARGET, Country, Mover, rows

from jiexu.core.procedures.transfer.facts import CaseRecord
from jiexu.records.access.sealing import open_struct
from jiexu.simulation.clockwork import SHANGHAI
from jiexu.simulation.people import invent_people
from jiexu.work import accounts
from jiexu.work.intake import check_transfer


def person(country: Country, balance_fen: int = 0) -> Mover:
    """Somebody who is on record nowhere yet."""
    (one,) = invent_people(
        country._chance,
        count=1,
        area=SOURCE,
        today=country.now.date(),
        born_between=(date(1980, 1, 1), date(1990, 12, 31)),
    )
    return Mover(one.name, one.certno, balance_fen)


def relation(
    country: Country, area: str, mover: Mover, insutype: str, begin: str, **more: str
) -> None:
    node = country.node
    node.import_rows(
        "persons", area, [{"姓名": mover.name, "证件类型": "01", "证件号码": mover.certno}]
    )
    node.import_rows(
        "relations",
        area,
        [
            {
                "证件号码": mover.certno,
                "险种": insutype,
                "参保类型": "account" if insutype == "310" else "pool_only",
                "状态": "normal",
                "起始日期": begin,
                "终止日期": "",
                "单位名称": "",
                **more,
            }
        ],
    )


def months(country: Country, area: str, mover: Mover, insutype: str, begin: str, end: str) -> None:
    country.node.import_rows(
        "contributions",
        area,
        [
            {
                "证件号码": mover.certno,
                "险种": insutype,
                "类型": "actual",
                "起始年月": begin,
                "终止年月": end,
                "缴费地": area,
            }
        ],
    )


def ask(country: Country, mover: Mover, out: str, into: str, **more: str) -> Any:
    form = {"from_area": SOURCE, "to_area": TARGET, "insutype": out, "insutype_to": into, **more}
    return country.node.apply_for_certno(mover.certno, form, country.key("apply"))


def record(case_no: str, half: str) -> CaseRecord:
    (row,) = [r for r in rows("procedures.Case") if (r.case_no, r.half) == (case_no, half)]
    return open_struct(row.facts_sealed, CaseRecord, context="case.facts")


def statuses(area: str, insutype: str) -> list[tuple[str, str]]:
    found = [
        (row.valid_from.isoformat(), row.status)
        for row in rows("registry.Relation")
        if (row.agency_id, row.insutype) == (area, insutype) and row.superseded_at is None
    ]
    return sorted(found)


def test_residents_wait_for_the_next_year_and_keep_this_years_cover(country: Country) -> None:
    country.clock.set(datetime(2026, 11, 5, 10, 0, tzinfo=SHANGHAI))
    mover = person(country)
    relation(country, SOURCE, mover, "390", "2026-01-01", 参保年度="2026")
    months(country, SOURCE, mover, "390", "2026-01", "2026-12")
    relation(country, TARGET, mover, "390", "2026-10-01", 参保年度="2026", 终止日期="2026-11-09")
    first = ask(country, mover, "390", "390")
    assert first["ok"], first
    country.settle()
    assert country.states(first["case_no"]) == {
        "in": ("not_yet", "not_yet", "none"),
        "out": ("not_yet", "not_yet", "none"),
    }
    (text, repair, source) = country.case(first["case_no"], "in")["refusals"][0]
    assert text == "居民医保当年度原则上不办理转移，须先在转入地参加下一年度居民医保。"
    assert repair == (
        "本人：在转入地柳州市的集中参保期参加下一年度（2027 年）居民医保，"
        "参保后即可申请；当年度继续在转出地享受待遇"
    )
    assert "医保办发〔2021〕43号" in source

    country.clock.set(datetime(2026, 11, 10, 10, 0, tzinfo=SHANGHAI))
    relation(country, TARGET, mover, "390", "2026-11-10", 参保年度="2027")
    second = ask(country, mover, "390", "390")
    assert second["ok"], second
    country.settle()
    assert country.states(second["case_no"]) == {
        "in": ("completed", "done", "none"),
        "out": ("completed", "done", "none"),
    }
    # Cover of this year goes on at the old place until the new benefit period begins.
    assert statuses(SOURCE, "390") == [("2026-01-01", "normal"), ("2027-01-01", "terminated")]
    after = record(second["case_no"], "in").cover_after
    assert after is not None
    assert after.text == "居民医保的待遇按新参保地的待遇享受期计算。"
    assert country.breaks() == []


def test_a_residents_year_that_has_passed_is_no_longer_cover(country: Country) -> None:
    country.clock.set(datetime(2027, 1, 12, 10, 0, tzinfo=SHANGHAI))
    mover = person(country)
    relation(country, SOURCE, mover, "390", "2026-01-01", 参保年度="2026", 终止日期="2026-12-31")
    months(country, SOURCE, mover, "390", "2026-01", "2026-12")
    relation(country, TARGET, mover, "390", "2027-01-05", 参保年度="2027")
    answer = ask(country, mover, "390", "390")
    assert answer["ok"], answer
    country.settle()
    assert country.states(answer["case_no"])["in"] == ("completed", "done", "none")


def test_resident_cover_is_suspended_by_employment_and_not_held_against_the_person(
    country: Country,
) -> None:
    mover = person(country)
    relation(country, SOURCE, mover, "390", "2024-01-01", 参保年度="2026")
    months(country, SOURCE, mover, "390", "2024-01", "2026-12")
    relation(country, TARGET, mover, "310", "2026-03-01")
    months(country, TARGET, mover, "310", "2026-03", "2026-03")
    answer = ask(country, mover, "390", "310")
    assert answer["ok"], answer
    country.settle()
    case_no = answer["case_no"]
    assert country.states(case_no) == {
        "in": ("completed", "done", "none"),
        "out": ("completed", "done", "none"),
    }
    assert statuses(SOURCE, "390")[-1] == ("2026-03-11", "terminated")
    told = record(case_no, "in").informed
    assert [one.code for one in told] == ["RESIDENT_COVER_SUSPENDED"]
    assert told[0].text == (
        "您已在转入地参加职工医保，南京经办中心的居民医保由当地经办机构按重复参保暂停，"
        "不用您自己去办，也不影响受理。"
    )
    assert told[0].sources[0].number == "医保发〔2020〕33号"
    after = record(case_no, "in").cover_after
    assert after is not None
    assert (after.wait_months, after.begins_on) == (0, date(2026, 3, 1))
    assert after.text == "参保没有中断，没有待遇等待期，2026-03-01 起享受待遇。"


def test_an_employee_who_becomes_a_resident_keeps_the_old_account(country: Country) -> None:
    mover = person(country, 321_00)
    country.enrol(SOURCE, [mover], since="2020-01", until="2026-02")
    country.give_balances(SOURCE, [mover])
    relation(country, TARGET, mover, "390", "2026-03-01", 参保年度="2026")
    months(country, TARGET, mover, "390", "2026-03", "2026-12")
    answer = ask(country, mover, "310", "390")
    assert answer["ok"], answer
    country.settle()
    case_no = answer["case_no"]
    assert country.states(case_no) == {
        "in": ("completed", "done", "none"),
        "out": ("completed", "done", "none"),
    }
    assert country.held(SOURCE, mover) == 321_00
    balance = country.node.balance(SOURCE, mover.certno)
    assert (balance["posted_fen"], balance["reserved_fen"]) == (321_00, 0)
    informed = record(case_no, "in").informed
    assert [one.code for one in informed] == ["NO_ACCOUNT_AT_DESTINATION"]
    assert informed[0].text == (
        "居民医保没有个人账户，余额不能转入；余额怎样处理国家没有统一规定，当地的规定也没有查到。"
    )
    assert country.breaks() == []


def test_a_break_of_two_months_paid_back_costs_no_wait(country: Country) -> None:
    mover = person(country)
    country.enrol(SOURCE, [mover], since="2020-01", until="2025-12")
    relation(country, TARGET, mover, "310", "2026-03-01")
    months(country, TARGET, mover, "310", "2026-01", "2026-03")
    answer = ask(country, mover, "310", "310")
    country.settle()
    after = record(answer["case_no"], "in").cover_after
    assert after is not None
    assert (after.break_months, after.back_paid) == (2, True)
    assert (after.wait_months, after.retroactive) == (0, True)
    assert after.text == (
        "中断 2 个月已补缴，没有待遇等待期，2026-03-01 起享受待遇；"
        "2026-01 至 2026-02 中断期间的费用可以追溯报销。"
    )
    assert "国家规定" in {str(s.badge) for one in after.reasons for s in one.sources}
    said = " ".join(country.transcript(answer["case_no"]))
    assert "中断期间的费用可以追溯报销" in said


@pytest.mark.parametrize(
    ("begin", "wait", "retroactive"), [("2026-01", 0, True), ("2026-02", None, False)]
)
def test_the_check_before_applying_counts_a_break_as_the_transfer_does(
    country: Country, begin: str, wait: int | None, retroactive: bool
) -> None:
    """Months paid back lie before the enrolment and are no earlier begin of the new cover."""
    mover = person(country)
    country.enrol(SOURCE, [mover], since="2020-01", until="2025-12")
    relation(country, TARGET, mover, "310", "2026-03-01")
    months(country, TARGET, mover, "310", begin, "2026-03")
    user = accounts.add_user(
        "returns", mover.name, "correct-horse-9", country.now, certno=mover.certno
    )
    form = {"from_area": SOURCE, "to_area": TARGET, "insutype": "310"}
    values = check_transfer(user, form, country.now.date()).values
    assert (values["wait_months"], values["retroactive"]) == (wait, retroactive)


def test_a_break_that_was_not_paid_back_promises_nothing(country: Country) -> None:
    mover = person(country)
    country.enrol(SOURCE, [mover], since="2020-01", until="2025-12")
    relation(country, TARGET, mover, "310", "2026-03-01")
    months(country, TARGET, mover, "310", "2026-03", "2026-03")
    answer = ask(country, mover, "310", "310")
    country.settle()
    after = record(answer["case_no"], "in").cover_after
    assert after is not None
    assert (after.wait_months, after.retroactive, after.back_paid) == (None, False, False)
    assert after.text.startswith("中断 2 个月。没有补缴中断的月份：国家不保证无等待期")


def test_a_retiree_is_refused_with_the_way_on(country: Country) -> None:
    mover = person(country)
    relation(country, SOURCE, mover, "310", "2010-01-01", 状态="paused", 是否退休="是")
    relation(country, TARGET, mover, "310", "2026-03-01")
    months(country, TARGET, mover, "310", "2026-03", "2026-03")
    answer = ask(country, mover, "310", "310")
    country.settle()
    assert country.states(answer["case_no"])["in"] == ("refused", "refused", "none")
    view = country.case(answer["case_no"], "in")
    (text, repair, source) = view["refusals"][0]
    assert text == "退休人员的职工医保关系不办理转移接续。"
    assert repair == (
        "本人：医保关系留在退休地；在外地长期居住的，办理异地安置（异地就医）备案，即可在居住地直接结算"
    )
    assert "医保办发〔2021〕43号" in source
    assert "行政复议" in view["remedies"] and "行政诉讼" in view["remedies"]
