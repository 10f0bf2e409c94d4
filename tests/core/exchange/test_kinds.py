"""Each kind of message has a schema and a golden sample that reads and writes back to itself."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from jiexu.core.exchange import kinds
from jiexu.core.exchange.kinds import UnknownMessage, body_type, decode_body, schema_version

FOLDER = Path(kinds.__file__).parent


@pytest.mark.parametrize("kind", kinds.kinds())
def test_golden_sample_is_stable(kind: str) -> None:
    sample = (FOLDER / kind / "sample.json").read_bytes()
    body = decode_body(kind, sample)
    assert isinstance(body, body_type(kind))
    assert json.loads(msgspec.json.encode(body)) == json.loads(sample)
    assert schema_version(kind) == "1"


@pytest.mark.parametrize("kind", kinds.kinds())
def test_unknown_fields_and_other_shapes_are_refused_in_words(kind: str) -> None:
    sample = json.loads((FOLDER / kind / "sample.json").read_bytes())
    with pytest.raises(UnknownMessage, match="不符合"):
        decode_body(kind, json.dumps({**sample, "extra": 1}).encode())
    with pytest.raises(UnknownMessage, match="不符合"):
        decode_body(kind, b"[]")
    with pytest.raises(UnknownMessage, match="不是可读的 JSON"):
        decode_body(kind, b"{")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UnknownMessage, match="不认识的报文种类"):
        body_type("no_such_kind")
