"""The small country with citizens and staff who call the API by token."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # Django is not ready yet when this file is read
    from tests.support.callers import Caller, World


@pytest.fixture(autouse=True)
def _served(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Quick passwords, and static files that nobody has collected."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT = tmp_path_factory.mktemp("static")
    settings.STORAGES = {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def world(db: None, tmp_path: Path) -> Iterator[World]:
    from tests.support.callers import World
    from tests.support.country import Country, put_back

    from jiexu.work import limits

    limits.forget_all()
    with put_back():
        yield World(Country(tmp_path))
    limits.forget_all()


@pytest.fixture
def nobody() -> Caller:
    from tests.support.callers import Caller

    from jiexu.work import limits

    limits.forget_all()
    return Caller()
