"""Folders where one program puts files down and another picks them up.

A file appears whole or not at all: it is written under a hidden name beside its place, brought to
the disk, renamed, and then the folder itself is brought to the disk. What a killed writer leaves
behind begins with a dot, is never picked up and may be deleted at any time. A file is never
overwritten with other content. Nobody's text leads out of the folder: see `area_folder` and
`file_name`.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from pathlib import Path
from urllib.parse import quote

from jiexu.core.base.errors import BadInput, Conflict

LARGEST_BYTES = 64 * 1024 * 1024
"""Larger files are not read: 500 messages of the largest kind fill a hundredth of it."""

_AREA = re.compile(r"[0-9]{6}", re.ASCII)
_LONGEST_NAME_BYTES = 240  # of the 255 that file systems allow; the rest is for our suffixes


def area_folder(root: Path, area: str) -> Path:
    """The folder of one agency. Raises `BadInput` unless `area` is six digits."""
    if _AREA.fullmatch(area) is None:
        raise BadInput(
            "机构代码不是 6 位区划代码，不能用作目录名。", "请核对机构登记。", path="area"
        )
    return root / area


def file_name(text: str, suffix: str) -> str:
    """A file name for `text`, different for different texts: what is not safe becomes %XX.

    Raises `BadInput` for a text that is empty or too long.
    """
    name = quote(text, safe="").replace(".", "%2E") + suffix
    if not text or len(name) > _LONGEST_NAME_BYTES:
        raise BadInput("编号为空或太长，不能用作文件名。", "请核对编号。", path="name")
    return name


def put(path: Path, data: bytes) -> bool:
    """Write a file whole and durably. False if the same content is there already.

    Raises `Conflict` if other content is there, `OSError` when the disk or the share fails.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        if path.read_bytes() == data:
            return False
        raise Conflict(
            f"文件 {path.name} 已经存在，而且内容不同；原文件没有改动。",
            "请核对编号是否重复使用，处理好原文件后再试。",
            code="FILE_DIFFERS",
        )
    _write(path, data)
    return True


def waiting(folder: Path, suffix: str | tuple[str, ...]) -> list[str]:
    """Names of the visible files ending in `suffix` (any case), in order; no folder, no names."""
    try:
        names = [entry.name for entry in os.scandir(folder)]
    except FileNotFoundError:
        return []
    return sorted(
        name for name in names if not name.startswith(".") and name.lower().endswith(suffix)
    )


def read(path: Path) -> bytes | None:
    """The bytes of a regular file; `None` if it is gone, a link, a device or anything else.

    Raises `Conflict` FILE_TOO_LARGE beyond `LARGEST_BYTES`.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        handle = os.open(path, flags)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, "rb") as file:
        if os.fstat(handle).st_size > LARGEST_BYTES:
            raise Conflict(
                f"文件超过 {LARGEST_BYTES // 1024 // 1024} MB，没有读取。",
                "请拆分后重新提供。",
                code="FILE_TOO_LARGE",
            )
        return file.read()


def set_aside(folder: Path, name: str, *, refused: str = "") -> None:
    """Move `in/name` to `done/`, or to `refused/` with the reason in a text file beside it.

    Doing it again changes nothing. An older file of that name with other content is kept: the new
    one gets `~2`, `~3`... Raises `BadInput` for a name that would lead out of the folder.
    """
    if name in {"", ".", ".."} or Path(name).name != name or "\0" in name:
        raise BadInput("文件名不能带目录。", "请使用收件目录里的文件名。", path="name")
    source = folder / "in" / name
    if not source.is_file():
        return  # another worker has moved it
    target = _free_place(folder / ("refused" if refused else "done") / name, source)
    if refused:
        # The reason first: a file in refused/ is never without one.
        _write(target.with_name(_cut(target.name) + ".txt"), (refused + "\n").encode())
    try:
        source.replace(target)
    except FileNotFoundError:
        return
    _sync_folder(target.parent)
    _sync_folder(source.parent)


def _free_place(target: Path, source: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    place, number = target, 2
    while place.exists() and not _same(place, source):
        place = target.with_name(f"{_cut(target.stem)}~{number}{target.suffix}")
        number += 1
    return place


def _same(left: Path, right: Path) -> bool:
    try:
        sizes_agree = left.stat().st_size == right.stat().st_size
        return sizes_agree and left.read_bytes() == right.read_bytes()
    except FileNotFoundError:
        return False


def _cut(name: str) -> str:
    return os.fsdecode(os.fsencode(name)[:_LONGEST_NAME_BYTES])


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with hidden.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        hidden.replace(path)
    except BaseException:
        hidden.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can (Windows cannot)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
