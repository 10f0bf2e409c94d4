"""A fresh small country for each test that asks for one, with quick passwords.

`country` lives in the test's transaction; `lasting` commits for good, is looked at from several
connections or dies in the middle, and is emptied afterwards.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # Django is not ready yet when this file is read
    from tests.support.country import Country


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def country(db: None, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Country]:
    """Two agencies and nobody yet; thrown away with the test's transaction."""
    yield from _built(tmp_path, caplog)


@pytest.fixture
def lasting(
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> Iterator[Country]:
    """The same with real commits."""
    from django.db import connections
    from tests.support.watching import empty_everything

    with django_db_blocker.unblock():
        try:
            yield from _built(tmp_path, caplog)
        finally:
            empty_everything()
            connections.close_all()


_CALM: dict[int, dict[str, Any]] = {}


@pytest.fixture
def calm(db: None, tmp_path: Path) -> Callable[[int], dict[str, Any]]:
    """What it comes to for so many movers when nothing goes wrong; undone again."""
    return lambda movers: _calm(tmp_path, movers)


@pytest.fixture
def lasting_calm(lasting: Country, tmp_path: Path) -> Callable[[int], dict[str, Any]]:
    """The same beside a country of real commits; ask before anybody moves."""
    return lambda movers: _calm(tmp_path, movers)


def _calm(folder: Path, movers: int) -> dict[str, Any]:
    from django.db import transaction
    from tests.support.country import Country, put_back

    if movers not in _CALM:
        with put_back(), transaction.atomic():
            country = Country(folder / "calm")
            country.add_movers(movers)
            _CALM[movers] = country.outcome(country.to_the_end())
            assert country.breaks() == []
            country.bank.books.close()
            transaction.set_rollback(True)
    return _CALM[movers]


def _built(folder: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Country]:
    """A country in which no fault of the product goes unnoticed."""
    from tests.support.country import Country, put_back

    with put_back(), caplog.at_level(logging.WARNING):
        built = Country(folder)
        try:
            yield built
        finally:
            built.bank.books.close()
        faults = [
            record.getMessage()
            for when in ("setup", "call")
            for record in caplog.get_records(when)
            if record.name.startswith("jiexu") and record.levelno >= logging.ERROR
        ]
        assert built.faults_expected or not faults, faults
