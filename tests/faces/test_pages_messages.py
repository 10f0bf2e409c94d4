"""What a citizen was told stands on a page of theirs, and on nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from jiexu.simulation.node import LocalNode
from jiexu.simulation.stage import Stage
from jiexu.simulation.stories.s001 import LIUZHOU, NANJING, RUOLAN, cast
from jiexu.simulation.stories.telling import PASSWORD, Person, Telling
from jiexu.work import ports as wiring

OTHER = Person(name="何知秋", certno="32019819900101222X", username="zhiqiu")


@pytest.fixture
def told(db: None, settings: Any, tmp_path: Path) -> Iterator[Telling]:
    settings.STATIC_ROOT = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    before = wiring.ports()
    start = datetime.fromisoformat("2026-03-11T10:00:00")
    stage = Stage(dict.fromkeys((NANJING, LIUZHOU), LocalNode()), settings.BANK_FOLDER, start)
    yield cast(stage)
    wiring.install(before)


def page_of(person: Person, path: str = "/messages") -> str:
    client = Client()
    client.post("/sign-in", {"username": person.username, "password": PASSWORD})
    return client.get(path).content.decode()


def test_nothing_yet(told: Telling) -> None:
    assert "还没有消息" in page_of(RUOLAN)
    assert "没有未读的消息" in page_of(RUOLAN, "/me")


def test_told_of_every_turn_and_read_once(told: Telling) -> None:
    case_no = told.apply(RUOLAN, NANJING, LIUZHOU)
    told.settle()
    html = page_of(RUOLAN)
    assert html.count("未读") == 3
    for title in ("申请已提交", "已受理", "年限已转入"):
        assert title in html
    assert f"/cases/{case_no}" in html
    assert '<strong class="num">3</strong> 条没有读' in page_of(RUOLAN, "/me")
    client = Client()
    client.post("/sign-in", {"username": RUOLAN.username, "password": PASSWORD})
    assert client.post("/messages").headers["Location"] == "/messages"
    assert "未读" not in page_of(RUOLAN)
    assert "没有未读的消息" in page_of(RUOLAN, "/me")


def test_nobody_elses(told: Telling) -> None:
    told.apply(RUOLAN, NANJING, LIUZHOU)
    told.insured(OTHER, LIUZHOU, months=[("2026-03", "2026-03")])
    told.signs_up(OTHER, LIUZHOU)
    assert "还没有消息" in page_of(OTHER)
    assert Client().get("/messages").headers["Location"] == "/sign-in?next=/messages"
