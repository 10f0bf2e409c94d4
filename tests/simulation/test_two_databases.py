"""The same story gives the same transcript with one database or with two."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from jiexu.simulation.remote import RemoteNode
from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played
from jiexu.simulation.stories.s001 import LIUZHOU, NANJING, STORY
from jiexu.work.home import create_secrets

pytestmark = pytest.mark.slow


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def database(stack: ExitStack) -> str:
    """A database of the kind the tests run on: a file of the home, or a new one on the server."""
    url = os.environ.get("JIEXU_DATABASE_URL", "")
    if not url:
        return ""
    import psycopg

    name = f"jiexu_two_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')

    def drop() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    stack.callback(drop)
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def play(folder: Path, nodes: int, stack: ExitStack) -> tuple[Played, list[str]]:
    """Story 001 on one or two nodes; the transcript and what the proofs find."""
    remote = []
    for number in range(nodes):
        home = folder / f"node-{number}"
        create_secrets(home)
        environment = {
            "JIEXU_HOME": str(home),
            "JIEXU_DATABASE_URL": database(stack),
            "JIEXU_BANK": str(folder / "bank"),
            "JIEXU_EXCHANGE": str(folder / "exchange"),
            "DJANGO_SETTINGS_MODULE": "jiexu.config.settings",
        }
        subprocess.run(
            [sys.executable, "-m", "django", "migrate", "--verbosity", "0"],
            env={**os.environ, **environment},
            check=True,
            timeout=120,
        )
        remote.append(RemoteNode(home, environment))
    places = {NANJING: remote[0], LIUZHOU: remote[-1]}
    stage = Stage(places, folder / "bank", datetime.fromisoformat(STORY.start))
    try:
        return STORY.play(stage), stage.breaks()
    finally:
        stage.close()


def test_story_001_tells_the_same_with_one_database_and_with_two(
    tmp_path: Path, stack: ExitStack
) -> None:
    one, one_breaks = play(tmp_path / "one", 1, stack)
    two, two_breaks = play(tmp_path / "two", 2, stack)
    assert one_breaks == []
    assert two_breaks == []
    assert one.transcript == two.transcript
    assert one.cases == two.cases
    assert one.cases[0].moved_fen == 321456
    assert (tmp_path / "two" / "exchange").is_dir()
    assert not (tmp_path / "one" / "exchange" / LIUZHOU).exists()
