"""The home of a node: the folder that holds its secrets, its SQLite file and its exchange folders.

`JIEXU_HOME` names it. Secrets are made once by `jiexu init`; nobody but the owner may read them.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from jiexu.core.base.errors import JiexuError


class HomeError(JiexuError):
    """The home of the node is missing or cannot be used."""

    code = "HOME"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """`django_key` signs sessions; `vault_keys` (id → 32 bytes) seal identity and bank numbers."""

    django_key: str
    vault_keys: dict[int, bytes]


def home() -> Path:
    """The folder of this node, from `JIEXU_HOME`; `~/.jiexu` when not set."""
    return Path(os.environ.get("JIEXU_HOME") or Path.home() / ".jiexu").expanduser().resolve()


def secrets_file(folder: Path) -> Path:
    return folder / "secrets.toml"


def create_secrets(folder: Path) -> None:
    """Make the secrets of a new node, readable by their owner alone; never overwrites."""
    folder.mkdir(parents=True, exist_ok=True)
    text = (
        "# Secrets of this node. Back this file up apart from the database:\n"
        "# without it no identity number and no bank account can be read again.\n"
        f'django_key = "{secrets.token_urlsafe(50)}"\n\n'
        "[vault_keys]\n"
        f'1 = "{secrets.token_hex(32)}"\n'
    )
    try:
        handle = os.open(secrets_file(folder), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise HomeError(
            f"这里已经有一个节点：{folder}。",
            "如要新建，请换一个 JIEXU_HOME 目录。",
            code="HOME_EXISTS",
        ) from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def load_secrets(folder: Path) -> Secrets:
    """Read the secrets; `HomeError` when there are none or they are damaged."""
    path = secrets_file(folder)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return Secrets(
            django_key=data["django_key"],
            vault_keys={
                int(key): bytes.fromhex(value) for key, value in data["vault_keys"].items()
            },
        )
    except FileNotFoundError as error:
        raise HomeError(
            f"这里还没有节点：{folder}。",
            "请先运行 jiexu init --agency 统筹区代码，或用 JIEXU_HOME 指向已有的节点。",
            code="NO_HOME",
        ) from error
    except (KeyError, ValueError, tomllib.TOMLDecodeError) as error:
        raise HomeError(
            f"密钥文件损坏：{path}。", "请从备份恢复这个文件。", code="SECRETS_DAMAGED"
        ) from error


def database_settings(url: str, folder: Path) -> dict[str, Any]:
    """Django's DATABASES entry for `JIEXU_DATABASE_URL`; empty means SQLite in the home.

    `sqlite:///path/file.db` or `postgres://user:password@host:port/name?option=value`.
    """
    if not url:
        return _sqlite(folder / "jiexu.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path)))
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            # Statements asked again and again are planned by the server once.
            "OPTIONS": {
                "pool": False,
                "server_side_binding": True,
                "prepare_threshold": 5,
                **dict(parse_qsl(parts.query)),
            },
        }
    raise HomeError(
        f"不支持的数据库：{parts.scheme or url}。",
        "请使用 sqlite:///文件 或 postgres://用户:口令@主机:端口/库名。",
        code="DATABASE_URL",
    )


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": 600,  # opening the file and filling its cache costs more than most queries
        "OPTIONS": {
            # Writers wait in line instead of failing in the middle of a transaction.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # FULL: a commit is on the disk before anybody is told of it. This is a ledger.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                "PRAGMA recursive_triggers=ON;"  # REPLACE is an update too: the laws see it
                "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
            ),
        },
        "TEST": {"NAME": str(path.with_name("test_jiexu.sqlite3"))},
    }
