"""The work list for partners that send no messages: once each, closed once, kept with the case."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.support.country import SOURCE, TARGET, THIRD, Country, rows

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.errors import BadInput, Conflict
from jiexu.core.documents import kinds as paper_kinds
from jiexu.core.exchange import kinds as message_kinds
from jiexu.records.exchange.models import Errand, Outgoing
from jiexu.records.procedures.queries import all_cases
from jiexu.records.registry.models import Agency
from jiexu.work import partners
from jiexu.work.companion import errand_fields, errands
from jiexu.work.companion.errand_list import errand_groups

CLERK = Actor(role=Role.CLERK, ref="jing", agency=TARGET)


def apply_from_afar(country: Country) -> tuple[str, Any]:
    """Somebody comes from an area that is on the national platform; their case and its errand."""
    (mover,) = country.add_movers(1)
    answer = country.apply(mover, source=THIRD)
    assert answer["ok"], answer
    country.settle()
    (errand,) = rows("exchange.Errand")
    return str(answer["case_no"]), errand


def test_a_message_to_the_platform_becomes_one_errand(country: Country) -> None:
    number, errand = apply_from_afar(country)
    assert (errand.kind, errand.partner, errand.state, errand.half, errand.case_no) == (
        *("transfer_request", "platform", "open", "in"),
        number,
    )
    (message,) = rows("exchange.Outgoing")
    assert (message.state, message.envelope_id, message.pk) == ("at_desk", None, errand.outgoing_id)
    country.settle()
    assert len(rows("exchange.Errand")) == 1
    assert rows("exchange.Envelope") == []
    assert country.breaks() == []


def test_a_death_between_taking_and_marking_changes_nothing(country: Country) -> None:
    """The message is given back to the queue as if the mark had been lost: still one errand."""
    apply_from_afar(country)
    from jiexu.records.isolation import writing

    with writing():
        Outgoing.objects.across_node().update(state="waiting")
    country.settle()
    assert len(rows("exchange.Errand")) == 1
    assert [row.state for row in rows("exchange.Outgoing")] == ["at_desk"]


def test_closing_keeps_the_number_and_delivers_the_message(country: Country) -> None:
    number, errand = apply_from_afar(country)
    answer = errands.close_errand(CLERK, TARGET, errand.pk, 1, " 330100202603110042 ", country.now)
    assert answer.ok, answer
    (closed,) = rows("exchange.Errand")
    assert (closed.state, closed.reference, closed.closed_by, closed.version) == (
        *("done", "330100202603110042", "jing"),
        2,
    )
    (message,) = rows("exchange.Outgoing")
    assert (message.state, message.delivered_at) == ("delivered", country.now)
    (case,) = rows("procedures.Case")
    assert case.partner_reference == "330100202603110042"
    assert [one.case_no for one in all_cases(TARGET, "330100202603110042").items] == [number]
    said = country.case(number, "in")["timeline"][-1]
    assert said["title"] == "已向对方办理"
    assert "330100202603110042" in said["text"]
    assert country.breaks() == []


def test_a_second_click_is_the_same_answer_and_another_number_is_refused(country: Country) -> None:
    _, errand = apply_from_afar(country)
    for _ in range(2):
        assert errands.close_errand(CLERK, TARGET, errand.pk, 1, "PT20260311", country.now).ok
    other = errands.close_errand(CLERK, TARGET, errand.pk, 1, "PT20260399", country.now)
    assert (other.ok, other.code) == (False, "STALE")
    (case,) = rows("procedures.Case")
    assert (case.version, case.partner_reference) == (2, "PT20260311")


@pytest.mark.parametrize("reference", ["", "  ", "abc", "x" * 61, "ab\ncd1"])
def test_a_number_must_be_one(country: Country, reference: str) -> None:
    _, errand = apply_from_afar(country)
    answer = errands.close_errand(CLERK, TARGET, errand.pk, 1, reference, country.now)
    assert (answer.ok, answer.code, answer.path) == (False, "BAD_REFERENCE", "reference")
    assert rows("exchange.Errand")[0].state == "open"


def test_others_do_not_close_it(country: Country) -> None:
    _, errand = apply_from_afar(country)
    there = Actor(role=Role.CLERK, ref="other", agency=SOURCE)
    finance = Actor(role=Role.FINANCE_PREPARER, ref="fei", agency=TARGET)
    for actor, code in ((there, "NOT_YOUR_AGENCY"), (finance, "NOT_YOUR_MOVE")):
        answer = errands.close_errand(actor, TARGET, errand.pk, 1, "PT20260311", country.now)
        assert (answer.ok, answer.code) == (False, code)


def test_what_cannot_be_done_is_a_doubt_until_it_can(country: Country) -> None:
    number, errand = apply_from_afar(country)
    why = "平台提示转出地未停保"
    for _ in range(2):
        answer = errands.report_impossible(CLERK, TARGET, errand.pk, 1, why, country.now)
        assert answer.ok, answer
    (case,) = rows("procedures.Case")
    assert (case.doubts, case.version) == ("PARTNER_IMPOSSIBLE", 2)
    assert why in country.case(number, "in")["timeline"][-1]["text"]
    (row,) = rows("exchange.Errand")
    assert (row.state, row.reason, row.outgoing.state) == ("impossible", why, "at_desk")
    done = errands.close_errand(CLERK, TARGET, errand.pk, row.version, "PT20260311", country.now)
    assert done.ok, done
    (case,) = rows("procedures.Case")
    assert (case.doubts, case.partner_reference) == ("", "PT20260311")


def test_the_kind_of_a_partner_decides_the_way(country: Country) -> None:
    partners.ensure_partner(THIRD, country.now)
    partners.set_partner(THIRD, "paper", by="operator", now=country.now)
    _, errand = apply_from_afar(country)
    assert errand.partner == "paper"
    assert Agency.objects.get(area=THIRD).partner == "paper"
    with pytest.raises(Conflict) as keyless:
        partners.set_partner(THIRD, "node", by="operator", now=country.now)
    with pytest.raises(Conflict) as hosted:
        partners.set_partner(TARGET, "paper", by="operator", now=country.now)
    with pytest.raises(BadInput) as word:
        partners.set_partner(THIRD, "fax", by="operator", now=country.now)
    assert [one.value.code for one in (keyless, hosted, word)] == [
        *("NO_KEY", "AGENCY_HOSTED", "BAD_PARTNER")
    ]


def test_agencies_that_speak_are_left_alone(country: Country) -> None:
    country.add_movers(1)
    country.to_the_form()
    assert rows("exchange.Errand") == []
    assert Errand.objects.of(TARGET).count() == 0


def test_a_late_partner_is_reminded_by_an_errand(country: Country) -> None:
    """Not by a message: once, and its clock is shown as the platform's."""
    from jiexu.core.base.actors import Via, agency
    from jiexu.core.exchange.kinds.precheck_answer.schema import Body as Answer
    from jiexu.core.procedures.outcome import Step
    from jiexu.work import unit_of_work

    number, _ = apply_from_afar(country)
    today = country.now.date()
    due = today + timedelta(days=14)
    body = Answer(
        case_no=number, outcome="accept", answered_on=today, out_due=due, out_limit_workdays=10
    )
    via = Via(recorded_by="jing", source="platform_list", evidence="list:x#2", reference="PT1")
    step = Step(
        case_no=number,
        half="in",
        event="answer_received",
        actor=agency(THIRD),
        key="list:1",
        payload=body,
        via=via,
    )
    assert unit_of_work.apply(TARGET, [step], now=country.now)[0].ok
    (clock,) = country.case(number, "in")["clocks"]
    assert clock["holder_name"] == "对方（国家平台）"
    country.clock.forward(minutes=60 * 24 * 20)
    country.settle()
    country.settle()
    assert [row.kind for row in rows("exchange.Errand")] == ["transfer_request", "reminder"]
    assert country.breaks() == []


def test_every_message_has_its_form() -> None:
    for kind in message_kinds.kinds():
        sample = msgspec.json.decode(
            (Path(message_kinds.__file__).parent / kind / "sample.json").read_bytes()
        )
        form = errand_fields.forms()[kind]
        fields = dict(errand_fields.field_rows(kind, sample))
        assert fields, kind
        assert fields["备注"] == sample["case_no"]
        assert {"paper", form.document} - {""} <= {"paper", *paper_kinds()}
        assert not any(text.startswith(("{", "[")) for text in fields.values()), fields


def test_a_paper_partner_gets_a_letter_that_lies_beside_the_errand(country: Country) -> None:
    partners.ensure_partner(THIRD, country.now)
    partners.set_partner(THIRD, "paper", by="op", now=country.now)
    number, errand = apply_from_afar(country)
    (letter,) = rows("documents.Issued")
    assert (letter.kind, letter.number) == ("contact_letter", f"LH{number[2:]}")
    assert letter.seal.signature
    ((view,),) = [group.items for group in errand_groups(TARGET, "open")]
    assert (view.id, view.document, view.paper_number) == (errand.pk, letter.kind, letter.number)
    assert country.breaks() == []


def test_only_a_paper_partner_gets_a_letter(country: Country) -> None:
    apply_from_afar(country)
    assert rows("documents.Issued") == []
    ((view,),) = [group.items for group in errand_groups(TARGET, "open")]
    assert (view.document, view.paper_number) == ("contact_letter", "")


def test_a_partner_that_never_answers_is_chased(country: Country) -> None:
    number, errand = apply_from_afar(country)
    country.clock.forward(days=30)
    country.settle()
    assert len(rows("exchange.Errand")) == 1  # nobody has asked them yet
    assert errands.close_errand(CLERK, TARGET, errand.pk, 1, "PT20260311", country.now).ok
    (clock,) = rows("procedures.Clock")
    assert (clock.name, clock.holder, clock.met_on) == ("application_answer", THIRD, None)
    country.clock.forward(days=4)
    country.settle()
    assert len(rows("exchange.Errand")) == 1
    country.clock.forward(days=8)
    country.settle()
    country.settle()
    _, chase = rows("exchange.Errand")
    assert (chase.kind, chase.case_no, chase.state) == ("reminder", number, "open")
    said = country.case(number, "in")["timeline"][-1]
    assert said["title"] == "转出地还没有答复"
    assert country.breaks() == []
