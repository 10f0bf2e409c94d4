"""Papers of a transfer: issued by its moves, on request, sealed, proved and checked in public."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from pypdf import PdfReader
from tests.records.test_audit_verify import behind_the_laws
from tests.support.country import SOURCE, TARGET, Country

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.errors import BadInput, NotAllowed, NotFound
from jiexu.core.documents import read_content
from jiexu.records.access.models import ReadEntry, User
from jiexu.records.access.sealing import identity_index, vault
from jiexu.records.audit.models import Entry
from jiexu.records.documents import queries as documents
from jiexu.records.documents.check_code import check_code
from jiexu.records.documents.models import Issued
from jiexu.records.registry.models import Person
from jiexu.work import issue, verifying
from jiexu.work.documents import seal_due
from jiexu.work.intake import act
from jiexu.work.printing import print_paper

BASE = "https://yb.example.gov.cn"
CITIZEN = Actor(role=Role.CITIZEN, ref="somebody")
CLERK = Actor(role=Role.CLERK, ref="jingban", agency=SOURCE)
FAR = "203.0.113.9"


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    verifying.forget()
    yield
    verifying.forget()


def papers(area: str) -> dict[str, Issued]:
    rows = Issued.objects.of(area).select_related("seal", "person").order_by("pk")
    return {row.kind: row for row in rows}


def content(row: Issued) -> Any:
    return read_content(row.kind, vault().open(row.content_sealed, context="document.content"))


def code(row: Issued) -> str:
    return check_code(row.number, row.digest)


def person(country: Country, area: str = SOURCE, place: int = 0) -> Person:
    return Person.objects.of(area).get(certno_index=identity_index(country.movers[place].certno))


def text_of(row: Issued, country: Country) -> str:
    data = print_paper(row, CITIZEN, BASE, country.now).data
    pages = PdfReader(io.BytesIO(data)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


# Which moves issue what


def test_a_whole_transfer_issues_four_papers_that_are_sealed_and_proved(country: Country) -> None:
    (mover,) = country.add_movers(1)
    (number,) = country.to_the_end()
    here, there = papers(TARGET), papers(SOURCE)
    assert sorted(here) == ["acceptance", "completion"]
    assert sorted(there) == ["information_form", "remittance"]
    for row in (*here.values(), *there.values()):
        assert row.number[2:] == number[2:]
        assert row.person.psn_name == mover.name
        assert verifying.check(row.number, code(row), FAR, country.now).state == "valid"
        assert number in text_of(row, country)
    assert content(here["completion"]).amount == "1000.37"
    assert "人民币壹仟元零叁角柒分" in text_of(here["completion"], country)
    assert content(there["remittance"]).account == "9999450200000000"
    assert "9999450200000000" not in text_of(there["remittance"], country)
    assert country.breaks() == []


def test_a_refusal_says_everything_at_once(country: Country) -> None:
    country.add_movers(1, paused=False)
    country.apply_all()
    country.settle()
    here = papers(TARGET)
    assert sorted(here) == ["refusal"]
    said = content(here["refusal"])
    page = text_of(here["refusal"], country)
    assert said.reasons
    for words in (*(reason.text for reason in said.reasons), "60日", "6个月", "行政诉讼"):
        assert "".join(words.split()) in page
    assert papers(SOURCE) == {}
    assert country.breaks() == []


def test_a_withdrawn_application_has_its_closing_paper(country: Country) -> None:
    country.add_movers(1)
    (number,) = country.apply_all()
    case = country.case(number, "in")
    subject = identity_index(country.movers[0].certno)
    said = act(
        *(CITIZEN, TARGET, number, "in", "withdraw", {}, case["version"], country.key()),
        country.now,
        subject=subject,
    )
    assert said.ok, said
    country.settle()
    here = papers(TARGET)
    assert sorted(here) == ["closing"]
    page = text_of(here["closing"], country)
    assert "申请人撤回申请" in page
    assert "没有转移，仍在转出地" in page
    assert "行政复议" not in page
    assert papers(SOURCE) == {}
    row = here["closing"]
    assert verifying.check(row.number, code(row), FAR, country.now).state == "valid"
    assert country.breaks() == []


def test_sealing_twice_is_sealing_once(country: Country) -> None:
    country.add_movers(2)
    country.accepted()
    assert seal_due(country.now) == 0
    country.settle()
    sealed = {kind: row.seal.signature for kind, row in papers(TARGET).items()}
    assert seal_due(country.now) == 0
    assert sealed == {kind: row.seal.signature for kind, row in papers(TARGET).items()}


def test_a_paper_cannot_be_given_to_somebody_else(country: Country) -> None:
    country.add_movers(2)
    country.to_the_form()
    other = person(country, place=1).pk
    with behind_the_laws() as cursor:
        cursor.execute(
            "UPDATE documents_issued SET person_id = %s WHERE agency = %s", [other, SOURCE]
        )
    assert any("文书所属的人" in text for text in country.breaks())


# On request


def ask(country: Country, choice: str, area: str = SOURCE) -> Issued:
    number = issue.issue_on_request(CITIZEN, area, person(country, area).pk, choice, country.now)
    return documents.paper_of_agency(area, number)


@pytest.mark.parametrize("choice", ["certificate:310", "cover_proof", "payment_proof"])
def test_papers_on_request_are_sealed_and_proved(country: Country, choice: str) -> None:
    country.add_movers(1)
    row = ask(country, choice)
    assert not hasattr(row, "seal")
    assert verifying.check(row.number, code(row), FAR, country.now).state == "unsealed"
    assert "电子签章生成中" in text_of(row, country)
    assert seal_due(country.now) == 1
    assert country.breaks() == []
    entry = Entry.objects.of(SOURCE).get(action="paper.issue")
    assert country.movers[0].certno not in entry.content
    row = documents.paper_of_agency(SOURCE, row.number)
    assert verifying.check(row.number, code(row), FAR, country.now).state == "valid"
    page = text_of(row, country)
    assert row.number in page
    assert "84个月" in page
    assert (country.movers[0].certno in page) == (choice == "certificate:310")


def test_asking_again_on_the_same_day_is_the_same_paper(country: Country) -> None:
    country.add_movers(1)
    first = ask(country, "cover_proof")
    country.clock.forward(hours=1)
    assert ask(country, "cover_proof").number == first.number
    country.clock.forward(days=1)
    assert ask(country, "cover_proof").number != first.number


def test_a_newer_paper_of_the_same_kind_stands_before_the_old_one(country: Country) -> None:
    country.add_movers(2)
    old, other = ask(country, "payment_proof"), ask(country, "cover_proof")
    seal_due(country.now)
    country.clock.forward(days=1)
    ask(country, "payment_proof")
    verdict = verifying.check(old.number, code(old), FAR, country.now)
    assert (verdict.state, verdict.later_on) == ("superseded", country.now.date())
    assert verifying.check(other.number, code(other), FAR, country.now).state == "valid"
    # Somebody else's paper is no newer one of mine.
    number = issue.issue_on_request(
        CITIZEN, SOURCE, person(country, place=1).pk, "cover_proof", country.now
    )
    assert number != other.number
    assert verifying.check(other.number, code(other), FAR, country.now).state == "valid"


def test_what_may_not_be_asked_for(country: Country) -> None:
    country.add_movers(1)
    pk = person(country).pk
    for choice in ("acceptance", "", "certificate:390", "certificate", "no_such"):
        with pytest.raises(BadInput):
            issue.issue_on_request(CITIZEN, SOURCE, pk, choice, country.now)
    for actor in (
        Actor(role=Role.CLERK, ref="x", agency=TARGET),
        Actor(role=Role.SUPERVISOR, ref="x", agency=SOURCE),
        Actor(role=Role.ADMINISTRATOR, ref="x", agency=SOURCE),
    ):
        with pytest.raises(NotAllowed):
            issue.issue_on_request(actor, SOURCE, pk, "cover_proof", country.now)
    with pytest.raises(NotFound):
        issue.issue_on_request(
            CLERK, SOURCE, person(country, TARGET).pk, "cover_proof", country.now
        )
    user = User(username="nobody", certno_index=identity_index("110101199003070038"))
    with pytest.raises(NotFound):
        issue.issue_for_citizen(user, CITIZEN, SOURCE, "cover_proof", country.now)
    assert papers(SOURCE) == {}
    assert not Entry.objects.of(SOURCE).filter(action="paper.issue").exists()


def test_whoever_opens_a_paper_is_in_the_read_log(country: Country) -> None:
    country.add_movers(1)
    row = ask(country, "cover_proof")
    print_paper(row, CLERK, BASE, country.now)
    entry = ReadEntry.objects.of(SOURCE).get()
    assert (entry.reader, entry.subject) == ("jingban", person(country).psn_no)
    assert "基本医疗保险参保证明" in entry.purpose


# The public check


def test_a_stranger_learns_no_more_than_the_first_character(country: Country) -> None:
    (mover,) = country.add_movers(1)
    row = ask(country, "certificate:310")
    seal_due(country.now)
    found = verifying.check(row.number, code(row), FAR, country.now)
    said = msgspec.json.encode(found).decode()
    assert found.name == mover.name[0] + "*" * (len(mover.name) - 1)
    assert found.issuer == "南京经办中心"
    assert mover.certno not in said and mover.name not in said
    typed = f"  {row.number.lower()} ", code(row).lower().replace("-", " ")
    assert verifying.check(*typed, FAR, country.now) == found


def test_a_wrong_code_and_an_unknown_number_have_one_answer(country: Country) -> None:
    country.add_movers(1)
    row = ask(country, "cover_proof")
    wrong = verifying.check(row.number, "2222-2222", FAR, country.now)
    none = verifying.check("CB000", code(row), FAR, country.now)
    assert msgspec.structs.replace(wrong, number="") == msgspec.structs.replace(none, number="")
    for number, typed in (("", ""), ("𠅤" * 99, "𠅤"), (row.number, ""), (row.number, "x" * 999)):
        assert verifying.check(number, typed, FAR, country.now).state == "unknown"


def test_guessing_is_stopped_by_address_and_by_number(country: Country) -> None:
    country.add_movers(1)
    row = ask(country, "cover_proof")
    right = code(row)
    for _ in range(verifying.WRONG_PER_ADDRESS):
        verifying.check(row.number, "2222-2222", FAR, country.now)
    assert verifying.check(row.number, right, FAR, country.now).state == "closed"
    assert verifying.check(row.number, right, "203.0.113.10", country.now).state == "unsealed"
    later = country.now + verifying.PAUSE + timedelta(seconds=1)
    assert verifying.check(row.number, right, FAR, later).state == "unsealed"
    for _ in range(verifying.WRONG_PER_NUMBER):
        verifying.check(row.number, "2222-2222", "127.0.0.1", country.now)
    assert verifying.check(row.number, right, "127.0.0.1", country.now).state == "closed"


@pytest.mark.parametrize(
    ("table", "change", "values", "state"),
    [
        ("documents_issued", "content_sealed = %s", "content", "invalid"),
        ("documents_issued", "digest = %s", "0" * 64, "unknown"),
        ("documents_seal", "signature = %s", "0" * 128, "invalid"),
        ("documents_seal", "sealed_at = %s", "2020-01-01 00:00:00+00:00", "invalid"),
        ("documents_seal", "root = %s", "zz", "invalid"),
        ("documents_issued", "person_id = %s", "other", "valid"),
        ("documents_issued", "issued_at = %s", "2020-01-01 00:00:00+00:00", "valid"),
    ],
)
def test_what_was_changed_behind_the_laws_shows(
    country: Country, table: str, change: str, values: Any, state: str
) -> None:
    country.add_movers(2)
    row = ask(country, "cover_proof")
    seal_due(country.now)
    right = code(row)
    if values == "content":
        values = vault().seal('{"a":1}', context="document.content")
    elif values == "other":
        values = person(country, place=1).pk
    with behind_the_laws() as cursor:
        cursor.execute(f"UPDATE {table} SET {change}", [values])
    assert verifying.check(row.number, right, FAR, country.now).state == state
    assert country.breaks() != []


def test_a_paper_on_request_cannot_be_forged_or_lost(country: Country) -> None:
    country.add_movers(1)
    ask(country, "cover_proof")
    with behind_the_laws() as cursor:
        cursor.execute("DELETE FROM documents_issued")
    assert any("应申请出具的文书" in text for text in country.breaks())


def test_the_code_is_of_this_number_and_content_alone() -> None:
    seen = {check_code(f"CB{n}", "ab" * 32) for n in range(200)}
    assert len(seen) == 200
    assert check_code("CB1", "ab" * 32) == check_code("CB1", "ab" * 32)
    assert all(len(one) == 9 and not set(one) & set("01IO") for one in seen)
