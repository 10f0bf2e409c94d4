"""Invented people: they pass every check, they are the same everywhere, and nobody is touched."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn, numdb
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from jiexu.core.base.areas import all_pools, pooling_area, province
from jiexu.core.base.codes.bank_account import check_bank_account
from jiexu.core.base.codes.certno import CertKind, check_certno
from jiexu.core.base.codes.person_name import check_person_name
from jiexu.core.base.codes.uscc import check_uscc
from jiexu.core.base.errors import BadInput
from jiexu.simulation.invented_numbers import place_prefix
from jiexu.simulation.people import (
    InventedPerson,
    invent_employer,
    invent_people,
    invent_person,
)

TODAY = date(2026, 11, 21)
BORN = (date(1940, 1, 1), TODAY)
GOLDEN = ("45029820250113154X", "15478220482", "9999302172743472538")


@pytest.fixture(scope="module")
def crowd() -> tuple[InventedPerson, ...]:
    """5,000 people of one city: the birthdays crowd, so that order codes collide."""
    return invent_people(
        Random(20261121), count=5000, area="450200", today=TODAY, born_between=BORN
    )


def test_all_pass_our_own_checks(crowd: tuple[InventedPerson, ...]) -> None:
    for person in crowd:
        read = check_certno(person.certno, today=TODAY)
        assert (read.text, read.birth, read.sex) == (person.certno, person.birth, person.sex)
        assert read.kind == CertKind.RESIDENT
        assert check_person_name(person.name) == person.name
        assert check_bank_account(person.bank_account).text == person.bank_account
        assert check_bank_account(person.bank_account).warnings == ()
        assert check_uscc(person.employer.uscc) == person.employer.uscc
        assert BORN[0] <= person.birth <= TODAY


def test_all_pass_the_checks_of_others(crowd: tuple[InventedPerson, ...]) -> None:
    for person in crowd:
        assert mod_11_2.is_valid(person.certno)
        assert luhn.is_valid(person.bank_account)
        assert uscc.is_valid(person.employer.uscc)


def test_no_two_share_an_identity_number(crowd: tuple[InventedPerson, ...]) -> None:
    assert len({person.certno for person in crowd}) == 5000


def test_a_crowded_day_still_gives_everybody_a_number_of_their_own() -> None:
    day = date(1990, 5, 1)
    people = invent_people(
        Random(1), count=700, area="450200", today=TODAY, born_between=(day, day)
    )
    assert len({person.certno for person in people}) == 700


def test_a_full_day_is_a_fault_and_not_an_endless_search() -> None:
    day = date(1990, 5, 1)
    with pytest.raises(ValueError, match="hardly any identity number is left in 450200"):
        invent_people(Random(1), count=1001, area="450200", today=TODAY, born_between=(day, day))


def test_the_same_seed_gives_the_same_people() -> None:
    def drawn(seed: int) -> tuple[InventedPerson, ...]:
        return invent_people(Random(seed), count=50, area="310000", today=TODAY, born_between=BORN)

    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)


def test_the_people_of_a_seed_are_pinned() -> None:
    """Stories and simulation digests rest on it: a change here changes every demo country."""
    person = invent_person(Random(7), area="450200", today=TODAY, born_between=BORN)
    assert (person.certno, person.phone, person.bank_account) == GOLDEN


def test_the_crowd_is_as_mixed_as_the_country(crowd: tuple[InventedPerson, ...]) -> None:
    names = [person.name for person in crowd]
    men = sum(person.sex == "M" for person in crowd)
    assert 2300 < men < 2700
    assert sum("·" in name for name in names) > 100
    assert sum(any(ord(char) > 0xFFFF for char in name) for name in names) > 30
    assert any("䶮" in name for name in names)
    assert any(name.startswith("欧阳") for name in names)
    assert len(set(names)) > 4000
    assert 400 < len({person.employer for person in crowd}) <= 501


def test_the_numbers_are_from_ranges_that_nobody_holds(crowd: tuple[InventedPerson, ...]) -> None:
    for person in crowd:
        assert person.certno[:6] == "450298"
        assert person.phone.startswith("154")
        assert person.phone.isdigit()
        assert len(person.phone) == 11
        assert person.bank_account.startswith("9999")
        assert person.employer.uscc[8:10] == "XU"


def test_people_of_every_pool_have_a_prefix_that_is_no_county() -> None:
    """python-stdnum knows every county that ever was: it must know none of ours."""
    for pool in all_pools():
        prefix = place_prefix(pool.code)
        _, *county = numdb.get("cn/loc").info(prefix)
        assert county == [(prefix[2:], {})]
        expected = "65" if province(pool.code).code == "660000" else pool.code[:2]
        assert prefix[:2] == expected


@settings(max_examples=60)
@given(
    st.sampled_from([pool.code for pool in all_pools()]),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 2**32),
)
def test_anyone_from_anywhere_passes(pool: str, born: date, seed: int) -> None:
    person = invent_person(Random(seed), area=pool, today=TODAY, born_between=(born, TODAY))
    assert check_certno(person.certno, today=TODAY).birth == person.birth >= born
    assert check_person_name(person.name) == person.name
    assert check_uscc(person.employer.uscc)
    assert person.area == pool


def test_a_number_of_an_ordinary_city_leads_back_to_it() -> None:
    assert pooling_area(place_prefix("450200")).code == "450200"
    assert pooling_area(place_prefix("310000")).code == "310000"


def test_nobody_is_born_after_today_or_on_no_day() -> None:
    late = invent_person(
        Random(3), area="450200", today=TODAY, born_between=(TODAY, date(2030, 1, 1))
    )
    assert late.birth == TODAY
    with pytest.raises(ValueError, match="no birthday from 2026-11-22"):
        invent_person(
            Random(3),
            area="450200",
            today=TODAY,
            born_between=(date(2026, 11, 22), date(2030, 1, 1)),
        )


def test_an_employer_given_is_the_employer_kept() -> None:
    employer = invent_employer(Random(5), area="660800")
    person = invent_person(
        Random(6), area="450200", today=TODAY, born_between=BORN, employer=employer
    )
    assert person.employer == employer


def test_an_employer_carries_its_place_and_a_brand_of_legend() -> None:
    assert invent_employer(Random(1), area="450200").name.startswith("柳州")
    assert invent_employer(Random(1), area="450200").name.endswith("公司")
    assert invent_employer(Random(1), area="139900").name.startswith("河北省")


def test_the_check_of_the_organisation_code_is_right_too() -> None:
    """GB 11714, place 17 of GB 32100: sum of weighted values and the check is 0 mod 11."""
    characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    for seed in range(200):
        code = invent_employer(Random(seed), area="450200").uscc[8:17]
        total = sum(
            weight * characters.index(char)
            for weight, char in zip((3, 7, 9, 10, 5, 8, 4, 2), code[:8], strict=True)
        )
        check = 10 if code[8] == "X" else int(code[8])
        assert (total + check) % 11 == 0


def test_an_area_that_does_not_exist_has_no_people() -> None:
    with pytest.raises(BadInput) as caught:
        invent_person(Random(1), area="459988", today=TODAY, born_between=BORN)
    assert caught.value.code == "UNKNOWN_AREA"
