"""Sealed attachments as files in one folder, spread over 256 subfolders."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

_PLACE = re.compile(r"[0-9a-f]{2}[0-9a-f-]{8,78}")


class FolderStore:
    """Writes beside, flushes to the disk, then renames: a place holds all of its bytes or none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, place: str, data: bytes) -> None:
        path = self._path(place)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def get(self, place: str) -> bytes:
        return self._path(place).read_bytes()

    def places(self) -> Iterator[tuple[str, datetime]]:
        for path in sorted(self._folder.glob("[0-9a-f][0-9a-f]/*")):
            if path.is_file() and _PLACE.fullmatch(path.name):
                yield path.name, datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)

    def remove(self, place: str) -> None:
        self._path(place).unlink(missing_ok=True)

    def _path(self, place: str) -> Path:
        if _PLACE.fullmatch(place) is None:
            raise ValueError("a place is two and more hexadecimal digits")
        return self._folder / place[:2] / place
