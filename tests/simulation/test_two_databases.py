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
from jiexu.simulation.stories import Played, Story, stories
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


def play(story: Story, folder: Path, nodes: int, stack: ExitStack) -> tuple[Played, list[str]]:
    """A story on one or two nodes, the first agency alone on the first; the transcript and what
    the proofs find.
    """
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
    places = dict.fromkeys(story.areas, remote[-1]) | {story.areas[0]: remote[0]}
    stage = Stage(places, folder / "bank", datetime.fromisoformat(story.start))
    try:
        return story.play(stage), stage.breaks()
    finally:
        stage.close()


@pytest.mark.parametrize(
    ("story_id", "moved_fen"), [("000", 486035), ("001", 321456), ("002", 790308)]
)
def test_a_story_tells_the_same_with_one_database_and_with_two(
    tmp_path: Path, stack: ExitStack, story_id: str, moved_fen: int
) -> None:
    story = next(one for one in stories() if one.id == story_id)
    one, one_breaks = play(story, tmp_path / "one", 1, stack)
    two, two_breaks = play(story, tmp_path / "two", 2, stack)
    assert one_breaks == []
    assert two_breaks == []
    assert one.transcript == two.transcript
    assert one.cases == two.cases
    assert moved_fen in {case.moved_fen for case in one.cases}
    assert (tmp_path / "two" / "exchange").is_dir()
    assert not (tmp_path / "one" / "exchange" / story.areas[-1]).exists()
