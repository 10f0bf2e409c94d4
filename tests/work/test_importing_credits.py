"""Later credits: once per voucher, into the right account; everything doubtful refused in words."""

from __future__ import annotations

import pytest
from tests.support.country import SOURCE, Country

from jiexu.core.base.actors import Actor, Role
from jiexu.work.importing import import_rows
from jiexu.work.importing.report import Report

BY = Actor(role=Role.ADMINISTRATOR, ref="root")


def load(country: Country, **changes: str) -> Report:
    (mover,) = country.movers
    row = {
        "证件号码": mover.certno,
        "入账凭证号": "LX-1",
        "入账金额": "18.42",
        "入账来由": "利息",
        **changes,
    }
    return import_rows("credits", [row], area=SOURCE, by=BY, now=country.now)


@pytest.fixture
def mover(country: Country) -> Country:
    country.add_movers(1)
    return country


def test_a_voucher_is_posted_once(mover: Country) -> None:
    (one,) = mover.movers
    assert load(mover).ok == 1
    assert load(mover).ok == 1
    assert mover.held(SOURCE, one) == one.balance_fen + 18_42
    assert load(mover, 入账凭证号="LX-2").ok == 1
    assert mover.held(SOURCE, one) == one.balance_fen + 2 * 18_42
    assert mover.breaks() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"入账金额": "18.43"}, "CREDIT_DIFFERS"),
        ({"入账凭证号": "LX-3", "入账金额": "0"}, "BAD_AMOUNT"),
        ({"入账凭证号": "LX 3"}, "BAD_VOUCHER_NO"),
        ({"入账凭证号": "LX-3", "入账来由": "奖金"}, "BAD_WORD"),
    ],
)
def test_what_is_refused(mover: Country, changes: dict[str, str], code: str) -> None:
    load(mover)
    (one,) = mover.movers
    report = load(mover, **changes)
    (problem,) = report.refused
    assert problem.code == code
    assert problem.text and problem.remedy
    assert mover.held(SOURCE, one) == one.balance_fen + 18_42
