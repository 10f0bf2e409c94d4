"""Schemathesis asks every operation of a running server what its description allows and forbids.

No 5xx, no status, content type or shape that is not described, no call without sign-in, and the
books prove afterwards. Same seed, same requests.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

CONFIG = """
seed = 20260311
color = false
suppress-health-check = ["all"]

[generation]
max-examples = {examples}
allow-x00 = true
codec = "utf-8"
deterministic = true

[phases.stateful]
enabled = false

[checks]
# Well-formed facts may name an area, a case or a row that is not there: that is said, not guessed.
positive_data_acceptance.expected-statuses = ["2xx", "400", "403", "404", "409", "422"]

[parameters]
{parameters}

[headers]
Authorization = "Bearer {token}"
"""


class Asked:
    """A live server over the small country, with a case that is waiting for its payment."""

    def __init__(self, folder: Path) -> None:
        from tests.support.callers import World
        from tests.support.country import SOURCE, Country

        self.folder = folder
        self.country = Country(folder)
        self.world = World(self.country)
        self.number = self.world.to_the_form("anna")
        self.country.statement(SOURCE, ("E1", "credit", 100, "unknown"))
        self.country.settle()
        self.port = _free_port()
        self.server = subprocess.Popen(
            [
                *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
                *("--port", str(self.port), "--blocking-threads", "2", "--log-level", "error"),
                "jiexu.config.wsgi:application",
            ],
            env={
                **os.environ,
                "JIEXU_DATABASE_URL": _address_of_the_test_database(),
                "JIEXU_API_PER_MINUTE": "1000000",
                "JIEXU_LOG": "ERROR",
            },
        )
        _wait_until_it_answers(self.port)

    def stop(self) -> None:
        self.server.terminate()
        self.server.wait(timeout=20)

    def run(self, token: str, examples: int, **parameters: Any) -> subprocess.CompletedProcess[str]:
        config = self.folder / "schemathesis.toml"
        lines = (f"{name} = {value!r}" for name, value in parameters.items())
        config.write_text(
            CONFIG.format(examples=examples, parameters="\n".join(lines), token=token),
            encoding="utf-8",
        )
        command = shutil.which("schemathesis", path=str(Path(sys.executable).parent))
        assert command is not None
        return subprocess.run(
            [
                *(command, "--config-file", str(config), "run"),
                f"http://127.0.0.1:{self.port}/api/v1/openapi.json",
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
            cwd=self.folder,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _address_of_the_test_database() -> str:
    """As `JIEXU_DATABASE_URL` names it."""
    from django.db import connection

    of = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{of['NAME']}"
    secret = f":{of['PASSWORD']}" if of["PASSWORD"] else ""
    return f"postgres://{of['USER']}{secret}@{of['HOST']}:{of['PORT'] or 5432}/{of['NAME']}"


def _wait_until_it_answers(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


@pytest.fixture
def asked(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[Asked]:
    """Committed for good, since the server has connections of its own; emptied afterwards."""
    from django.db import connections
    from tests.support.country import put_back
    from tests.support.watching import empty_everything

    from jiexu.work import limits

    limits.forget_all()
    asked = None
    with django_db_blocker.unblock(), put_back():
        try:
            asked = Asked(tmp_path)
            yield asked
        finally:
            if asked is not None:
                asked.stop()
            empty_everything()
            connections.close_all()


def test_every_operation_keeps_to_its_description(asked: Asked) -> None:
    from tests.support.country import SOURCE

    from jiexu.core.base.actors import Role
    from jiexu.work import grants, tokens

    for role in (Role.CLERK, Role.FINANCE_PREPARER, Role.FINANCE_APPROVER):
        grants.grant("anna", role, SOURCE, "root", asked.country.now)
    scopes = [f"{r}@{SOURCE}" for r in ("clerk", "finance_preparer", "finance_approver")]
    today = datetime.now(tz=asked.country.now.tzinfo)  # noqa: TID251  (the server's own clock)
    token, _ = tokens.issue_token("anna", ["citizen", *scopes], "test", 1, "root", today)
    done = asked.run(token, 8, area=SOURCE, case_no=asked.number)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    made = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert made is not None, done.stdout[-2000:]
    assert int(made[1]) == int(made[2]) > 1000
    assert asked.country.breaks() == []


@pytest.mark.django_db
def test_the_description_is_served_and_complete(nobody: Any) -> None:
    said = nobody.get("/openapi.json")
    assert said["openapi"] == "3.1.0"
    for path, methods in said["paths"].items():
        for method, one in methods.items():
            assert one["summary"], path
            assert one["description"], path
            assert "429" in one["responses"], path
            if method == "post" and "security" in one and not path.endswith("/check"):
                assert {"400", "401", "403", "409", "422"} <= set(one["responses"]), path
                assert any(each["name"] == "Idempotency-Key" for each in one["parameters"])
