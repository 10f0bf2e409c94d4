"""Backs a node up while it works: database, exchange and bank folders in one file.

The database is taken first and as it was at one moment; files that come or go meanwhile are safe
either way, because every message and every bank line is applied once. Secrets stay out unless
asked for: whoever has both can read every identity number.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from jiexu.records.access.sealing import vault
from jiexu.work.archive import (
    ATTACHMENTS,
    BANK,
    DATABASE,
    EXCHANGE,
    FORMAT,
    SECRETS,
    BackupError,
    Manifest,
    Part,
    Told,
    file_digest,
    pack,
)
from jiexu.work.home import secrets_file

SQLITE_PART = f"{DATABASE}/jiexu.sqlite3"
POSTGRES_PART = f"{DATABASE}/jiexu.pgdump"
_COUNT = "SELECT count(*) FROM {}"


def make_backup(
    target: Path, *, with_secrets: bool = False, now: datetime, told: Told = lambda line: None
) -> Manifest:
    """Write a backup of this node to `target`, readable by its owner alone; returns its manifest.

    Never overwrites, and leaves no half file: the name appears when all is on the disk. Raises
    `BackupError`.
    """
    if target.exists():
        raise BackupError(f"文件已经存在：{target}。", "请换一个文件名；备份从不覆盖旧文件。")
    if not target.parent.is_dir():
        raise BackupError(f"没有这个目录：{target.parent}。", "请先建立目录，或换一个位置。")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".jiexu-backup-") as name:
            return _make(target, Path(name), with_secrets, now, told)
    except OSError as error:
        raise BackupError(
            f"写不了备份：{error.strerror or error}。", "请检查磁盘空间和目录权限后重试。"
        ) from error


def _make(target: Path, stage: Path, with_secrets: bool, now: datetime, told: Told) -> Manifest:
    files: dict[str, Path] = {}
    told("正在备份数据库")
    counts = _postgres(stage, files) if connection.vendor == "postgresql" else _sqlite(stage, files)
    for role, folder in (
        (EXCHANGE, settings.EXCHANGE_FOLDER),
        (BANK, settings.BANK_FOLDER),
        (ATTACHMENTS, settings.ATTACHMENT_FOLDER),
    ):
        told(f"正在备份目录 {folder}")
        _folder(role, Path(folder), stage, files)
    if with_secrets:
        files[f"{SECRETS}/secrets.toml"] = secrets_file(settings.HOME)
    manifest = Manifest(
        format=FORMAT,
        version=version("jiexu"),
        made_at=now,
        database=connection.vendor,
        migrations=tuple(sorted(f"{app}.{name}" for app, name in _applied())),
        counts=counts,
        key_checks={str(key): value for key, value in vault().check_values.items()},
        parts=tuple(
            Part(
                role=name.partition("/")[0],
                name=name,
                size=path.stat().st_size,
                sm3=file_digest(path),
            )
            for name, path in files.items()
        ),
    )
    told("正在写入备份文件")
    part = stage / "backup.tar"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        pack(file, manifest, files)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, target)  # unlike a rename, refuses to take the place of another file
    except PermissionError:  # a file system without links
        part.rename(target)
    return manifest


def _applied() -> list[tuple[str, str]]:
    return list(MigrationRecorder(connection).applied_migrations())


def business_tables() -> list[str]:
    """The tables of this product, whose rows a backup counts."""
    return sorted(
        model._meta.db_table
        for config in apps.get_app_configs()
        if config.name.startswith("jiexu.records.")
        for model in config.get_models()
    )


def _sqlite(stage: Path, files: dict[str, Path]) -> dict[str, int]:
    """SQLite's own online backup: readers and writers go on, the copy is of one moment."""
    copy = stage / "jiexu.sqlite3"
    connection.ensure_connection()
    with closing(sqlite3.connect(copy)) as taken:
        connection.connection.backup(taken)
        taken.create_function("REGEXP", 2, _regexp)  # a CHECK of ours asks it, as Django's does
        taken.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        if taken.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupError("数据库文件已损坏，没有备份。", "请运行 jiexu doctor 查明原因。")
        counts = {
            table: int(taken.execute(_COUNT.format(table)).fetchone()[0])
            for table in business_tables()
        }
    files[SQLITE_PART] = copy
    return counts


def _regexp(pattern: str, text: object) -> bool:
    return text is not None and re.search(pattern, str(text)) is not None


def _postgres(stage: Path, files: dict[str, Path]) -> dict[str, int]:
    """pg_dump under an exported snapshot: the counts are of the very moment of the dump."""
    dump = stage / "jiexu.pgdump"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        counts = {}
        for table in business_tables():
            cursor.execute(_COUNT.format(table))
            counts[table] = int(cursor.fetchone()[0])
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        postgres_client(
            "pg_dump",
            *("--format=custom", "--no-owner", "--no-privileges"),
            *(f"--snapshot={snapshot}", f"--file={dump}"),
        )
    files[POSTGRES_PART] = dump
    return counts


def postgres_client(program: str, *arguments: str) -> None:
    """Run a client of PostgreSQL on the node's database. Raises `BackupError` in words.

    The password goes by environment: arguments are seen by everybody on the machine.
    """
    if shutil.which(program) is None:
        raise BackupError(
            f"本机没有 {program}，不能备份或恢复 PostgreSQL 数据库。",
            "请安装与服务器同版本或更新的 PostgreSQL 客户端（postgresql-client）后重试。",
        )
    database = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    given = {name: str(database[key]) for name, key in names.items() if database.get(key)}
    done = subprocess.run(  # noqa: S603  (arguments are our own, no shell)
        [program, "--no-password", f"--dbname={database['NAME']}", *arguments],
        env={**os.environ, **given, "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise BackupError(
            f"{program} 没有完成：{said[-1][:200] if said else done.returncode}。",
            "请检查数据库权限，以及客户端版本是否不低于服务器。",
        )


def _folder(role: str, folder: Path, stage: Path, files: dict[str, Path]) -> None:
    """Copy the files of a folder; one that was moved away meanwhile is no longer its own."""
    for path in sorted(folder.rglob("*")):
        name = f"{role}/{path.relative_to(folder).as_posix()}"
        copy = stage / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            if path.is_symlink() or not path.is_file():
                continue
            shutil.copyfile(path, copy)
        except FileNotFoundError:
            continue
        files[name] = copy
