"""What programs are told when something is not done: one body for every status (RFC 9457).

`code` is stable, `message` says what and why, `remedy` what to do now, `path` the field that could
not be read. A refusal by rule also bears its reasons, a conflict the state and version as they are.
"""

from __future__ import annotations

import msgspec
from django.http import HttpResponse

from jiexu.core.base.decision import Reason
from jiexu.core.base.errors import BadInput, Conflict, JiexuError, NotAllowed, NotFound
from jiexu.core.procedures.machine import NEW
from jiexu.work.results import Result

MEDIA_TYPE = "application/problem+json"

TITLES = {
    400: "内容看不懂",
    401: "没有登录",
    403: "没有权限",
    404: "没有找到",
    405: "不支持这种请求",
    409: "内容已经变了",
    422: "按规定不能办理",
    429: "请求太多",
    500: "系统出错",
}

_FORBIDDEN = frozenset({"NOT_YOUR_MOVE", "NOT_YOUR_AGENCY", "NOT_A_PARTY", "FOUR_EYES"})
_UNKNOWN = frozenset({"NOT_FOUND", "NO_SUCH_MOVE"})
_CHANGED = frozenset({"STALE", "WRONG_STATE", "CONFLICT", "KEY_REUSED", "ALREADY_OPEN", "TOGETHER"})


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why the request was not carried out. Nothing was changed."""

    status: int
    title: str
    code: str
    message: str
    remedy: str
    path: str = ""
    reasons: tuple[Reason, ...] = ()
    case_no: str = ""
    state: str = ""
    version: int = 0


class Unauthenticated(JiexuError):
    """Nobody is signed in, or the token does not hold."""

    code = "NOT_SIGNED_IN"


class TooMany(JiexuError):
    """More requests in this minute than a caller may make; `seconds` to wait."""

    code = "TOO_MANY_REQUESTS"

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "这一分钟内的请求太多，本次没有办理。", f"请在 {seconds} 秒后再试，不要连续重试。"
        )
        self.seconds = seconds


class Refused(Exception):
    """The work answered with a refusal: a value there, the way out of an operation here."""

    def __init__(self, result: Result) -> None:
        super().__init__(result.code)
        self.result = result


_STATUS: tuple[tuple[type[JiexuError], int], ...] = (
    (Unauthenticated, 401),
    (TooMany, 429),
    (NotFound, 404),
    (NotAllowed, 403),
    (Conflict, 409),
    (BadInput, 400),
)


def of_error(error: JiexuError) -> HttpResponse:
    """The answer for a fault; what has no status of its own was refused by rule (422)."""
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 422)
    if error.code == "UNKNOWN_QUESTION":
        status = 404
    response = answer(
        Problem(
            status=status,
            title=TITLES[status],
            code=error.code,
            message=error.message,
            remedy=error.remedy,
            path=getattr(error, "path", ""),
        )
    )
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.seconds)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="jiexu"'
    return response


def of_result(result: Result) -> HttpResponse:
    """The answer for a refusal of the work."""
    return answer(
        Problem(
            status=(status := status_of(result)),
            title=TITLES[status],
            code=result.code,
            message=result.text,
            remedy=result.remedy,
            path=result.path,
            reasons=result.reasons,
            case_no="" if result.code == "KEY_REUSED" else result.case_no,
            state=result.state,
            version=result.version,
        )
    )


def status_of(result: Result) -> int:
    """400 names a field, 403 and 404 hide nothing that is the caller's, 409 asks to look again."""
    if result.path:
        return 400
    if result.code in _FORBIDDEN:
        return 403
    if result.code in _UNKNOWN or (result.code == "WRONG_STATE" and result.state == NEW):
        return 404  # a half that was never opened is not here
    if result.code in _CHANGED:
        return 409
    return 500 if result.code == "FAULT" else 422


def of_status(status: int) -> HttpResponse:
    """The answer where only the status is known: no such address, no such method, a defect."""
    message, remedy = _PLAIN[status]
    return answer(
        Problem(
            status=status,
            title=TITLES[status],
            code=f"HTTP_{status}",
            message=message,
            remedy=remedy,
        )
    )


_PLAIN = {
    404: ("没有这个接口地址。", "请对照 /api/v1/ 的接口说明。"),
    405: ("这个地址不支持这种请求方法。", "请对照 /api/v1/ 的接口说明。"),
    500: ("系统处理时出错，没有任何改动。", "请稍后重试；如仍出错，请告诉系统管理员。"),
}


def answer(problem: Problem) -> HttpResponse:
    return HttpResponse(
        msgspec.json.encode(problem), content_type=MEDIA_TYPE, status=problem.status
    )
