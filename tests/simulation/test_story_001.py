"""Story 001 on this process's own database, figure by figure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.country import put_back

from jiexu.adapters.banks.folder import FolderBank
from jiexu.simulation.node import LocalNode
from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, stories
from jiexu.simulation.stories.s001 import CERTNO, LIUZHOU, NANJING, STORY
from jiexu.work import ports as wiring


def play(folder: Path) -> tuple[Played, Stage, list[str]]:
    """The story on a fresh stage; what is written is undone by the caller."""

    wiring.install(replace(wiring.ports(), bank=FolderBank(folder)))
    stage = Stage(
        dict.fromkeys(STORY.areas, LocalNode()), folder, datetime.fromisoformat(STORY.start)
    )
    return STORY.play(stage), stage, stage.breaks()


@pytest.fixture(autouse=True)
def _as_before(db: None, settings: Any) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with put_back():
        yield


def test_it_is_one_of_the_stories() -> None:
    assert STORY in stories()
    assert len({story.id for story in stories()}) == len(stories())


def test_the_record_and_the_balance_follow(tmp_path: Path) -> None:
    played, stage, breaks = play(tmp_path / "bank")
    assert breaks == []
    (case,) = played.cases
    assert (case.state, case.record_leg, case.fund_leg) == ("completed", "done", "credited")
    assert case.moved_fen == 321456
    assert case.promised == "2026-04-01"
    assert case.completed == "2026-03-12T09:00:00+08:00"
    assert sorted(case.papers) == [
        f"{letters}{case.case_no[2:]}" for letters in ("BJ", "HK", "SL", "XX")
    ]
    source, target = stage.at(NANJING), stage.at(LIUZHOU)
    assert source.balance(NANJING, CERTNO)["posted_fen"] == 0
    assert target.balance(LIUZHOU, CERTNO)["posted_fen"] == 321456
    assert source.breaks(NANJING) == target.breaks(LIUZHOU) == []
    # Seven things happened at the new place and seven at the old one, in the order of time.
    for place in ("柳州", "南京"):
        times = [line.split()[1:3] for line in played.transcript if line.startswith(place)]
        assert len(times) == 7
        assert times == sorted(times)


def test_the_demonstration_plays_it(tmp_path: Path) -> None:
    """`jiexu demo`, as anybody would call it."""
    done = subprocess.run(
        [sys.executable, "-m", "jiexu.faces.cli.main", "demo", "--json", "--story", "001"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "JIEXU_HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["invariant_breaks"] == []
    (story,) = answer["stories"]
    assert (story["id"], story["ok"]) == ("001", True)
    assert story["cases"][0]["state"] == "completed"
    assert story["cases"][0]["moved_fen"] == 321456
