"""A realistic export of the national platform runs to the end, and names every bad row."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from tests.support.country import NAMES, SOURCE, TARGET, THIRD, Country, account_of, rows

from jiexu.core.base.actors import Actor, Role
from jiexu.records.exchange.models import PartnerListRow
from jiexu.records.procedures.models import Case
from jiexu.simulation import platform_lists as lists_of
from jiexu.simulation.platform_lists import Traveller, as_csv, as_xlsx
from jiexu.work import intake
from jiexu.work.companion import errands
from jiexu.work.companion.lists import take_list

pytest_plugins = ("tests.work.conftest",)


def clerk(area: str) -> Actor:
    return Actor(role=Role.CLERK, ref="jing", agency=area)


def report(area: str, pk: int) -> dict[int, PartnerListRow]:
    return {row.number: row for row in PartnerListRow.objects.of(area).filter(file_id=pk)}


def travellers(country: Country, count: int, source: str, target: str) -> list[Traveller]:
    movers = country.add_movers(count, source=source)
    today = country.now.date()
    return [
        Traveller(one.name, one.certno, lists_of.number_of(target, today, place))
        for place, one in enumerate(movers)
    ]


def close_all(country: Country, area: str, serial: str) -> int:
    """The clerk keys everything in on the platform."""
    done = 0
    for row in rows("exchange.Errand"):
        if row.agency_id == area and row.state == "open":
            number = Case.objects.of(area).get(case_no=row.case_no, half=row.half).partner_reference
            answer = errands.close_errand(
                clerk(area),
                area,
                row.pk,
                row.version,
                number or f"{serial}{row.pk:06d}",
                country.now,
            )
            assert answer.ok, answer
            done += 1
    return done


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_several_hundred_leave_us(country: Country, form: str) -> None:
    people = (
        travellers(country, 260, SOURCE, THIRD)
        if form == "xlsx"
        else travellers(country, 60, SOURCE, THIRD)
    )
    write = as_xlsx if form == "xlsx" else as_csv
    chance = Random(41)
    export = lists_of.export_cases(
        chance,
        people,
        source=SOURCE,
        target=THIRD,
        status="待受理",
        today=country.now.date(),
        wrong=45,
        twice=12,
        payee=(f"{NAMES[TARGET]}（演示账户）", "演示银行", account_of(TARGET)),
    )
    data = write(export)
    pk = take_list(clerk(SOURCE), SOURCE, "cases", f"导出.{form}", data, country.now)
    told = report(SOURCE, pk)
    assert len(told) == len(export.rows)
    assert {number for number, row in told.items() if row.state == "refused"} == set(export.bad)
    assert all(
        row.field == "证件号码" and row.text and row.remedy
        for row in told.values()
        if row.state == "refused"
    )
    assert {number for number, row in told.items() if row.state == "repeated"} == set(
        export.repeated
    )
    good = len(people) - 45
    assert sum(row.state == "applied" for row in told.values()) == good
    # The same file again: nothing twice, and what was made keeps its answer.
    before = country.counts()
    again = take_list(clerk(SOURCE), SOURCE, "cases", f"导出.{form}", data, country.now)
    assert (again, country.counts()) == (pk, before)
    assert {number: row.state for number, row in report(SOURCE, pk).items()} == {
        number: row.state for number, row in told.items()
    }
    # Tomorrow's export says the same in another file: everything is known already.
    export.rows.append([999])
    other = take_list(clerk(SOURCE), SOURCE, "cases", "次日.csv", as_csv(export), country.now)
    states = Counter(row.state for row in report(SOURCE, other).values())
    assert states == {"refused": 46, "repeated": good + 12}
    assert len(rows("procedures.Case")) == good
    country.settle()
    assert {row.kind for row in rows("exchange.Errand")} == {"precheck_answer", "information_form"}
    assert close_all(country, SOURCE, "PT") == 2 * good
    country.pay()
    country.settle()
    country.bank_round()
    country.settle()
    assert {row.fund_leg for row in rows("procedures.Case")} == {"paid"}
    by_number = {row.partner_reference for row in rows("procedures.Case")}
    done = [one for one in people if one.number in by_number]
    assert len(done) == good
    receipts = lists_of.export_receipts(chance, done, today=country.now.date())
    pk = take_list(clerk(SOURCE), SOURCE, "receipts", "办结.xlsx", write(receipts), country.now)
    assert {row.state for row in report(SOURCE, pk).values()} == {"applied"}
    assert {row.state for row in rows("procedures.Case")} == {"completed"}
    assert country.breaks() == []


def test_some_come_to_us(country: Country) -> None:
    """Apply from afar, answers and forms by list, money matched by a person, credited."""
    movers = country.add_movers(14, source=SOURCE, target=TARGET)
    numbers = []
    for mover in movers:
        answer = country.apply(mover, source=THIRD)
        assert answer["ok"], answer
        numbers.append(str(answer["case_no"]))
    country.settle()
    assert close_all(country, TARGET, "330100202603") == 14
    cases = {row.case_no: row for row in rows("procedures.Case")}
    people = [
        Traveller(mover.name, mover.certno, cases[number].partner_reference)
        for mover, number in zip(movers, numbers, strict=True)
    ]
    chance, today = Random(5), country.now.date()
    answers = lists_of.export_cases(
        chance,
        people[:13],
        source=THIRD,
        target=TARGET,
        status="已受理",
        today=today,
        answered_on=today,
    )
    declined = lists_of.export_cases(
        chance,
        people[13:],
        source=THIRD,
        target=TARGET,
        status="不予受理",
        today=today,
        answered_on=today,
        why="转出地未停保",
    )
    for export in (answers, declined):
        pk = take_list(clerk(TARGET), TARGET, "cases", "状态.xlsx", as_xlsx(export), country.now)
        assert {row.state for row in report(TARGET, pk).values()} == {"applied"}
    assert country.case(numbers[13], "in")["state"] == "refused"
    forms = lists_of.export_forms(
        chance,
        [
            (one, "201903-202602", 83 if place == 12 else 84, 1_234_56 + place)
            for place, one in enumerate(people[:13])
        ],
        today=today,
    )
    pk = take_list(clerk(TARGET), TARGET, "forms", "信息表.csv", as_csv(forms), country.now)
    states = [row.state for _, row in sorted(report(TARGET, pk).items())]
    assert states == ["applied"] * 12 + ["doubtful"]
    country.settle()
    shown = country.case(numbers[0], "in")
    assert shown["record_leg"] == "done"
    assert any("国家平台名单" in line[2] for line in shown["comparison"])
    paid = lists_of.export_remittances(
        chance, [(one, 1_234_56 + place) for place, one in enumerate(people[:12])], today=today
    )
    pk = take_list(clerk(TARGET), TARGET, "remittances", "付款.xlsx", as_xlsx(paid), country.now)
    assert {row.state for row in report(TARGET, pk).values()} == {"applied"}
    assert close_all(country, TARGET, "x") == 12  # the receipts of the record leg
    assert country.breaks() == []
    # The money: half of it names the platform's number, half only the person.
    country.bank_folder.joinpath(TARGET, "in").mkdir(parents=True, exist_ok=True)
    country.statement(
        TARGET,
        *(
            (
                f"E{place:04d}",
                "credit",
                1_234_56 + place,
                f"转移 {one.number}" if place % 2 else f"{one.name} 杭州市医保个账",
            )
            for place, one in enumerate(people[:12])
        ),
    )
    country.settle()
    legs = [country.case(number, "in")["fund_leg"] for number in numbers[:12]]
    assert legs == ["in_transit", "credited"] * 6
    waiting = country.node.breaks(TARGET)
    assert {line["doubt"] for line in waiting} == {"PROPOSED"}
    preparer = country.actor(Role.FINANCE_PREPARER, area=TARGET)
    for line in waiting:
        answer = intake.match_line(
            *(preparer, TARGET, line["id"], line["case_no"], line["version"]), "", country.now
        )
        assert answer.ok, answer
    country.settle()
    assert {country.case(number, "in")["state"] for number in numbers[:12]} == {"completed"}
    assert [country.held(TARGET, mover) for mover in movers[:12]] == [
        1_234_56 + place for place in range(12)
    ]
    assert country.breaks() == []
