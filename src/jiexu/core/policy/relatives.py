"""Who is a near relative (近亲属) for the personal account: shared by wallet and mutual-aid."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from jiexu.core.base.decision import Reason, Repair
from jiexu.core.policy.rules import Rules, reason

Relation = Annotated[
    Literal[
        "spouse",
        "parent",
        "child",
        "sibling",
        "grandparent",
        "grandchild",
        "parent_in_law",
        "other",
    ],
    Meta(
        description="对方是本人的：spouse 配偶，parent 父母，child 子女，sibling 兄弟姐妹，"
        "grandparent 祖父母、外祖父母，grandchild 孙子女、外孙子女，"
        "parent_in_law 配偶的父母，other 其他"
    ),
]

RELATION_NAMES = {
    "spouse": "配偶",
    "parent": "父母",
    "child": "子女",
    "sibling": "兄弟姐妹",
    "grandparent": "祖父母、外祖父母",
    "grandchild": "孙子女、外孙子女",
    "parent_in_law": "配偶的父母",
    "other": "其他人",
}


def relative_reason(relation: str, area: str, rules: Rules) -> Reason | None:
    """Why this relation cannot share the account on the day; `None` when it can.

    On a day before any known rule nothing is refused: the question answers that none is held.
    """
    by = rules.get("near_relatives", area)
    if by is None or relation in by.value:
        return None
    names = "、".join(RELATION_NAMES[one] for one in by.value)
    how = "可由对方自己的近亲属（例如其子女）共济"
    if relation == "parent_in_law":
        how = "可由配偶的个人账户共济给配偶自己的父母"
    return reason(
        "NOT_CLOSE_RELATIVE",
        f"{RELATION_NAMES[relation]}不在可以共济的近亲属范围内，当日的范围是：{names}。",
        by,
        Repair(who="本人", how=how),
    )
