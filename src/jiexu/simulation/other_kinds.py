"""People of the demo country for the kinds that are not employee to employee, and a retiree."""

from __future__ import annotations

from datetime import date

from jiexu.simulation.country import CITIZENS, Country, unknown_password
from jiexu.simulation.people import InventedPerson, invent_person
from jiexu.simulation.population import (
    first_day,
    import_arrivals,
    month_back,
    months_row,
    person_row,
    relation_row,
)

SOURCE, TARGET = "320100", "450200"


def bring_in_other_kinds(country: Country) -> None:
    """A resident who must wait, one who became an employee, one who lost the job, a retiree."""
    year = country.today.year
    resident = _somebody(country)
    _resident(country, SOURCE, resident, date(year, 1, 1), year)
    _citizen(
        country,
        "jumin",
        resident,
        "居民，从南京搬到柳州：今年还不能转，参加柳州下一年度居民医保后才可以。",
    )
    employed = _somebody(country)
    _resident(country, SOURCE, employed, date(year, 1, 1), year)
    import_arrivals(country, TARGET, [employed])
    _citizen(
        country,
        "juminruzhi",
        employed,
        "南京居民，到柳州就业：居民医保由经办机构按重复参保暂停，可以直接申请。",
    )
    jobless = _somebody(country)
    _stopped(country, jobless, "1286.40", retired=False)
    _resident(country, TARGET, jobless, date(year, country.today.month, 1), year)
    _citizen(
        country,
        "zhigongzhuanjumin",
        jobless,
        "离职后到柳州参加居民医保：年限可以转，个人账户余额没有账户可去。",
    )
    retiree = _somebody(country, born=(date(year - 70, 1, 1), date(year - 64, 12, 31)))
    _stopped(country, retiree, "2210.00", retired=True)
    import_arrivals(country, TARGET, [retiree])
    _citizen(country, "tuixiu", retiree, "南京退休：不能转移，会得到理由和别的办法。")


def _somebody(country: Country, born: tuple[date, date] | None = None) -> InventedPerson:
    return invent_person(
        country.rng,
        area=SOURCE,
        today=country.today,
        born_between=born or (date(1982, 1, 1), date(1996, 12, 31)),
        taken=country.taken,
    )


def _resident(country: Country, area: str, person: InventedPerson, begin: date, year: int) -> None:
    """Insured as a resident for this year, paid to its end."""
    node = country.node
    node.import_rows("persons", area, [person_row(person)])
    row = relation_row(person, "normal", begin.isoformat(), "")
    row |= {"险种": "390", "参保类型": "pool_only", "单位名称": "", "参保年度": str(year)}
    node.import_rows("relations", area, [row])
    paid = months_row(person, area, f"{begin:%Y-%m}", f"{year}-12") | {"险种": "390"}
    node.import_rows("contributions", area, [paid])


def _stopped(country: Country, person: InventedPerson, balance: str, *, retired: bool) -> None:
    """Six years an employee at the old place, stopped since last month."""
    node = country.node
    begin, ended = month_back(country.today, 74), month_back(country.today, 2)
    since = first_day(month_back(country.today, 1))
    before = date.fromordinal(date.fromisoformat(since).toordinal() - 1).isoformat()
    kind = {"是否退休": "是" if retired else "否"}
    node.import_rows("persons", SOURCE, [person_row(person)])
    node.import_rows(
        "relations",
        SOURCE,
        [
            relation_row(person, "normal", first_day(begin), before) | kind,
            relation_row(person, "paused", since, "") | kind,
        ],
    )
    node.import_rows("contributions", SOURCE, [months_row(person, SOURCE, begin, ended)])
    node.import_rows("balances", SOURCE, [{"证件号码": person.certno, "个人账户余额": balance}])


def _citizen(country: Country, username: str, person: InventedPerson, story: str) -> None:
    country.node.add_citizen(username, person.name, unknown_password(), person.certno)
    country.demo_people.append(
        {
            "username": username,
            "name": person.name,
            "group": CITIZENS,
            "story": story,
            "go_to": "/me",
        }
    )
