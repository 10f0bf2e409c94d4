"""What a backup file is: one tar, a manifest first, then its parts, each with its SM3.

Names inside are checked against the manifest and never trusted as paths.
"""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Final

import msgspec

from jiexu.core.base.errors import JiexuError
from jiexu.core.exchange.sm3 import sm3

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DATABASE, EXCHANGE, BANK, SECRETS = "database", "exchange", "bank", "secrets"
ATTACHMENTS: Final = "attachments"
ROLES: Final = (DATABASE, SECRETS, EXCHANGE, BANK, ATTACHMENTS)

Told = Callable[[str], None]
"""Called with one line in Chinese when a step begins."""


class BackupError(JiexuError):
    """A backup cannot be made, read or restored."""

    code = "BACKUP"


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of the backup. `name` is `<role>/<path inside>`."""

    role: str
    name: str
    size: int
    sm3: str

    @property
    def path(self) -> PurePosixPath:
        """The path below its folder. Raises `BackupError` for one that leads out of it."""
        path = PurePosixPath(self.name)
        inside = path.parts[1:]
        if self.role not in ROLES or path.parts[:1] != (self.role,) or not inside:
            raise BackupError(f"备份里的文件名不对：{self.name[:80]}。", "请换一份备份。")
        if any(step in {"..", "."} or "\\" in step or "\0" in step for step in inside):
            raise BackupError(f"备份里的文件名不对：{self.name[:80]}。", "请换一份备份。")
        return PurePosixPath(*inside)


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file holds. `key_checks` tells vault keys apart and says nothing about them."""

    format: int
    version: str
    made_at: datetime
    database: str
    migrations: tuple[str, ...]
    counts: dict[str, int]
    key_checks: dict[str, str]
    parts: tuple[Part, ...]

    @property
    def with_secrets(self) -> bool:
        return any(part.role == SECRETS for part in self.parts)


def file_digest(path: Path) -> str:
    """SM3 of a file, 64 hexadecimal digits; read piece by piece where OpenSSL has SM3."""
    with path.open("rb") as file:
        try:
            return hashlib.file_digest(file, lambda: hashlib.new("sm3")).hexdigest()
        except ValueError:
            return sm3(file.read()).hex()


def pack(target: IO[bytes], manifest: Manifest, files: dict[str, Path]) -> None:
    """Write manifest and parts as one tar."""
    with tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        data = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
        info = _info(MANIFEST, len(data), manifest.made_at)
        tar.addfile(info, BytesIO(data))
        for part in manifest.parts:
            with files[part.name].open("rb") as file:
                tar.addfile(_info(part.name, part.size, manifest.made_at), file)


def read_manifest(file: Path) -> Manifest:
    """The manifest of a backup. Raises `BackupError` for what is no backup of ours."""
    with _opened(file) as tar:
        return _manifest(tar)


def unpack(file: Path, folder: Path, told: Told) -> dict[str, Path]:
    """Put every part into `folder` and check its SM3; returns name → path.

    Raises `BackupError` when a part is missing, added, cut or changed.
    """
    with _opened(file) as tar:
        manifest = _manifest(tar)
        wanted = {part.name: part for part in manifest.parts}
        found: dict[str, Path] = {}
        try:
            while (info := tar.next()) is not None:  # goes on behind the manifest
                part = wanted.get(info.name)
                if part is None or part.name in found or not info.isreg():
                    raise _changed(info.name)
                target = folder / part.role / part.path
                target.parent.mkdir(parents=True, exist_ok=True)
                source = tar.extractfile(info)
                assert source is not None  # a regular file has content
                _copy(source, target)
                if target.stat().st_size != part.size or file_digest(target) != part.sm3:
                    raise _changed(part.name)
                told(f"已核对 {part.name}（{part.size} 字节）")
                found[part.name] = target
        except (tarfile.TarError, EOFError) as error:
            raise _unreadable(file) from error
    if missing := wanted.keys() - found.keys():
        raise _changed(min(missing))
    return found


def _opened(file: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(file, mode="r:")
    except OSError as error:
        raise BackupError(
            f"读不了备份文件 {file}（{error.strerror or error}）。", "请检查文件名和权限。"
        ) from error
    except tarfile.TarError as error:
        raise _unreadable(file) from error


def _manifest(tar: tarfile.TarFile) -> Manifest:
    try:
        first = tar.next()
        source = tar.extractfile(first) if first and first.name == MANIFEST else None
        if source is None:
            raise _unreadable(Path(str(tar.name)))
        manifest = msgspec.json.decode(source.read(), type=Manifest)
    except (tarfile.TarError, msgspec.MsgspecError) as error:
        raise _unreadable(Path(str(tar.name))) from error
    if manifest.format != FORMAT:
        raise BackupError(
            f"备份的格式是第 {manifest.format} 版，本程序只认识第 {FORMAT} 版。",
            "请用做这份备份的程序版本恢复。",
        )
    for part in manifest.parts:
        _ = part.path  # refuses names that lead elsewhere
    return manifest


def _copy(source: IO[bytes], target: Path) -> None:
    with target.open("xb") as file:
        while piece := source.read(1 << 20):
            file.write(piece)


def _info(name: str, size: int, at: datetime) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, int(at.timestamp())
    return info


def _changed(name: str) -> BackupError:
    return BackupError(
        f"备份文件不完整或被改动：{name[:80]} 与清单不符。", "请换一份备份；本次没有恢复任何内容。"
    )


def _unreadable(file: Path) -> BackupError:
    return BackupError(
        f"{file} 不是本系统的备份文件，或已损坏。", "请换一份备份；本次没有恢复任何内容。"
    )
