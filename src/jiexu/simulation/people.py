"""Invented people and employers for the demo country, the stories and the load tests.

The same `Random` gives the same people on every machine. Their numbers pass all checks and
belong to nobody (`invented_numbers`); their names are drawn from lists in data/, so that a namesake
is chance.
"""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from jiexu.core.base.areas import area as area_of
from jiexu.core.base.areas import province
from jiexu.core.base.codes.certno import Sex
from jiexu.simulation.invented_numbers import (
    invent_bank_account,
    invent_certno,
    invent_phone,
    invent_uscc,
)

_DATA = Path(__file__).parent / "data"

# Out of 1000 people. Higher than in life: a demo of a few dozen should show each kind.
_DOTTED = 30
_SINGLE = 20
_RARE = 30
_DOUBLE_SURNAME = 20
_ONE_CHARACTER_GIVEN = 250


class InventedEmployer(msgspec.Struct, frozen=True, kw_only=True):
    """A firm that does not exist, with a code that passes GB 32100."""

    name: str
    uscc: str


class InventedPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who does not exist. `area` is where the identity number comes from."""

    name: str
    sex: Sex
    birth: date
    certno: str
    phone: str
    bank_account: str
    area: str
    employer: InventedEmployer


def invent_person(
    rng: Random,
    *,
    area: str,
    today: date,
    born_between: tuple[date, date],
    employer: InventedEmployer | None = None,
    taken: set[str] | None = None,
) -> InventedPerson:
    """One person of `area` (a code of the table), born within `born_between`, both days included.

    Nobody is born after `today`. `employer` is invented too unless given. Numbers in `taken` are
    not given again and the new one is added: pass one set for everybody in a world.
    Raises `BadInput` UNKNOWN_AREA; `ValueError` for an empty span or no number left.
    """
    first, last = born_between[0], min(born_between[1], today)
    if last < first:
        raise ValueError(f"no birthday from {first} to {last}")
    used = taken if taken is not None else set()
    for _ in range(1000):
        sex: Sex = rng.choice(("M", "F"))
        birth = first + timedelta(days=rng.randrange((last - first).days + 1))
        certno = invent_certno(rng, area=area, birth=birth, sex=sex)
        if certno not in used:
            break
    else:
        raise ValueError(f"hardly any identity number is left in {area} from {first} to {last}")
    used.add(certno)
    return InventedPerson(
        name=invent_name(rng, sex=sex),
        sex=sex,
        birth=birth,
        certno=certno,
        phone=invent_phone(rng),
        bank_account=invent_bank_account(rng),
        area=area,
        employer=employer or invent_employer(rng, area=area),
    )


def invent_people(
    rng: Random, *, count: int, area: str, today: date, born_between: tuple[date, date]
) -> tuple[InventedPerson, ...]:
    """`count` people of `area` with different identity numbers, about ten to an employer."""
    employers = [invent_employer(rng, area=area) for _ in range(count // 10 + 1)]
    taken: set[str] = set()
    return tuple(
        invent_person(
            rng,
            area=area,
            today=today,
            born_between=born_between,
            employer=rng.choice(employers),
            taken=taken,
        )
        for _ in range(count)
    )


def invent_name(rng: Random, *, sex: Sex) -> str:
    """A name: mostly Han, some with a rare character, some minority names with or without dot."""
    parts = _parts("names.toml")
    dice = rng.randrange(1000)
    if dice < _DOTTED:
        dotted = parts["dotted"]
        given: str = rng.choice(dotted[f"given_{sex.lower()}"])
        return f"{given}·{rng.choice(dotted['fathers'])}"
    if dice < _DOTTED + _SINGLE:
        name: str = rng.choice(parts["single"][f"names_{sex.lower()}"])
        return name
    return _han_name(rng, parts["han"], sex)


def invent_employer(rng: Random, area: str) -> InventedEmployer:
    """A firm in `area`. Its brand is a place of legend, so that nobody takes it for a real one."""
    parts = _parts("employers.toml")
    found = area_of(area)
    place = province(area).name if found.kind.endswith("_level") else found.name
    name = "".join(
        (
            place.removesuffix("市"),
            rng.choice(parts["brands"]),
            rng.choice(parts["trades"]),
            rng.choice(parts["forms"]),
        )
    )
    return InventedEmployer(name=name, uscc=invent_uscc(rng, area=area))


def _han_name(rng: Random, parts: dict[str, Any], sex: Sex) -> str:
    surnames: str = parts["surnames"]
    # The smaller of two draws: surnames at the head of the list are the common ones.
    surname = surnames[min(rng.randrange(len(surnames)), rng.randrange(len(surnames)))]
    if rng.randrange(1000) < _DOUBLE_SURNAME:
        surname = rng.choice(parts["double_surnames"])
    givens = parts[f"given_{sex.lower()}"] + parts["given_any"]
    given = rng.choice(givens)
    if rng.randrange(1000) >= _ONE_CHARACTER_GIVEN:
        given += rng.choice(givens)
    if rng.randrange(1000) < _RARE:
        given = given[:-1] + rng.choice(parts["rare"])
    return f"{surname}{given}"


@cache
def _parts(file: str) -> dict[str, Any]:
    with (_DATA / file).open("rb") as opened:
        return tomllib.load(opened)
