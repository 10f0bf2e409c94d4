"""jiexu (接续): basic medical insurance follows the person to another city.

The one thing to import from here is `assess`: a policy question answered from stated facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jiexu.core.base.decision import Decision

__all__ = ["assess"]


def assess(question: str, facts: str | bytes | Mapping[str, Any]) -> Decision:
    """Answer one policy question, as `jiexu assess` does: same facts, same Decision.

    `facts` is JSON text or a mapping of the same shape. Raises `BadInput` with code, path,
    message and remedy when the facts cannot be understood.
    """
    from jiexu.core.policy.asking import ask

    return ask(question, facts)
