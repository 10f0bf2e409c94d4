"""A node is backed up while it works and restored into an empty home; nothing is overwritten."""

from __future__ import annotations

import io
import shutil
import stat
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.support.proof_node import Node, empty_database, postgres_url, sql

from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.work.archive import (
    MANIFEST,
    BackupError,
    Manifest,
    Part,
    file_digest,
    read_manifest,
    unpack,
)
from jiexu.work.backup import postgres_client
from jiexu.work.home import create_secrets

pytestmark = pytest.mark.xdist_group("backup")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with empty_database("backup") as url:
        node = Node(tmp_path_factory.mktemp("node") / "home", url)
        node.found()
        for name in ("exchange/450200/out/信封 1.json", "bank/450200/回盘.csv"):
            path = node.home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(name, encoding="utf-8")
        yield node


@pytest.fixture(scope="module")
def backup(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Without secrets, made while another connection is in the middle of a transaction."""
    file = tmp_path_factory.mktemp("backups") / "node.tar"
    with sql(node) as working:
        working.execute("UPDATE registry_agency SET phone = 'uncommitted'")
        done = node.jiexu("backup", str(file))
        working.rollback()
    assert done.returncode == 0, done.stderr
    assert "备份里没有密钥。请另行保管" in done.stdout
    return file


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Node]:
    with empty_database("restored") as url:
        yield Node(tmp_path / "home", url)


def lend_secrets(node: Node, to: Node) -> None:
    to.home.mkdir()
    shutil.copy(node.home / "secrets.toml", to.home)


def test_what_was_backed_up_comes_back(node: Node, backup: Path, empty: Node) -> None:
    lend_secrets(node, empty)
    done = empty.jiexu("restore", str(backup))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "账目核对：通过。\n审计核对：通过。" in done.stdout
    assert empty.rows() == node.rows()
    assert "uncommitted" not in str(empty.rows()["registry_agency"])
    for name in ("exchange/450200/out/信封 1.json", "bank/450200/回盘.csv"):
        assert (empty.home / name).read_text(encoding="utf-8") == name
    assert sorted(path.name for path in empty.home.iterdir()) == sorted(
        path.name for path in node.home.iterdir() if not path.name.endswith(("-wal", "-shm"))
    )


def test_the_manifest_says_what_is_inside(node: Node, backup: Path) -> None:
    manifest = read_manifest(backup)
    assert manifest.database == ("postgresql" if postgres_url() else "sqlite")
    assert manifest.counts["audit_entry"] == 16
    assert manifest.counts["registry_person"] == 4
    assert [part.role for part in manifest.parts] == ["database", "exchange", "bank"]
    assert "audit.0001_initial" in manifest.migrations
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_a_backup_holds_no_secret_unless_asked_to(
    node: Node, backup: Path, empty: Node, tmp_path: Path
) -> None:
    keys = [
        line.partition("=")[2].strip().strip('"').encode()
        for line in (node.home / "secrets.toml").read_text().splitlines()
        if "=" in line
    ]
    assert len(keys) == 2 and not any(key in backup.read_bytes() for key in keys)
    file = tmp_path / "with-secrets.tar"
    done = node.jiexu("backup", str(file), "--with-secrets")
    assert "注意：备份里有密钥。" in done.stdout and "请加密离线保存" in done.stdout
    assert all(key in file.read_bytes() for key in keys)
    done = empty.jiexu("restore", str(file))
    assert done.returncode == 0, done.stdout + done.stderr
    assert stat.S_IMODE((empty.home / "secrets.toml").stat().st_mode) == 0o600


def refused(done: Any, words: str) -> None:
    assert done.returncode == 1
    assert words in done.stderr and "怎么办：" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_backup_never_overwrites(node: Node, backup: Path) -> None:
    before = file_digest(backup)
    refused(node.jiexu("backup", str(backup)), "备份从不覆盖旧文件")
    assert file_digest(backup) == before
    refused(node.jiexu("backup", "/nowhere/at/all.tar"), "没有这个目录：/nowhere/at。")


def test_restoring_never_overwrites_a_node(node: Node, backup: Path) -> None:
    before = node.rows()
    refused(node.jiexu("restore", str(backup)), "恢复从不覆盖已有的节点")
    assert node.rows() == before


def test_without_the_right_secrets_nothing_is_restored(backup: Path, empty: Node) -> None:
    refused(empty.jiexu("restore", str(backup)), "这份备份不含密钥")
    create_secrets(empty.home)
    refused(empty.jiexu("restore", str(backup)), "密钥不是这份备份所属节点的")
    assert [path.name for path in empty.home.iterdir()] == ["secrets.toml"]


def test_a_database_of_another_kind_or_with_rows_is_refused(
    node: Node, backup: Path, empty: Node
) -> None:
    lend_secrets(node, empty)
    other = Node(empty.home, "" if postgres_url() else "postgres://nobody@127.0.0.1:1/none")
    refused(other.jiexu("restore", str(backup)), "请让 JIEXU_DATABASE_URL 与备份一致")
    full = Node(empty.home, node.url or f"sqlite://{node.home}/jiexu.sqlite3")
    refused(full.jiexu("restore", str(backup)), "数据库不是空的，恢复从不覆盖已有的数据。")


def test_a_broken_chain_is_told_after_restoring(node: Node, empty: Node, tmp_path: Path) -> None:
    change = "UPDATE audit_entry SET actor_ref = '{}' WHERE seq = 1 AND action = 'transfer.apply'"
    with sql(node, lawless=True) as forger:
        forger.execute(change.format("somebody"))
    try:
        file = tmp_path / "broken.tar"
        assert node.jiexu("backup", str(file)).returncode == 0
    finally:
        with sql(node, lawless=True) as healer:
            healer.execute(change.format("citizen"))
    lend_secrets(node, empty)
    done = empty.jiexu("restore", str(file))
    assert done.returncode == 1
    assert "第 1 条的内容与摘要不符" in done.stdout
    assert "审计核对：不通过，有 2 处对不上。" in done.stdout
    assert "账目核对：通过。" in done.stdout
    assert node.jiexu("audit", "verify").returncode == 0


def forged(file: Path, edit: Any) -> Manifest:
    """A small backup whose manifest and members `edit` may change before they are written."""
    content = {"database/jiexu.sqlite3": b"rows", "exchange/a": b"letter"}
    parts = tuple(
        Part(role=name.partition("/")[0], name=name, size=len(data), sm3=sm3_hex(data))
        for name, data in content.items()
    )
    manifest = Manifest(
        format=1,
        version="0",
        made_at=datetime(2026, 11, 16, tzinfo=UTC),
        database="sqlite",
        migrations=(),
        counts={},
        key_checks={},
        parts=parts,
    )
    manifest = edit(manifest, content) or manifest
    with tarfile.open(file, "w") as tar:
        for name, data in {MANIFEST: msgspec.json.encode(manifest), **content}.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return manifest


def _changed(manifest: Manifest, content: dict[str, bytes]) -> None:
    content["exchange/a"] = b"Letter"


def _longer(manifest: Manifest, content: dict[str, bytes]) -> None:
    content["exchange/a"] = b"letter and more"


def _removed(manifest: Manifest, content: dict[str, bytes]) -> None:
    del content["exchange/a"]


def _added(manifest: Manifest, content: dict[str, bytes]) -> None:
    content["exchange/b"] = b"stranger"


@pytest.mark.parametrize("edit", [_changed, _longer, _removed, _added])
def test_a_part_that_is_not_as_listed_is_refused(tmp_path: Path, edit: Any) -> None:
    file = tmp_path / "forged.tar"
    forged(file, edit)
    with pytest.raises(BackupError) as refused:
        unpack(file, tmp_path / "out", lambda line: None)
    assert "与清单不符" in refused.value.message
    assert refused.value.remedy == "请换一份备份；本次没有恢复任何内容。"


def test_an_honest_small_backup_unpacks(tmp_path: Path) -> None:
    file = tmp_path / "small.tar"
    forged(file, lambda manifest, content: None)
    found = unpack(file, tmp_path / "out", lambda line: None)
    assert found["exchange/a"].read_bytes() == b"letter"


@pytest.mark.parametrize(
    "name",
    ["exchange/../../etc/x", "exchange", "/etc/passwd", "other/x", "exchange/a\\b", "bank/a"],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    def lead_away(manifest: Manifest, content: dict[str, bytes]) -> Manifest:
        part = msgspec.structs.replace(manifest.parts[1], name=name)
        content[name] = content.pop("exchange/a")
        return msgspec.structs.replace(manifest, parts=(manifest.parts[0], part))

    file = tmp_path / "away.tar"
    forged(file, lead_away)
    with pytest.raises(BackupError) as refused:
        unpack(file, tmp_path / "out", lambda line: None)
    assert refused.value.message.startswith("备份里的文件名不对")
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_no_backup_is_refused(tmp_path: Path, backup: Path) -> None:
    (tmp_path / "text").write_text("not a tar")
    data = backup.read_bytes()
    (tmp_path / "cut").write_bytes(data[: len(data) // 2])
    for name in ("text", "cut"):
        with pytest.raises(BackupError) as refused:
            unpack(tmp_path / name, tmp_path / "out", lambda line: None)
        assert "本次没有恢复任何内容" in refused.value.remedy
    with pytest.raises(BackupError) as refused:
        read_manifest(tmp_path / "nothing")
    assert refused.value.message.startswith("读不了备份文件")


def test_another_format_or_a_newer_version_is_refused(
    node: Node, empty: Node, tmp_path: Path
) -> None:
    file = tmp_path / "format.tar"
    forged(file, lambda manifest, content: msgspec.structs.replace(manifest, format=2))
    with pytest.raises(BackupError) as refused_format:
        read_manifest(file)
    assert "备份的格式是第 2 版" in refused_format.value.message
    newer = tmp_path / "newer.tar"
    kind = "postgresql" if postgres_url() else "sqlite"

    def from_the_future(manifest: Manifest, content: dict[str, bytes]) -> Manifest:
        return msgspec.structs.replace(
            manifest, database=kind, migrations=("audit.0001_initial", "audit.9999_future")
        )

    forged(newer, from_the_future)
    lend_secrets(node, empty)
    refused(empty.jiexu("restore", str(newer)), "备份来自更新的程序版本（0，有 audit.9999_future）")


def test_a_missing_postgresql_client_is_told_in_words() -> None:
    with pytest.raises(BackupError) as refused:
        postgres_client("pg_dump_that_is_not_there")
    assert refused.value.message.startswith("本机没有 pg_dump_that_is_not_there")
    assert "postgresql-client" in refused.value.remedy
