"""The people of the demo country and their past: invented, imported, some between two places."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from rich.progress import Progress

from jiexu.simulation.country import Country, Mover
from jiexu.simulation.people import InventedPerson, invent_employer, invent_person

MOVERS = 24


def settle(country: Country, progress: Progress, count: int) -> None:
    """People with their past, spread over all agencies; some of them between two places."""
    staffed = [one.area for one in country.staffed]
    areas = staffed * 4 + country.others
    span = (date(country.today.year - 60, 1, 1), date(country.today.year - 23, 12, 31))
    employers = {area: [invent_employer(country.rng, area) for _ in range(8)] for area in areas}
    by_area: dict[str, list[InventedPerson]] = {}
    for number in range(count):
        area = areas[number % len(areas)]
        person = invent_person(
            country.rng,
            area=area,
            today=country.today,
            born_between=span,
            employer=country.rng.choice(employers[area]),
            taken=country.taken,
        )
        by_area.setdefault(area, []).append(person)
    task = progress.add_task("人口", total=len(by_area))
    for area, persons in sorted(by_area.items()):
        movers = []
        if area in staffed and len(country.movers) < MOVERS:
            movers = persons[: max(1, MOVERS // len(staffed))]
        stay = persons[len(movers) :]
        import_residents(country, area, stay, movers)
        for place, person in enumerate(movers):
            target = staffed[(staffed.index(area) + place + 1) % len(staffed)]
            country.movers.append(Mover(person=person, source=area, target=target))
        progress.advance(task)
    arrivals: dict[str, list[InventedPerson]] = {}
    for mover in country.movers:
        arrivals.setdefault(mover.target, []).append(mover.person)
    for target, persons in sorted(arrivals.items()):
        import_arrivals(country, target, persons)


def import_residents(
    country: Country, area: str, stay: list[InventedPerson], leave: list[InventedPerson]
) -> None:
    """People with months and money at `area`; who leaves is paused there since last month."""
    everybody = stay + leave
    begin = {
        person.certno: month_back(country.today, country.rng.randint(12, 240))
        for person in everybody
    }
    last = month_back(country.today, 0)
    paused_month = month_back(country.today, 2)
    paused_on = first_day(month_back(country.today, 1))
    country.node.import_rows("persons", area, [person_row(person) for person in everybody])
    relations = [
        relation_row(person, "normal", first_day(begin[person.certno]), "") for person in stay
    ]
    for person in leave:
        ended = (date.fromisoformat(paused_on) - timedelta(days=1)).isoformat()
        relations.append(relation_row(person, "normal", first_day(begin[person.certno]), ended))
        relations.append(relation_row(person, "paused", paused_on, ""))
    country.node.import_rows("relations", area, relations)
    months = [months_row(person, area, begin[person.certno], last) for person in stay]
    months += [months_row(person, area, begin[person.certno], paused_month) for person in leave]
    country.node.import_rows("contributions", area, months)
    country.node.import_rows(
        "balances",
        area,
        [{"证件号码": person.certno, "个人账户余额": _money(country.rng)} for person in everybody],
    )


def import_arrivals(country: Country, area: str, persons: list[InventedPerson]) -> None:
    """People who are insured at `area` since last month, with nothing on their account yet."""
    began = first_day(month_back(country.today, 1))
    country.node.import_rows("persons", area, [person_row(person) for person in persons])
    country.node.import_rows(
        "relations", area, [relation_row(person, "normal", began, "") for person in persons]
    )
    country.node.import_rows(
        "contributions",
        area,
        [
            months_row(person, area, month_back(country.today, 1), month_back(country.today, 0))
            for person in persons
        ],
    )


def month_back(today: date, months: int) -> str:
    """The month so many before the one of `today`, as YYYY-MM."""
    ordinal = today.year * 12 + today.month - 1 - months
    return f"{ordinal // 12:04d}-{ordinal % 12 + 1:02d}"


def first_day(month: str) -> str:
    """Of a month written YYYY-MM."""
    return f"{month}-01"


def person_row(person: InventedPerson) -> dict[str, str]:
    """A row of the import `persons`."""
    return {"姓名": person.name, "证件类型": "01", "证件号码": person.certno}


def relation_row(person: InventedPerson, status: str, begin: str, end: str) -> dict[str, str]:
    """A row of the import `relations`; a person who is insured has an employer."""
    return {
        "证件号码": person.certno,
        "险种": "310",
        "参保类型": "account",
        "状态": status,
        "起始日期": begin,
        "终止日期": end,
        "单位名称": person.employer.name if status == "normal" else "",
    }


def months_row(person: InventedPerson, area: str, begin: str, end: str) -> dict[str, str]:
    """A row of the import `contributions`: paid months from `begin` to `end`, both included."""
    return {
        "证件号码": person.certno,
        "险种": "310",
        "类型": "actual",
        "起始年月": begin,
        "终止年月": end,
        "缴费地": area,
    }


def _money(rng: Random) -> str:
    return f"{rng.randint(20, 19_000)}.{rng.randint(0, 99):02d}"
