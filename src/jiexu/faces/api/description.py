"""The OpenAPI 3.1 description: addresses and parameters from ninja, the rest from structs.

Made once per process from what is registered; nothing in it is written by hand twice.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from jiexu.faces.api import callers
from jiexu.faces.api.entry import PREFIX, api
from jiexu.faces.api.operation import OPERATIONS, Operation
from jiexu.faces.api.problems import MEDIA_TYPE, TITLES, Problem

_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "程序用的令牌，由 jiexu user token add 换发，只能做换发时写明的事。",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "页面登录后的会话；改变内容的请求还要带 X-CSRFToken 请求头。",
    },
}


@cache
def description() -> dict[str, Any]:
    """The whole document."""
    document: dict[str, Any] = msgspec.to_builtins(dict(api.get_openapi_schema(path_prefix=PREFIX)))
    bodies = [one.body for one in OPERATIONS if one.body is not None]
    answers = [one.wire.type_of(one.answer) for one in OPERATIONS]
    schemas, named = msgspec.json.schema_components(
        [*bodies, *answers, Problem], ref_template="#/components/schemas/{name}"
    )
    by_body = dict(zip(map(id, bodies), schemas, strict=False))
    said = schemas[len(bodies) : -1]
    for one, schema in zip(OPERATIONS, said, strict=True):
        place = document["paths"][f"/{PREFIX}{one.path}"][one.method.lower()]
        _describe(place, one, by_body.get(id(one.body)), schema, schemas[-1])
    document["components"] = {
        "schemas": named | document["components"]["schemas"],
        "securitySchemes": _SCHEMES,
    }
    document["tags"] = [{"name": tag} for tag in dict.fromkeys(one.tag for one in OPERATIONS)]
    return document


@cache
def description_json() -> bytes:
    return msgspec.json.encode(description())


def _describe(
    place: dict[str, Any], one: Operation, body: Any, answer: Any, problem: dict[str, Any]
) -> None:
    """Fill in what ninja does not know."""
    if body is not None:
        place["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": body}},
        }
    place["responses"] = {
        str(one.status): {
            "description": "办好了" if one.method == "POST" else "查到了",
            "content": {"application/json": {"schema": answer}},
        }
    } | {str(status): _refusal(status, problem) for status in one.problems}
    if one.who is not callers.anyone:
        place["security"] = [{"bearer": []}, {"session": []}]


def _refusal(status: int, problem: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "description": TITLES[status],
        "content": {MEDIA_TYPE: {"schema": problem}},
    }
    if status == 429:
        said["headers"] = {
            "Retry-After": {"description": "几秒后再试", "schema": {"type": "string"}}
        }
    return said
