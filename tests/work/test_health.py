"""Each thing the doctor looks at, put wrong: named, with words and a remedy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from tests.support.proof_story import DAY_ONE, OLD, Story, behind_the_laws, told, undone

from jiexu.faces.health.views import readyz
from jiexu.records.exchange.models import Key
from jiexu.records.isolation import writing
from jiexu.work import health, node_checks
from jiexu.work.home import secrets_file
from jiexu.work.nightly import close_due
from jiexu.work.node_settings import settings_in_force, unknown_settings


@pytest.fixture
def story(db: None) -> Iterator[Story]:
    with undone(), told() as story:
        yield story


OTHER_TIME = "本机与数据库的时间相差"
"""True of every story on PostgreSQL: its time is not that of the server."""


def wrong(now: datetime) -> dict[str, tuple[str, str]]:
    """What is wrong: name → (text, remedy). Every sentence is a sentence."""
    found = [finding for finding in health.examine(now) if finding.level == "wrong"]
    found = [finding for finding in found if not finding.text.startswith(OTHER_TIME)]
    assert all(one.text.endswith("。") and one.remedy.endswith("。") for one in found), found
    return {one.name: (one.text, one.remedy) for one in found}


def test_a_node_that_is_well(story: Story) -> None:
    assert wrong(story.now) == {}
    names = {finding.name for finding in health.examine(story.now)}
    assert {name for name, _ in health.CHECKS} - names - {"设置"} == {"目录", "队列"}
    assert {"节点目录", "交换目录", "银行目录", "待发报文", "待办报文", "自动办理"} < names


def test_a_lost_law_is_named(story: Story) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER law_audit_entry_never_changed_update")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
    text, remedy = wrong(story.now)["数据库守则"]
    assert "audit_entry" in text and "没有生效" in text
    assert "jiexu audit verify" in remedy


def test_a_database_of_another_version_is_told(story: Story) -> None:
    insert = "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)"
    with undone(), connection.cursor() as cursor:
        cursor.execute(insert, ["audit", "9999_future", DAY_ONE])
        assert wrong(story.now)["数据库版本"] == (
            "数据库比程序新（有 audit.9999_future）。",
            "请安装与数据库相同或更新的程序版本。",
        )
    with undone(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'audit' AND name <> '0001_initial'"
        )
        assert "升级步骤没有执行" in wrong(story.now)["数据库版本"][0]


def test_commits_that_may_be_lost_are_told(django_db_setup: None, django_db_blocker: Any) -> None:
    """Outside a transaction: SQLite changes its safety level nowhere else."""
    with django_db_blocker.unblock():
        setting, weak, safe = {
            "sqlite": ("PRAGMA synchronous = {}", "1", "2"),
            "postgresql": ("SET synchronous_commit = {}", "off", "on"),
        }[connection.vendor]
        with connection.cursor() as cursor:
            cursor.execute(setting.format(weak))
        try:
            text, remedy = wrong(DAY_ONE)["落盘设置"]
        finally:
            with connection.cursor() as cursor:
                cursor.execute(setting.format(safe))
        name = setting.split()[1]
        assert text == f"{name} = {weak}：断电时可能丢失已经告诉用户办成的业务。"
        assert remedy == f"请把 {name} 设为 {safe} 后重新启动数据库和本系统。"
        assert "落盘设置" not in wrong(DAY_ONE)


def test_secrets_that_others_may_read(story: Story, settings: Any) -> None:
    path = secrets_file(settings.HOME)
    path.chmod(0o644)
    try:
        text, remedy = wrong(story.now)["密钥文件"]
    finally:
        path.chmod(0o600)
    assert "0644" in text and f"chmod 600 {path}" in remedy


def test_an_agency_without_a_key_in_force(story: Story) -> None:
    with writing():
        Key.objects.filter(agency_id=OLD).update(valid_to=story.now)
    text, remedy = wrong(story.now)["签名密钥"]
    assert text == f"{OLD} 柳州市医疗保障经办中心：机构 {OLD} 没有可用的签名密钥。"
    assert remedy


def test_a_key_that_soon_expires_is_a_note(story: Story) -> None:
    with writing():
        Key.objects.filter(agency_id=OLD).update(valid_to=story.now + timedelta(days=29))
    found = [one for one in health.examine(story.now) if one.name == "签名密钥"]
    assert sorted(one.level for one in found) == ["note", "ok"]
    assert "到期。" in next(one.text for one in found if one.level == "note")
    assert wrong(story.now) == {}


def test_a_folder_that_cannot_be_written(story: Story, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings.EXCHANGE_FOLDER = tmp_path / "file" / "exchange"
    text, remedy = wrong(story.now)["交换目录"]
    assert "不能写入" in text and "所有者" in remedy


def test_a_disk_without_room(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_checks, "FREE_BYTES", 1 << 60)
    assert "请清理或扩容" in wrong(story.now)["磁盘空间"][1]
    assert [finding.name for finding in health.ready()] == ["磁盘空间"]


def test_a_clock_behind_the_records(story: Story) -> None:
    text, remedy = wrong(DAY_ONE - timedelta(days=1))["时钟"]
    assert text.endswith("早于最新的审计记录。") and "NTP" in remedy
    levels = [one.level for one in health.examine(story.now) if one.text.startswith(OTHER_TIME)]
    assert levels == (["wrong"] if connection.vendor == "postgresql" else [])


def test_rows_that_nobody_takes(story: Story) -> None:
    with behind_the_laws() as cursor:
        for table in ("exchange_outgoing", "exchange_incoming"):
            cursor.execute(f"UPDATE {table} SET state = 'waiting'")
        cursor.execute(
            "UPDATE procedures_case SET auto_event = 'issue_form', auto_due_at = %s", [DAY_ONE]
        )
    found = wrong(DAY_ONE + timedelta(minutes=35))
    assert {"待发报文", "待办报文", "自动办理"} <= found.keys()
    assert found["自动办理"] == (
        "最早的一件已到期 35 分钟，没有人处理。",
        "请确认后台在运行（jiexu worker），并查看日志。",
    )
    assert "自动办理" not in wrong(DAY_ONE + timedelta(minutes=15))
    text, remedy = wrong(story.now + timedelta(days=1, minutes=30))["待发报文"]
    assert text == "最早的一份已等了 24 小时，仍没有送到对方。"
    assert "交换通道" in remedy


def test_days_that_were_not_closed(story: Story) -> None:
    later = story.now + timedelta(days=3)
    assert wrong(later)["日结"][0] == f"{OLD} 柳州市医疗保障经办中心 有 3 天没有日结。"
    close_due(later)
    assert "日结" not in wrong(later)


def test_settings_are_listed_without_their_passwords() -> None:
    environment = {
        "JIEXU_DATABASE_URL": "postgres://clerk:very:secret@db.example/jiexu?sslpassword=secret2",
        "JIEXU_ADMIN_PASSWORD": "secret3",
        "JIEXU_HOSTS": "",
        "JIEXU_HTPS": "1",
        "JIEXU_TEST_POSTGRES_URL": "x",
    }
    found = {one.name: one.value for one in settings_in_force(environment)}
    assert "secret" not in str(found)
    assert found["JIEXU_DATABASE_URL"] == "postgres://clerk:***@db.example/jiexu?sslpassword=***"
    assert found["JIEXU_HOSTS"] is None
    assert unknown_settings(environment) == ("JIEXU_HTPS",)


def test_every_variable_that_the_product_reads_is_listed() -> None:
    source = Path(health.__file__).resolve().parents[1]
    text = "".join(path.read_text(encoding="utf-8") for path in source.rglob("*.py"))
    import re

    read = set(re.findall(r"environ(?:\.get\(|\[)\"(\w+)\"", text))
    listed = {one.name for one in settings_in_force({})}
    assert read - listed == set()


@pytest.fixture
def watcher(settings: Any, db: None) -> Client:
    """Somebody who asks from outside, as a load balancer does."""
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    return Client()


@pytest.mark.urls("jiexu.faces.health.urls")
def test_a_ready_node_says_so_and_is_not_cached(watcher: Client) -> None:
    alive = watcher.get("/healthz")
    assert (alive.status_code, alive.content) == (200, b"ok")
    answer = watcher.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "problems": []})
    assert "no-store" in answer["Cache-Control"]
    assert readyz(RequestFactory().post("/readyz")).status_code == 405


@pytest.mark.urls("jiexu.faces.health.urls")
def test_a_node_that_is_not_ready_says_why(
    watcher: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_checks, "FREE_BYTES", 1 << 60)
    answer = watcher.get("/readyz")
    assert answer.status_code == 503
    (problem,) = answer.json()["problems"]
    assert problem["name"] == "磁盘空间" and problem["remedy"].startswith("请清理或扩容")
