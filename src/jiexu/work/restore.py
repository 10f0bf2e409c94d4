"""Restores a backup into an empty node: nothing that is there is ever overwritten.

In steps, because Django needs the secrets before it starts: `prepare` checks everything and puts
the secrets in place, then the caller starts Django and calls `fill`.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from jiexu.records.access.vault import Vault
from jiexu.work.archive import ATTACHMENTS, BANK, EXCHANGE, SECRETS, BackupError, Manifest, Told
from jiexu.work.backup import POSTGRES_PART, SQLITE_PART, business_tables, postgres_client
from jiexu.work.home import load_secrets, secrets_file

STAGE = ".jiexu-restore-"
"""How the folder into which a backup is unpacked begins; it stands in the home."""

_NOTHING = "本次没有恢复任何内容。"


def prepare(manifest: Manifest, unpacked: dict[str, Path], folder: Path) -> bool:
    """Make `folder` the home of the restored node; True when the secrets came from the backup.

    The home may hold nothing but the node's own `secrets.toml`. Raises `BackupError` when there is
    a node already, when there are no secrets, or when they are those of another node.
    """
    folder.mkdir(parents=True, exist_ok=True)
    others = sorted(
        one.name
        for one in folder.iterdir()
        if one != secrets_file(folder) and not one.name.startswith(STAGE)
    )
    if others:
        raise BackupError(
            f"{folder} 不是空的（有 {'、'.join(others[:3])}），恢复从不覆盖已有的节点。",
            f"请用 JIEXU_HOME 指定一个空目录。{_NOTHING}",
            code="NOT_EMPTY",
        )
    brought = unpacked.get(f"{SECRETS}/secrets.toml")
    if not secrets_file(folder).exists():
        if brought is None:
            raise BackupError(
                "这份备份不含密钥，没有密钥就读不出证件号码和银行账号。",
                f"请把原节点的 secrets.toml 放到 {folder} 下再运行。{_NOTHING}",
                code="NO_SECRETS",
            )
        _check_keys(manifest, brought)
        handle = os.open(secrets_file(folder), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(brought.read_bytes())
        return True
    _check_keys(manifest, secrets_file(folder))
    return False


def _check_keys(manifest: Manifest, path: Path) -> None:
    """Every key that the backup was made with must be there, and be the same."""
    here = Vault(load_secrets(path.parent).vault_keys).check_values
    if any(here.get(int(key)) != value for key, value in manifest.key_checks.items()):
        raise BackupError(
            "密钥不是这份备份所属节点的：备份里的证件号码和银行账号会打不开。",
            f"请换用原节点的 secrets.toml。{_NOTHING}",
            code="OTHER_SECRETS",
        )


def fill(manifest: Manifest, unpacked: dict[str, Path], told: Told) -> None:
    """Fill database and folders of the node that Django was started for.

    Raises `BackupError` when the database is of another kind or not empty, when the backup is of a
    newer version, or when a folder is not empty; then nothing has been written.
    """
    _fits(manifest)
    told("正在恢复数据库")
    if manifest.database == "postgresql":
        arguments = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
        postgres_client("pg_restore", *arguments, str(unpacked[POSTGRES_PART]))
    else:
        database = Path(settings.DATABASES["default"]["NAME"])
        database.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(unpacked[SQLITE_PART], database)
        database.chmod(0o600)
    for part in manifest.parts:
        if folder := _folders().get(part.role):
            target = folder / part.path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(unpacked[part.name], target)
    told("正在把数据库升级到本程序的版本")
    call_command("migrate", verbosity=0, interactive=False)
    _counted(manifest)


def _folders() -> dict[str, Path]:
    return {
        EXCHANGE: Path(settings.EXCHANGE_FOLDER),
        BANK: Path(settings.BANK_FOLDER),
        ATTACHMENTS: Path(settings.ATTACHMENT_FOLDER),
    }


def _fits(manifest: Manifest) -> None:
    if manifest.database != connection.vendor:
        raise BackupError(
            f"备份的数据库是 {manifest.database}，本节点配置的是 {connection.vendor}。",
            f"请让 JIEXU_DATABASE_URL 与备份一致。{_NOTHING}",
            code="OTHER_DATABASE",
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := set(manifest.migrations) - known:
        raise BackupError(
            f"备份来自更新的程序版本（{manifest.version}，有 {min(unknown)}）。",
            f"请用同样或更新版本的程序恢复。{_NOTHING}",
            code="NEWER_BACKUP",
        )
    for folder in _folders().values():
        if folder.is_dir() and any(folder.iterdir()):
            raise BackupError(
                f"目录 {folder} 不是空的，恢复从不覆盖已有的文件。",
                f"请清空或换一个目录。{_NOTHING}",
                code="NOT_EMPTY",
            )
    if not _database_is_empty():
        raise BackupError(
            "数据库不是空的，恢复从不覆盖已有的数据。",
            f"请新建一个空数据库，并用 JIEXU_DATABASE_URL 指向它。{_NOTHING}",
            code="NOT_EMPTY",
        )


def _database_is_empty() -> bool:
    if connection.vendor == "sqlite":
        return not Path(settings.DATABASES["default"]["NAME"]).exists()
    try:
        return not connection.introspection.table_names()
    except DatabaseError as error:
        raise BackupError(
            f"连不上数据库：{str(error).strip().splitlines()[0][:200]}。",
            f"请检查数据库是否已启动，以及 JIEXU_DATABASE_URL 是否正确。{_NOTHING}",
        ) from error


def _counted(manifest: Manifest) -> None:
    """As many rows as were backed up."""
    with connection.cursor() as cursor:
        for table in set(business_tables()) & manifest.counts.keys():
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  (our own names)
            here, there = cursor.fetchone()[0], manifest.counts[table]
            if here != there:
                raise BackupError(
                    f"恢复后 {table} 有 {here} 行，备份时有 {there} 行。",
                    "请不要使用这个节点，换一份备份恢复到新的空目录。",
                    code="COUNT_DIFFERS",
                )
