"""Every story ends as told, breaks nothing, and is told the same every time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from tests.support.country import put_back

from jiexu.adapters.banks.folder import FolderBank
from jiexu.simulation.node import LocalNode
from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story, stories
from jiexu.work import ports as wiring


def play(story: Story, folder: Path) -> tuple[Played, list[str]]:
    """The story on a fresh stage of one node; what is written is undone by the caller."""
    wiring.install(replace(wiring.ports(), bank=FolderBank(folder)))
    stage = Stage(
        dict.fromkeys(story.areas, LocalNode()), folder, datetime.fromisoformat(story.start)
    )
    return story.play(stage), stage.breaks()


@pytest.fixture(autouse=True)
def _as_before(db: None, settings: Any) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with put_back():
        yield


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.id)
def test_it_ends_as_told_and_breaks_nothing(story: Story, tmp_path: Path) -> None:
    played, breaks = play(story, tmp_path)
    assert breaks == []
    assert played.transcript
    # A story without a case is one in which somebody hears that none is needed.
    assert played.cases or "不需要办理" in played.transcript[-1]


@pytest.mark.parametrize("story", stories()[:3], ids=lambda story: story.id)
def test_a_second_telling_is_the_same(story: Story, tmp_path: Path) -> None:
    told = []
    for number in range(2):
        with transaction.atomic():
            told.append(play(story, tmp_path / str(number)))
            transaction.set_rollback(True)
    assert told[0] == told[1]


def test_ids_and_titles_are_their_own() -> None:
    told = stories()
    assert len({story.id for story in told}) == len({story.title for story in told}) == len(told)
    for story in told:
        assert re.search(r"[一-鿿]", story.title)
        assert story.areas
