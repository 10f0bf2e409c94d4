"""Applying by program at either side, by an agent, for several old places; checking a paper."""

from __future__ import annotations

import pytest
from tests.support.callers import Caller, World
from tests.support.country import SOURCE, TARGET, THIRD

from jiexu.records.documents.check_code import check_code
from jiexu.records.documents.models import Issued
from jiexu.records.procedures.models import Case
from jiexu.work import verifying

AGENT = {"name": "沈父", "relation": "监护人", "authority": "监护关系"}


def test_starting_at_the_old_place_by_an_agent(world: World) -> None:
    body = {"from_area": SOURCE, "to_area": TARGET, "start": "from", "agent": AGENT}
    made = world["anna"].post("/transfers", body, 201)
    assert (made["half"], made["record_leg"]) == ("out", "asking")
    world.country.settle()
    shown = world["anna"].get(f"/transfers/{made['case_no']}")
    assert shown["applicant"] == "代办人，网上；代办人 沈父（监护人），依据：监护关系"


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": "middle"},
        {"agent": {"name": "沈父"}},
        {"agent": {**AGENT, "name": ""}},
        {"agent": {**AGENT, "certno": "110101199003070038"}},
    ],
)
def test_what_cannot_be_read_is_named(world: World, wrong: dict[str, object]) -> None:
    said = world["anna"].post("/transfers", {"from_area": SOURCE, "to_area": TARGET, **wrong}, 400)
    assert said["path"].startswith(next(iter(wrong)))


def test_several_old_places_each_have_an_answer(world: World) -> None:
    anna = world["anna"]
    body = {"sources": [{"area": SOURCE}, {"area": THIRD}], "to_area": TARGET}
    first, second = anna.post("/transfers/several", body, key="several-places")
    assert (first["from_area"], first["ok"]) == (SOURCE, True)
    assert (second["from_area"], second["ok"]) == (THIRD, True)
    again = anna.post("/transfers/several", body, key="several-places")
    assert [one["case_no"] for one in again] == [first["case_no"], second["case_no"]]
    assert all(one["repeated"] for one in again)
    assert Case.objects.of(TARGET).count() == 2
    other = anna.post("/transfers/several", body, key="several-places-again")
    assert [(one["ok"], one["code"], one["case_no"]) for one in other] == [
        (False, "ALREADY_OPEN", "")
    ] * 2
    assert all(one["text"] and one["remedy"] for one in other)


def test_several_places_are_all_read_before_anything_is_written(world: World) -> None:
    twice = {"sources": [{"area": SOURCE}, {"area": SOURCE}], "to_area": TARGET}
    assert "两次" in world["anna"].post("/transfers/several", twice, 400)["message"]
    none = {"sources": [], "to_area": TARGET}
    world["anna"].post("/transfers/several", none, 400)
    far = {"sources": [{"area": SOURCE}], "to_area": "510100"}
    assert world["anna"].post("/transfers/several", far, 404)["code"] == "AGENCY_NOT_HERE"
    assert not Case.objects.of(TARGET).exists()


def test_anybody_may_check_a_paper_they_hold(world: World, nobody: Caller) -> None:
    verifying.forget()
    world.to_the_form("anna")
    row = Issued.objects.of(TARGET).get(kind="acceptance")
    code = check_code(row.number, row.digest)
    said = nobody.get("/papers/verify", number=row.number, code=code)
    assert (said["state"], said["number"]) == ("valid", row.number)
    name = world.country.movers[0].name
    assert said["name"].startswith(name[0]) and name not in str(said)
    wrong = nobody.get("/papers/verify", number=row.number, code="AAAA-AAAA")
    assert wrong == {**wrong, "state": "unknown", "title": "", "issuer": "", "name": ""}
    nobody.get("/papers/verify", number=row.number, status=400)
    verifying.forget()
