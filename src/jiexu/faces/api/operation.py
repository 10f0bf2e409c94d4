"""One operation of the API: what it takes and gives is read from the types of its function.

`body` is the struct of the JSON body, the return type the struct of the answer; every other
parameter is one of path or query, checked by ninja. The statuses an operation may answer with
follow from who may call it and whether it changes anything, and stand in the description.
"""

from __future__ import annotations

import inspect
import logging
import typing
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Annotated, Any, TypeVar

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import Header, Path
from pydantic import StringConstraints

from jiexu.core.base.errors import BadInput, JiexuError
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.core.policy.asking import explained
from jiexu.faces.api import callers, problems
from jiexu.faces.api.wire import STAFF, Wire
from jiexu.work.results import Result

log = logging.getLogger(__name__)

View = Callable[..., Any]

Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
AreaCode = Path[Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]]
CaseNo = Path[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,40}$")]]
Name = Path[Word]
Half = Path[typing.Literal["in", "out"]]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=100,
        pattern=r"^[!-~]+$",
        description="办理编号：同一编号、同样内容重发，得到同样的答复，不会办两次",
    ),
]


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """What the description needs to know of one operation."""

    method: str
    path: str
    name: str
    summary: str
    about: str
    tag: str
    who: Callable[[HttpRequest], Any]
    view: View
    body: Any
    answer: Any
    wire: Wire
    status: int
    problems: tuple[int, ...]


OPERATIONS: list[Operation] = []


def operation(
    method: str,
    path: str,
    summary: str,
    *,
    tag: str,
    who: Callable[[HttpRequest], Any],
    wire: Wire = STAFF,
    status: int = 200,
    name: str = "",
    also: tuple[int, ...] = (),
) -> Callable[[View], View]:
    """Make a function an operation: registered, its body read, its answer encoded."""

    def register(function: View) -> View:
        hints = typing.get_type_hints(function, include_extras=True)
        body, answer = hints.pop("body", None), hints.pop("return")
        reader = read
        if typing.get_origin(body) is Annotated:  # Annotated[msgspec.Raw, struct that it must be]
            body, reader = typing.get_args(body)[1], raw
        parameters = [
            one.replace(annotation=hints.get(one.name, one.annotation))
            for one in inspect.signature(function).parameters.values()
            if one.name != "body"
        ]
        refusing = {400} if body is not None or len(parameters) > 1 else set()
        if who is not callers.anyone:
            refusing |= {401, 403}
        if "{" in path:
            refusing.add(404)
        if "key" in hints:
            refusing |= {409, 422}

        @wraps(function)
        def view(request: HttpRequest, **given: Any) -> HttpResponse:
            try:
                if body is not None:
                    given["body"] = reader(request, body)
                said = function(request, **given)
            except JiexuError as error:
                return problems.of_error(error)
            except problems.Refused as refused:
                return problems.of_result(refused.result)
            return HttpResponse(
                msgspec.json.encode(wire.out(said)), content_type="application/json", status=status
            )

        view.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        view.__annotations__ = {one.name: one.annotation for one in parameters}
        OPERATIONS.append(
            Operation(
                method=method,
                path=path,
                name=name or f"{function.__module__.rpartition('.')[2]}_{function.__name__}",
                summary=summary,
                about=inspect.cleandoc(function.__doc__ or ""),
                tag=tag,
                who=who,
                view=view,
                body=body,
                answer=answer,
                wire=wire,
                status=status,
                problems=tuple(sorted({*refusing, *also, 429})),
            )
        )
        return view

    return register


Body = TypeVar("Body")


def raw(request: HttpRequest, body: object) -> bytes:
    """The JSON body as it came: read by what answers. Raises `BadInput` for one too large."""
    try:
        return request.body
    except RequestDataTooBig as error:
        raise BadInput("请求的内容太大。", "请分几次提交。", code="TOO_LARGE") from error


def read(request: HttpRequest, body: type[Body]) -> Body:
    """The JSON body. Raises `BadInput` naming the field that is missing, unknown or wrong."""
    try:
        return msgspec.json.decode(raw(request, body), type=body)
    except msgspec.ValidationError as error:
        raise explained(str(error)) from error
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadInput(
            "请求的内容不是合法的 JSON。", "请检查引号、逗号和括号，编码用 UTF-8。", code="BAD_JSON"
        ) from error


def own_key(request: HttpRequest, key: str) -> str:
    """The key as the work keeps it: nobody's key meets another person's, or another address's."""
    return sm3_hex(f"{request.auth.user.pk} {request.path} {key}".encode())  # type: ignore[attr-defined]


def made(result: Result) -> Result:
    """The result, or the refusal on its way out."""
    if not result.ok:
        raise problems.Refused(result)
    return result


def as_typed(fields: Mapping[str, str | bool]) -> dict[str, str]:
    """Fields of a move as a form would send them."""
    return {
        name: value if isinstance(value, str) else ("1" if value else "")
        for name, value in fields.items()
    }
