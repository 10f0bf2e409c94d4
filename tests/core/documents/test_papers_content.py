"""Each kind of paper has content, words, a layout and a sample that reads back to itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import pytest

from jiexu.core import documents
from jiexu.core.documents import UnknownPaper, head_of, kind_of, kinds, layout_of, read_content
from jiexu.core.documents.on_request import (
    ON_REQUEST,
    Request,
    Standing,
    certificate_of,
    content_of,
    payment_proof_of,
)
from jiexu.core.documents.parts import Holder, Issuer
from jiexu.core.exchange.kinds.information_form.schema import Spell

BETWEEN_AGENCIES = {"certificate", "contact_letter", "information_form"}
"""Papers the other agency works by: they bear the whole identity number."""


def sample(kind: str) -> str:
    return (documents.FOLDER / kind / "sample.json").read_text()


def words_of(value: Any) -> Iterator[str]:
    """Every text of the words of a paper."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from words_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from words_of(one)
    else:
        raise AssertionError(f"layouts are given text alone, not {value!r}")


@pytest.mark.parametrize("kind", kinds())
def test_golden_sample_is_stable(kind: str) -> None:
    content = read_content(kind, sample(kind))
    assert json.loads(msgspec.json.encode(content)) == json.loads(sample(kind))
    head = head_of(kind, content)
    assert head.number.startswith(kind_of(kind).LETTERS)
    assert head.psn_name == "沈若岚"
    assert layout_of(kind).is_file()


@pytest.mark.parametrize("kind", kinds())
def test_other_fields_are_refused(kind: str) -> None:
    with pytest.raises(UnknownPaper):
        read_content(kind, json.dumps({**json.loads(sample(kind)), "extra": 1}))
    with pytest.raises(UnknownPaper):
        read_content(kind, "{")


@pytest.mark.parametrize("kind", kinds())
def test_whole_numbers_stand_only_where_an_agency_needs_them(kind: str) -> None:
    content = read_content(kind, sample(kind))
    words = list(words_of(kind_of(kind).shown(content)))
    shown = any("320198199203154525" in text for text in words)
    assert shown == (kind in BETWEEN_AGENCIES)
    assert any("320198********4525" in text for text in words) != shown


def test_numbers_of_kinds_begin_differently() -> None:
    assert len({kind_of(kind).LETTERS for kind in kinds()}) == len(kinds()) == 14
    assert set(ON_REQUEST) < set(kinds())


def test_an_unknown_kind_is_refused_in_words() -> None:
    for ask in (kind_of, layout_of):
        with pytest.raises(UnknownPaper, match="不认识的文书种类"):
            ask("no_such_kind")
    assert documents.title_of("no_such_kind") == "no_such_kind"


def test_hearsay_is_no_source_of_a_refusal() -> None:
    words = kind_of("refusal").shown(read_content("refusal", sample("refusal")))
    assert "网传" in sample("refusal")
    assert not any("网传" in text for text in words_of(words))
    assert words["reasons"][0]["sources"] == [
        "国家规定：《基本医疗保险关系转移接续暂行办法》（医保办发〔2021〕43号）"
    ]


def asked(*spells: Spell) -> Request:
    return Request(
        number="JF1",
        day=date(2026, 3, 11),
        issuer=Issuer(admdvs="320100", name="南京"),
        holder=Holder(psn_no="1", psn_name="王", psn_cert_type="01", certno="x"),
        standings=(
            Standing(
                insutype="310",
                status="paused",
                valid_from=date(2026, 3, 1),
                emp_name="",
                balance_fen=100,
            ),
        ),
        spells=spells,
    )


def spell(begin: str, end: str, kind: str = "actual", place: str = "320100") -> Spell:
    return Spell(insutype="310", kind=kind, begn_ym=begin, end_ym=end, paid_admdvs=place)


def test_a_month_recorded_twice_counts_once_and_as_really_paid() -> None:
    proof = payment_proof_of(
        asked(spell("202511", "202602", "deemed", "330100"), spell("202601", "202603"))
    )
    assert proof.clct_mons == 5
    assert (proof.begn_ym, proof.end_ym) == ("202511", "202603")
    assert [(line.year, line.kind, line.paid_admdvs, line.months) for line in proof.lines] == [
        (2025, "deemed", "330100", (11, 12)),
        (2026, "actual", "320100", (1, 2, 3)),
    ]
    shown = kind_of("payment_proof").shown(proof)
    assert [line["months"] for line in shown["lines"]] == ["11—12月", "1—3月"]


def test_somebody_without_months_gets_a_paper_that_says_so() -> None:
    proof = kind_of("payment_proof").shown(payment_proof_of(asked()))
    assert (proof["span"], proof["total"]) == ("没有缴费记录", "0 个月")
    paper = certificate_of(asked(), "310")
    assert (paper.insured_from, paper.clct_mons, paper.balance_amt) == ("", 0, "1.00")
    with pytest.raises(KeyError):
        certificate_of(asked(), "390")
    with pytest.raises(ValueError, match="on request"):
        content_of("refusal", "", asked())
