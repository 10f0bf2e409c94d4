"""Every operation asked by the wrong person: nothing is done and nothing of the other shows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.support.callers import Caller, World
from tests.support.country import SOURCE, TARGET, Mover, rows

from jiexu.faces.api import callers
from jiexu.faces.api.entry import api
from jiexu.faces.api.operation import OPERATIONS, Operation

NEEDS_SOMEBODY = [one for one in OPERATIONS if one.who is not callers.anyone]
BODIES: dict[str, Any] = {
    "Application": {"from_area": SOURCE, "to_area": TARGET},
    "Applications": {"sources": [{"area": SOURCE}], "to_area": TARGET},
    "CitizenMove": {"version": 1},
    "Move": {"version": 1},
    "Seen": {"version": 1},
}


class Case:
    """Anna's case and what belongs to it, as others might guess it."""

    def __init__(self, world: World) -> None:
        self.number = world.to_the_form("anna")
        self.mover = world.country.movers[0]
        prepares = world[f"prepares-{SOURCE}"]
        [order] = prepares.get(f"/agencies/{SOURCE}/payments")
        self.order = order["id"]
        said = prepares.post(f"/agencies/{SOURCE}/batches", {"orders": [self.order]}, 201)
        self.batch = said["case_no"]
        world.country.statement(SOURCE, ("E1", "credit", 100037, "unknown"))
        world.country.settle()
        [line] = prepares.get(f"/agencies/{SOURCE}/bank-lines")
        self.line = line["id"]

    def ask(self, caller: Caller, one: Operation, area: str = SOURCE) -> tuple[int, str]:
        path = "/api/v1" + one.path.format(
            area=area,
            half="out" if area == SOURCE else "in",
            case_no=self.number,
            event="issue_form",
            number=self.batch,
            line=self.line,
        )
        headers = {"Idempotency-Key": "the-wrong-person"}
        if caller.token:
            headers["Authorization"] = f"Bearer {caller.token}"
        query = {"area": area} if one.name == "me_statement" else {}
        if one.method == "GET":
            answer = caller.client.get(path, query, headers=headers)
        else:
            name = one.body.__name__
            body = {"Chosen": {"orders": [self.order]}} | {
                "Placed": {"case_no": self.number, "version": 1}
            }
            answer = caller.client.post(
                path, (BODIES | body)[name], content_type="application/json", headers=headers
            )
        return answer.status_code, answer.content.decode()


def shows(text: str, case: Case, mover: Mover) -> list[str]:
    """What of the person or the case stands in the text."""
    secrets = {
        "case number": case.number,
        "name": mover.name,
        "identity number": mover.certno,
        "its end": mover.certno[-4:],
        "batch": case.batch,
        "amount": "1000.37",
    }
    return [word for word, secret in secrets.items() if secret in text]


def written() -> dict[str, list[Any]]:
    """Everything an act could have changed."""
    return {
        label: [
            (row.pk, getattr(row, "version", 0), getattr(row, "state", "")) for row in rows(label)
        ]
        for label in ("procedures.Case", "settlement.Order", "settlement.Batch", "audit.Entry")
    } | {"lines": [(row.pk, row.version, row.case_no) for row in rows("settlement.StatementLine")]}


def test_every_operation_is_walked() -> None:
    """None is registered beside the list that is walked and described."""
    described = sum(len(one) for one in api.get_openapi_schema(path_prefix="")["paths"].values())
    assert len(OPERATIONS) == described
    assert len(NEEDS_SOMEBODY) > 20


def test_nobody_else_gets_or_does_anything(world: World) -> None:
    case = Case(world)
    before = written()
    wrong = {
        "nobody": (world["nobody"], {401}),
        "a wrong token": (Caller("jx_" + "A" * 43), {401}),
        "another agency's clerk": (world[f"clerk-{TARGET}"], {403, 404}),
        "another agency's preparer": (world[f"prepares-{TARGET}"], {403, 404}),
        "another agency's approver": (world[f"approves-{TARGET}"], {403, 404}),
        "another citizen": (world["bert"], {403, 404}),
    }
    found = []
    for who, (caller, expected) in wrong.items():
        for one in NEEDS_SOMEBODY:
            status, text = case.ask(caller, one)
            own = status in {200, 201} and "{" not in one.path and expected != {401}
            if status not in expected and not own:
                found.append(f"{who} {one.method} {one.path}: {status} {text}")
            found += [
                f"{who} {one.method} {one.path} shows {w}" for w in shows(text, case, case.mover)
            ]
            if one.name == "transfers_apply" and who == "another citizen":
                before = written()  # their own application is theirs to make
    assert found == []
    assert written() == before


@pytest.mark.parametrize("word", ["clerk", "prepares", "approves"])
def test_staff_of_the_agency_keep_to_their_own_work(world: World, word: str) -> None:
    """Of one agency, yet in another role: reading as on the pages, acting in one's role alone."""
    case = Case(world)
    before = written()
    caller = world[f"{word}-{SOURCE}"]
    acts = {
        "payments_prepare": "prepares",
        "payments_match": "prepares",
        "payments_approve": "approves",
        "payments_send_back": "approves",
    }
    for one in NEEDS_SOMEBODY:
        if one.method == "POST" and acts.get(one.name) != word:
            status, text = case.ask(caller, one)
            # A clerk may try a move on a case: it is refused by its state, not by who they are.
            allowed = {403, 404, 409} if one.name == "cases_act" else {403, 404}
            assert status in allowed, f"{one.path}: {status} {text}"
    if word == "clerk":
        for one in NEEDS_SOMEBODY:
            if one.method == "GET" and one.tag == "资金":
                assert case.ask(caller, one)[0] == 403
    assert written() == before


def test_a_citizen_is_not_shown_what_is_the_clerks(world: World) -> None:
    number = world.to_the_form("anna")
    seen = json.dumps(world["anna"].get(f"/transfers/{number}"), ensure_ascii=False)
    for word in ("assigned_to", "doubts", "comparison", "person_id"):
        assert f'"{word}"' not in seen
    clerk = world[f"clerk-{SOURCE}"].get(f"/agencies/{SOURCE}/cases/out/{number}")
    assert {"assigned_to", "doubts", "comparison"} <= set(clerk)
    lines = world["anna"].get("/me/statement", area=SOURCE)["lines"]
    assert lines
    assert not {"debit", "credit", "key", "id"} & set(lines[0])


def test_no_answer_is_a_list_of_nameless_values() -> None:
    """A pair or triple of a view gets its names in `wire.NAMES` before it leaves the house."""
    from jiexu.faces.api.description import description

    document = json.dumps(description()["components"]["schemas"])
    assert "prefixItems" not in document
