"""核验文书: whether a paper is genuine, for anybody who holds one."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Query

from jiexu.faces.api.callers import anyone
from jiexu.faces.api.operation import operation
from jiexu.work import ports, verifying
from jiexu.work.verifying import Verdict

_TYPED = r"^[^\x00-\x1f]+$"


@operation("GET", "/papers/verify", "核验文书", tag="文书", who=anyone)
def verify(
    request: HttpRequest,
    number: Annotated[str, Query(max_length=60, pattern=_TYPED, description="文书编号")],
    code: Annotated[str, Query(max_length=60, pattern=_TYPED, description="核验码")],
) -> Verdict:
    """同文书二维码指向的页面，不需要登录。

    state：valid 真实有效，superseded 已有更新的，unsealed 还没有签章，invalid 内容或签章不符，
    unknown 编号或核验码不对（不说是哪一个），closed 试错太多，稍后再查。
    """
    address = request.META.get("REMOTE_ADDR", "")
    return verifying.check(number, code, address, ports.clock())
