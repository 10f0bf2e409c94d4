"""The description for people and for programs, and the answer for addresses that are none."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from jiexu.faces.api import problems
from jiexu.faces.api.description import description, description_json


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to send, as the page shows it."""

    name: str
    place: str
    type: str
    required: bool
    words: str


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """One operation, as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    words: str
    signed_in: bool
    parameters: tuple[Parameter, ...]
    answer: tuple[Parameter, ...]
    answer_type: str
    problems: tuple[tuple[str, str], ...]


_PLACES = {"path": "地址", "query": "查询", "header": "请求头", "body": "内容"}


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(description_json(), content_type="application/json")


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation in words, from the same description, without scripts."""
    document = description()
    groups: dict[str, list[Described]] = {one["name"]: [] for one in document["tags"]}
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            groups[one["tags"][0]].append(_described(path, method, one, document))
    return render(
        request, "api/reference.html", {"info": document["info"], "groups": groups.items()}
    )


@csrf_exempt
def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    return problems.of_status(404)


def _described(path: str, method: str, one: dict[str, Any], document: Any) -> Described:
    named = document["components"]["schemas"]
    sent = [
        Parameter(
            name=each["name"],
            place=_PLACES[each["in"]],
            type=_type(each["schema"]),
            required=each["required"],
            words=each.get("description", ""),
        )
        for each in one["parameters"]
    ]
    if "requestBody" in one:
        sent += _fields(one["requestBody"]["content"]["application/json"]["schema"], named)
    done = next(said for status, said in one["responses"].items() if status < "300")
    answer = done["content"]["application/json"]["schema"]
    return Described(
        id=one["operationId"],
        method=method.upper(),
        path=path,
        summary=one["summary"],
        words=one.get("description", ""),
        signed_in="security" in one,
        parameters=tuple(sent),
        answer=tuple(_fields(answer.get("items") or answer, named)),
        answer_type=_type(answer),
        problems=tuple(
            (status, said["description"])
            for status, said in one["responses"].items()
            if status >= "300"
        ),
    )


def _fields(schema: dict[str, Any], named: dict[str, Any]) -> list[Parameter]:
    struct = named.get(schema.get("$ref", "").rpartition("/")[2], {})
    return [
        Parameter(
            name=name,
            place=_PLACES["body"],
            type=_type(field),
            required=name in struct.get("required", ()),
            words=field.get("title", "") or field.get("description", ""),
        )
        for name, field in struct.get("properties", {}).items()
    ]


def _type(schema: dict[str, Any]) -> str:
    """The type of a field in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items') or {})}]"
    return str(schema.get("format") or schema.get("type") or "…")
