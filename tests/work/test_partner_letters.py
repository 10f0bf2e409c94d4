"""What a partner without messages writes beside a case: keyed in, it is the step of a message."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.country import TARGET, THIRD, Country, Mover, rows

from jiexu.core.base.actors import Actor, Role
from jiexu.work import intake
from jiexu.work.companion import errands, keyed
from jiexu.work.results import Result

CLERK = Actor(role=Role.CLERK, ref="jing", agency=TARGET)
PLATFORM_NO = "330100202603110042"


@pytest.fixture
def asked(country: Country) -> tuple[Country, Mover, str]:
    """A case whose application lies at a partner on the national platform."""
    (mover,) = country.add_movers(1)
    number = str(country.apply(mover, source=THIRD)["case_no"])
    country.settle()
    (errand,) = rows("exchange.Errand")
    assert errands.close_errand(CLERK, TARGET, errand.pk, 1, PLATFORM_NO, country.now).ok
    return country, mover, number


def write(country: Country, mover: Mover, what: str, words: str = "", **other: str) -> Result:
    typed = {
        "partner_no": PLATFORM_NO,
        "psn_name": mover.name,
        "certno": mover.certno,
        "what": what,
        "told_on": "2026-03-11",
        "words": words,
        **other,
    }
    return keyed.key_in(CLERK, TARGET, "letters", typed, country.now)


def do(country: Country, number: str, event: str, **form: str) -> Result:
    version = country.case(number, "in")["version"]
    return intake.act(CLERK, TARGET, number, "in", event, form, version, country.key(), country.now)


@pytest.mark.parametrize(
    ("what", "state", "paper"),
    [("撤回", "withdrawn", "closing"), ("不予受理", "refused", "refusal")],
)
def test_the_other_side_ends_the_case(
    asked: tuple[Country, Mover, str], what: str, state: str, paper: str
) -> None:
    country, mover, number = asked
    for _ in range(2):
        answer = write(country, mover, what, "材料不全")
        assert answer.ok, answer
    assert country.states(number)["in"][0] == state
    country.settle()
    assert [row.kind for row in rows("documents.Issued")] == [paper]
    assert rows("procedures.Clock")[0].stopped_on is not None
    assert country.breaks() == []


@pytest.mark.parametrize(("what", "state"), [("同意终结", "withdrawn"), ("不能终结", "open")])
def test_our_end_is_answered(asked: tuple[Country, Mover, str], what: str, state: str) -> None:
    country, mover, number = asked
    assert do(country, number, "withdraw").ok
    country.settle()
    (_, errand) = rows("exchange.Errand")
    assert (errand.kind, errand.state) == ("withdrawal", "open")
    assert write(country, mover, what).ok
    assert country.states(number)["in"][0] == state
    assert country.breaks() == []


def test_questions_and_answers(asked: tuple[Country, Mover, str]) -> None:
    country, mover, number = asked
    nothing = write(country, mover, "协查答复", "有 12 个月")
    assert (nothing.code, nothing.path) == ("NOTHING_ASKED", "what")
    assert do(country, number, "clarify", words="缴费到几月？").ok
    for _ in range(2):
        assert write(country, mover, "协查答复", "到 2026 年 2 月").ok
    empty = write(country, mover, "协查")
    assert (empty.code, empty.path) == ("NO_WORDS", "words")
    for _ in range(2):
        assert write(country, mover, "协查", "是否仍在职？").ok
    talks = country.case(number, "in")["talks"]
    assert len(talks) == 2
    assert do(country, number, "answer_enquiry", words="已离职").ok
    country.settle()
    assert [one.kind for one in rows("exchange.Errand")][-1] == "enquiry_answer"
    assert country.breaks() == []


def test_a_letter_about_somebody_else_is_refused(asked: tuple[Country, Mover, str]) -> None:
    country, mover, number = asked
    (other,) = country.add_movers(1)
    wrong = write(country, mover, "撤回", certno=other.certno)
    assert (wrong.ok, wrong.code) == (False, "OTHER_PERSON")
    assert write(country, mover, "撤回", partner_no="PT0000001").code == "UNKNOWN_CASE"
    assert write(country, mover, "随便").code == "BAD_WORD"
    assert country.states(number)["in"][0] == "open"


def row_of(mover: Mover, number: str) -> dict[str, Any]:
    return {
        "partner_no": number,
        "psn_name": mover.name,
        "certno": mover.certno,
        "trafout": "杭州市",
        "trafin": "柳州市",
        "insutype_out": "310",
        "status": "已撤销",
        "applied_on": "2026-03-11",
    }


def test_taken_back_on_the_platform_ends_the_case_its_number_names(
    asked: tuple[Country, Mover, str],
) -> None:
    country, mover, number = asked
    unknown = keyed.key_in(CLERK, TARGET, "cases", row_of(mover, "PT9999"), country.now)
    assert (unknown.ok, unknown.code) == (False, "NOTHING_TO_DO")
    assert "本机构没有在办" in unknown.text
    assert country.states(number)["in"][0] == "open"
    assert keyed.key_in(CLERK, TARGET, "cases", row_of(mover, PLATFORM_NO), country.now).ok
    assert country.states(number)["in"][0] == "withdrawn"
    again = keyed.key_in(CLERK, TARGET, "cases", row_of(mover, PLATFORM_NO), country.now)
    assert "也已结束" in again.text
    assert country.breaks() == []
