"""Verbs of stories whose other side sends no messages: lists, errands, letters, payments."""

from __future__ import annotations

from random import Random
from typing import Any

from jiexu.core.base.money import fen_from_yuan
from jiexu.simulation.bank_files import Instruction
from jiexu.simulation.outside_acts import in_base64
from jiexu.simulation.platform_lists import (
    Export,
    Traveller,
    as_csv,
    as_xlsx,
    export_cases,
    export_forms,
)
from jiexu.simulation.stories.telling import Person, Telling


class TellingOutside(Telling):
    """A story with partners on the national platform or reached by post."""

    def open_outside(
        self, at: str, area: str, name: str, *, partner: str = "platform", money: str = "0.00"
    ) -> None:
        """An agency without a node, known at `at`; it has an account at the bank."""
        self.stage.at(at).add_outside(area, name, partner)
        self.stage.open_account(area, name, f"9999{area}000000", money)

    def comes(
        self, person: Person, source: str, target: str, number: str, spells: str, fen: int
    ) -> str:
        """From the application to the months written, by lists of the platform; gives the case."""
        case_no, today = self.apply(person, source, target), self.stage.now.date()
        self.settle()
        self.all_done_outside(target, "transfer_request", reference=number)
        one, chance = traveller(person, number), Random(len(number))
        status = {"status": "已受理", "today": today, "answered_on": today}
        begin, end = (int(ym[:4]) * 12 + int(ym[4:]) for ym in spells.split("-"))
        lists = {
            "cases": export_cases(chance, [one], source=source, target=target, **status),
            "forms": export_forms(chance, [(one, spells, end - begin + 1, fen)], today=today),
        }
        for kind, export in lists.items():
            (row,) = self.takes_list(target, kind, export).values()
            self.expect(f"list of {kind}", row["state"], "applied", row)
        self.settle()
        self.all_done_outside(target, "receipt")
        self.legs(target, case_no, "in", "done", "fixed")
        return case_no

    def takes_list(
        self, area: str, kind: str, export: Export, form: str = "xlsx"
    ) -> dict[int, Any]:
        """A clerk imports a list; gives its report by row."""
        data = as_xlsx(export) if form == "xlsx" else as_csv(export)
        clerk = self.offices[area].staff("jingban")
        name = f"{export.title}.{form}"
        report = self.stage.at(area).take_list(area, clerk, kind, name, in_base64(data))
        self.expect("the list is worked through", report["busy"], False)
        return {row["number"]: row for row in report["rows"]}

    def errands(self, area: str, *kinds: str) -> list[dict[str, Any]]:
        """What is to be done outside: these kinds and no others."""
        found = list(self.stage.at(area).errands(area))
        self.expect("errands", sorted(one["kind"] for one in found), sorted(kinds))
        return found

    def done_outside(self, area: str, errand: dict[str, Any], reference: str) -> None:
        """The clerk has keyed it in, or posted it, and notes the other side's number."""
        clerk = self.offices[area].staff("jingban")
        answer = self.stage.at(area).close_errand(
            area, clerk, errand["id"], errand["version"], reference
        )
        self.expect(f"done outside: {errand['task']}", answer["ok"], True, answer)

    def all_done_outside(self, area: str, *kinds: str, reference: str = "") -> None:
        """Everything is keyed in, under one number or under the ones known already."""
        for errand in self.errands(area, *kinds):
            self.done_outside(area, errand, reference or errand["known_as"])

    def keys_in(
        self, area: str, kind: str, scans: tuple[tuple[str, bytes], ...] = (), **typed: str
    ) -> dict[str, Any]:
        """A clerk keys one paper in; gives the answer."""
        clerk = self.offices[area].staff("jingban")
        pictures = [[name, in_base64(data)] for name, data in scans]
        return dict(self.stage.at(area).key_in(area, clerk, kind, typed, pictures))

    def outside_pays(self, area: str, to: str, *payments: tuple[str, str]) -> None:
        """The agency without a node pays us: pairs of yuan and remark, in one batch."""
        payee = self.offices[to]
        orders = [
            Instruction(
                row=row,
                payee_name=f"{payee.name}（演示账户）",
                payee_bank="演示银行",
                payee_account=f"9999{to}000000",
                amount_fen=fen_from_yuan(yuan),
                remark=remark,
            )
            for row, (yuan, remark) in enumerate(payments, start=1)
        ]
        self.stage.orders_outside(area, f"WB{area}{self.stage.now:%m%d}", *orders)
        self.bank_round(to)


def traveller(person: Person, number: str) -> Traveller:
    """A person as a list of the platform names them."""
    return Traveller(person.name, person.certno, number)
