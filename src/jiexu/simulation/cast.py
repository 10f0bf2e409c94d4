"""The named people of the demo country, whose part a visitor can take."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from jiexu.core.base.areas import area as area_of
from jiexu.simulation.country import CITIZENS, Country, Mover, unknown_password
from jiexu.simulation.people import InventedEmployer, InventedPerson, invent_person
from jiexu.simulation.population import (
    first_day,
    import_arrivals,
    import_residents,
    month_back,
    months_row,
    person_row,
    relation_row,
)

HERO_CERTNO = "320198199203154525"
SOURCE, TARGET = "320100", "450200"


def bring_in_cast(country: Country) -> None:
    """The hero of story 001, one whose old cover is not stopped, one whose name differs between
    the two places, and two whose case runs.
    """
    _hero(country)
    _unstopped(country)
    for mover in country.movers[:2]:
        way = f"{area_of(mover.source).name} → {area_of(mover.target).name}"
        _citizen(
            country,
            f"mover{mover.person.certno[-4:].lower()}",
            mover.person,
            f"转移正在办理或已办结（{way}）。",
        )
    _renamed(country)


def _hero(country: Country) -> None:
    hero = InventedPerson(
        name="沈若岚",
        sex="F",
        birth=date(1992, 3, 15),
        certno=HERO_CERTNO,
        phone="",
        bank_account="",
        area=SOURCE,
        employer=InventedEmployer(name="南京云锦软件有限公司", uscc=""),
    )
    _leave(country, hero, "3214.56")
    import_arrivals(country, TARGET, [hero])
    _citizen(country, "shenruolan", hero, "从南京到柳州换了工作，还没有申请转移。")


def _renamed(country: Country) -> None:
    """The old place has another name on record: its clerk finds the case in the queue."""
    person = invent_person(
        country.rng,
        area=SOURCE,
        today=country.today,
        born_between=(date(1980, 1, 1), date(1990, 12, 31)),
        taken=country.taken,
    )
    _leave(country, msgspec.structs.replace(person, name=f"{person.name[0]}晓梅"), "986.20")
    import_arrivals(country, TARGET, [person])
    country.movers.insert(0, Mover(person=person, source=SOURCE, target=TARGET))
    _citizen(
        country,
        "gaiming",
        person,
        "改过名字，南京登记的是曾用名（南京 → 柳州），等南京的经办人员核对。",
    )


def _leave(country: Country, person: InventedPerson, balance: str) -> None:
    """Seven years insured at the old place, stopped since last month."""
    begin = month_back(country.today, 85)
    ended = month_back(country.today, 2)
    paused_on = first_day(month_back(country.today, 1))
    before = (date.fromisoformat(paused_on) - timedelta(days=1)).isoformat()
    node = country.node
    node.import_rows("persons", SOURCE, [person_row(person)])
    node.import_rows(
        "relations",
        SOURCE,
        [
            relation_row(person, "normal", first_day(begin), before),
            relation_row(person, "paused", paused_on, ""),
        ],
    )
    node.import_rows("contributions", SOURCE, [months_row(person, SOURCE, begin, ended)])
    node.import_rows("balances", SOURCE, [{"证件号码": person.certno, "个人账户余额": balance}])


def _unstopped(country: Country) -> None:
    area, target = "150100", "320100"
    person = invent_person(
        country.rng,
        area=area,
        today=country.today,
        born_between=(date(1985, 1, 1), date(1995, 12, 31)),
        taken=country.taken,
    )
    import_residents(country, area, [person], [])
    import_arrivals(country, target, [person])
    _citizen(
        country,
        "weitingbao",
        person,
        "原单位还没有为其停保（呼和浩特 → 南京），申请会被转出地拒绝并说明怎么办。",
    )


def _citizen(country: Country, username: str, person: InventedPerson, story: str) -> None:
    """Citizens stand before the staff on the demo page."""
    country.node.add_citizen(username, person.name, unknown_password(), person.certno)
    country.demo_people.insert(
        sum(one["group"] == CITIZENS for one in country.demo_people),
        {
            "username": username,
            "name": person.name,
            "group": CITIZENS,
            "story": story,
            "go_to": "/me",
        },
    )
