"""The vault of this node: one, made from the keys in the settings."""

from __future__ import annotations

from functools import cache
from typing import TypeVar

import msgspec
from django.conf import settings

from jiexu.records.access.vault import Vault

T = TypeVar("T", bound=msgspec.Struct)


@cache
def vault() -> Vault:
    """The node's vault. Columns name themselves as context, e.g. `person.certno`."""
    return Vault(settings.VAULT_KEYS)


def identity_index(certno: str) -> bytes:
    """The blind index by which an identity number is found, the same in every table."""
    return vault().index(certno, context="person.certno")


def seal_struct(value: msgspec.Struct, *, context: str) -> bytes:
    """Seal a struct as JSON."""
    return vault().seal(msgspec.json.encode(value).decode(), context=context)


def open_struct(blob: bytes, kind: type[T], *, context: str) -> T:
    """Open a sealed struct."""
    return msgspec.json.decode(vault().open(blob, context=context), type=kind)
