"""The kinds of messages. Each kind is one folder: its schema and a golden sample.

A kind is found by its folder name; adding a folder with a `schema.py` that holds `Body` adds the
kind. `VERSION` is raised when a field changes its meaning; fields may be added with a default.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

import msgspec

from jiexu.core.base.errors import JiexuError


class UnknownMessage(JiexuError):
    """A message of a kind, version or form that this node does not understand."""

    code = "UNKNOWN_MESSAGE"


@cache
def kinds() -> tuple[str, ...]:
    """The names of all kinds, in alphabetical order."""
    here = Path(__file__).parent
    return tuple(sorted(path.parent.name for path in here.glob("*/schema.py")))


@cache
def _decoder(kind: str) -> msgspec.json.Decoder[msgspec.Struct]:
    return msgspec.json.Decoder(body_type(kind))


@cache
def body_type(kind: str) -> type[msgspec.Struct]:
    """The struct of a kind; `UnknownMessage` if there is none."""
    if kind not in kinds():
        raise UnknownMessage(
            f"收到不认识的报文种类：{kind[:40]}。", "请核对双方的版本，升级后重新投递。"
        )
    body: type[msgspec.Struct] = import_module(f"{__name__}.{kind}.schema").Body
    return body


@cache
def kind_label(kind: str) -> str:
    """The Chinese name of a kind: the first words of its schema's text. An unknown one as it is."""
    if kind not in kinds():
        return kind
    words = import_module(f"{__name__}.{kind}.schema").__doc__ or kind
    return words.partition(":")[0].strip()


@cache
def schema_version(kind: str) -> str:
    version: str = import_module(f"{body_type(kind).__module__}").VERSION
    return version


def decode_body(kind: str, data: bytes) -> msgspec.Struct:
    """Read a body strictly; `UnknownMessage` names the field that does not fit."""
    try:
        return _decoder(kind).decode(data)
    except msgspec.ValidationError as error:
        raise UnknownMessage(
            f"报文内容不符合《{kind}》的格式：{error}。", "请发送方改正后重新发送。"
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnknownMessage(
            f"报文不是可读的 JSON:{error}。", "请发送方改正后重新发送。"
        ) from error
