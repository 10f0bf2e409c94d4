"""What each money regime means for a case: one row per route, never per place.

Which route applies is a matter of policy data; here stands only what it does. Sources:
医保办发〔2021〕43号 (remit); provincial measures (credit_first, netting, stays). In which cases the
balance goes to the person's own bank account say `account_to_bank_cases` and `er_balance_route`.
"""

from __future__ import annotations

from datetime import date

import msgspec

from jiexu.core.base.decision import Decision
from jiexu.core.policy.parameters import lookup
from jiexu.core.procedures.outcome import Refusal
from jiexu.core.procedures.transfer.facts import CaseRecord


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """`figure`: the form tells the new place an amount. `payee`: agency, person or nobody.

    `ahead`: the new place credits with the form, and the agencies settle among themselves later.
    """

    name: str
    figure: bool = False
    payee: str = ""
    ahead: bool = False

    @property
    def takes(self) -> bool:
        """Whether the balance leaves the old account."""
        return bool(self.payee) or self.ahead


ROUTES = {
    route.name: route
    for route in (
        Route(name="remit", figure=True, payee="agency"),
        Route(name="credit_first", figure=True, ahead=True),
        Route(name="netting", figure=True, ahead=True),
        Route(name="to_bank", payee="person"),
        Route(name="stays"),
        Route(name="none"),
    )
}
AHEAD = frozenset(route.name for route in ROUTES.values() if route.ahead)
NO_ACCOUNT = "NO_ACCOUNT_AT_DESTINATION"
ROUTE_BY_HAND = Refusal(
    code="ROUTE_BY_HAND",
    text="没有查到这两地之间资金怎样处理的规定，系统不能自行决定。",
    remedy="请查明依据，在本案办理“人工确定资金去向”，写明依据后再出具信息表。",
)

BANK_ACCOUNT_NEEDED = Refusal(
    code="BANK_ACCOUNT_NEEDED",
    text="本案余额要付给参保人本人，还没有登记本人的银行账户。",
    remedy="请先在本案办理“登记本人银行账户”。",
)


def route_of(decision: Decision, record: CaseRecord) -> Route | None:
    """The route of a case: the policy's answer, or what a clerk chose where it has none.

    Without an account at the new place the old one stays usable, untouched, also where no rule
    was found: the person was told so before applying. `None`: nobody has said it yet.
    """
    route = ROUTES.get(str(decision.values["money_route"]))
    if route is None and any(one.code == NO_ACCOUNT for one in decision.reasons):
        return ROUTES["stays"]
    return route or ROUTES.get(record.route if record.basis else "")


def freezes_at(area: str, day: date) -> str:
    """When the old account is frozen: accept, form or remit; form by practice, not by law."""
    found = lookup("freeze_at", area, day)
    return str(found.value) if found is not None else "form"
