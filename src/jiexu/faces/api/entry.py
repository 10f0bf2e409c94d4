"""The API itself: every operation joined to ninja, and faults said as problems."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from jiexu.core.base.errors import BadInput, JiexuError
from jiexu.faces.api import assess, cases, me, papers, payments, problems, transfers
from jiexu.faces.api.operation import OPERATIONS

log = logging.getLogger(__name__)

PREFIX = "api/v1"
FACES = (assess, papers, me, transfers, cases, payments)
"""Importing them registers their operations, in the order in which they are described."""

api = NinjaAPI(
    title="接续 API",
    version="1.0.0",
    description=(
        "与页面办同样的事：同样的规则、同样的权限、同样的留痕。"
        "金额是以元为单位的文字（两位小数），日期为 2026-03-09，时间带时区。"
        "没有办成的，答复为 application/problem+json：code、message、remedy、path。"
    ),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)

for _one in OPERATIONS:
    api.api_operation(
        [_one.method],
        _one.path,
        auth=_one.who,
        operation_id=_one.name,
        summary=_one.summary,
        description=_one.about,
        tags=[_one.tag],
        url_name=_one.name,
    )(_one.view)


@api.exception_handler(JiexuError)
def _fault(request: HttpRequest, error: JiexuError) -> HttpResponse:
    return problems.of_error(error)


@api.exception_handler(ValidationError)
def _parameter(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A parameter of path, query or header that cannot be: the first one is named."""
    first = error.errors[0]
    name = str(first["loc"][-1])
    missing = first["type"] == "missing"
    return problems.of_error(
        BadInput(
            f"缺少 {name}。" if missing else f"{name} 的写法不对。",
            "请对照 /api/v1/ 的接口说明改正。",
            path=name,
            code="MISSING_PARAMETER" if missing else "BAD_PARAMETER",
        )
    )


@api.exception_handler(HttpError)
def _plain(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problems.of_error(
        BadInput(
            "看不懂这个请求。", "请对照 /api/v1/ 的接口说明。", code=f"HTTP_{error.status_code}"
        )
    )


@api.exception_handler(Exception)
def _defect(request: HttpRequest, error: Exception) -> HttpResponse:
    log.exception("%s %s failed", request.method, request.path)
    return problems.of_status(500)
