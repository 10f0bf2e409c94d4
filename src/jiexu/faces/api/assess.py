"""Policy questions, areas and days: what anybody may ask, without signing in."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from ninja import Path, Query
from pydantic import StringConstraints

from jiexu.core.base.areas import full_name
from jiexu.core.base.decision import Decision
from jiexu.core.policy.asking import ask, schema
from jiexu.core.policy.questions import load, names
from jiexu.faces.api.bodies import AreaLine
from jiexu.faces.api.callers import anyone
from jiexu.faces.api.operation import operation
from jiexu.faces.portal import places

TAG = "政策问答"

QuestionName = Path[Annotated[str, StringConstraints(pattern=r"^[a-z-]{1,40}$")]]


def _answering(question: str) -> Any:
    def assess(request: HttpRequest, body: Any) -> Decision:
        """同 `jiexu assess`：同样的事实，同样的决定。不保存任何内容，不需要登录。"""
        return ask(question, body)

    assess.__annotations__["body"] = Annotated[msgspec.Raw, load(question).Facts]
    return assess


for _question in names():
    operation(
        "POST",
        f"/assess/{_question}",
        f"回答政策问题 {_question}",
        tag=TAG,
        who=anyone,
        name=f"assess_{_question.replace('-', '_')}",
    )(_answering(_question))


@operation("GET", "/assess/{question}/schema", "一个问题的事实格式", tag=TAG, who=anyone)
def facts_schema(request: HttpRequest, question: QuestionName) -> dict[str, Any]:
    """JSON Schema，同 `jiexu assess QUESTION --schema`。"""
    return schema(question)


@operation("GET", "/areas", "查找统筹区", tag=TAG, who=anyone)
def areas(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=40, pattern=r"^[^\x00-\x1f]*$", description="名称")] = "",
) -> list[AreaLine]:
    """按名称或代码查找；县、区找到它所在的统筹区。不写 q 时列出全部统筹区。"""
    found = places.hits(q.strip()) if q.strip() else ()
    if not q.strip():
        found = tuple(one for _, pools in places.by_province() for one in pools)
    return [AreaLine(code=code, name=full_name(code)) for code, _ in found]


@operation(
    "GET", "/calendar/deadline", "工作日到期日", tag=TAG, who=anyone, name="calendar_deadline"
)
def deadline(
    request: HttpRequest,
    start: Annotated[date, Query(description="起算日，不计")],
    workdays: Annotated[int, Query(ge=0, le=10_000, description="工作日数")],
    area: Annotated[str, Query(pattern=r"^[0-9]{6}$", description="按哪里的日历")] = "100000",
) -> Decision:
    """同问题 deadline：按当地放假安排计算；未公布的年份为暂定。"""
    return ask("deadline", {"start": start.isoformat(), "workdays": workdays, "area": area})
