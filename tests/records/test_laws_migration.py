"""Laws come and go with their migration."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.db import connection

from jiexu.records import laws


def test_a_migration_taken_back_takes_its_laws_off(
    django_db_setup: None, django_db_blocker: Any
) -> None:
    names = ["access_readentry_never_changed", "access_readentry_never_deleted"]
    with django_db_blocker.unblock():
        try:
            call_command("migrate", "access", "0001", verbosity=0, skip_checks=True)
            assert [law.name for law in laws.missing(connection)] == names
        finally:
            call_command("migrate", "access", verbosity=0, skip_checks=True)
        assert laws.missing(connection) == ()
        connection.close()
