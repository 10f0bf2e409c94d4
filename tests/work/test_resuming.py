"""Somebody comes back: the old number and history go on, one cover, years counted once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.support.country import SOURCE, TARGET, Country, Mover, rows

from jiexu.core.base.actors import Role
from jiexu.records.isolation import acting_for, writing
from jiexu.records.registry.models import Relation
from jiexu.work import resuming


def ask(country: Country, mover: Mover, area: str = SOURCE, **more: str) -> Any:
    form = {
        "certno": mover.certno,
        "insutype": "310",
        "on": country.now.date().isoformat(),
        "evidence": "增员表 7 号",
        "emp_name": "南京新单位",
        **more,
    }
    actor = country.actor(Role.CLERK, area=area)
    return resuming.resume_as_asked(actor, area, form, country.now)


def stop(area: str) -> None:
    """Everybody at an area has stopped."""
    with acting_for(area), writing():
        Relation.objects.of(area).filter(status="normal", valid_to__isnull=True).update(
            status="paused"
        )


def open_relations(area: str) -> list[tuple[str, str, str]]:
    return [
        (row.status, row.valid_from.isoformat(), row.emp_name)
        for row in rows("registry.Relation")
        if row.agency_id == area and row.superseded_at is None and row.valid_to is None
    ]


def test_who_returns_goes_on_with_the_old_number_and_the_years_count_once(
    country: Country,
) -> None:
    (mover,) = country.add_movers(1)
    country.to_the_end()
    refused = ask(country, mover)
    assert (refused.code, refused.text, refused.remedy) == (
        "INSURED_ELSEWHERE",
        "此人在柳州市正常参保，不能重复参保（医保发〔2020〕33号）。",
        "请先在柳州市停保，再恢复本地参保；停保后两地的年限可以转移接续。",
    )
    stop(TARGET)
    country.clock.forward(days=60)
    number = {row.psn_no for row in rows("registry.Person") if row.agency_id == SOURCE}
    answer = ask(country, mover)
    assert answer.ok, answer
    assert answer.text == (f"已恢复职工医保，人员编号 {number.pop()}，以前的年限照常累计。")
    day = country.now.date().isoformat()
    assert open_relations(SOURCE) == [("normal", day, "南京新单位")]
    twice = ask(country, mover)
    assert (twice.code, twice.text) == (
        "ALREADY_COVERED",
        "此人在本地正常参加职工医保，不能再有第二个参保关系。",
    )
    country.node.import_rows(
        "contributions",
        SOURCE,
        [
            {
                "证件号码": mover.certno,
                "险种": "310",
                "类型": "actual",
                "起始年月": "2026-05",
                "终止年月": "2026-05",
                "缴费地": SOURCE,
            }
        ],
    )
    # Back with the months of 柳州: those of 南京 come home with the form and count once.
    home = country.apply(mover, source=TARGET, target=SOURCE)
    assert home["ok"], home
    country.settle()
    assert country.node.case(SOURCE, home["case_no"], "in")["doubts"] == ()
    assert country.node.case(SOURCE, home["case_no"], "in")["record_leg"] == "done"
    said = next(one for one in country.transcript(home["case_no"]) if "只算一次" in one)
    assert "1 个月已写入" in said
    assert "另有 84 个月是以前在本地缴的" in said
    spells = sorted(
        (row.begn_ym, row.end_ym, row.paid_area)
        for row in rows("registry.Contribution")
        if row.agency_id == SOURCE
    )
    assert spells == [
        ("201903", "202602", SOURCE),
        ("202603", "202603", TARGET),
        ("202605", "202605", SOURCE),
    ]
    assert country.breaks() == []


def test_what_cannot_be_resumed(country: Country) -> None:
    (mover,) = country.add_movers(1)
    stop(TARGET)
    stranger = Mover("某人", "320198199203154525", 0)
    unknown = ask(country, stranger)
    assert (unknown.code, unknown.text, unknown.path) == (
        "PERSON_NOT_FOUND",
        "本机构没有这个证件号码的参保人，没有可以恢复的关系。",
        "certno",
    )
    never = ask(country, mover, insutype="390")
    assert (never.code, never.text) == (
        "NOTHING_TO_RESUME",
        "此人以前没有在本地参加居民医保，没有可以恢复的关系。",
    )
    tomorrow = (country.now.date() + timedelta(days=1)).isoformat()
    future = ask(country, mover, on=tomorrow)
    assert (future.code, future.path) == ("BAD_DAY", "on")
    assert future.text == "恢复日期要在 2026-03-01 以后、今天以前。"
    silent = ask(country, mover, evidence="")
    assert (silent.code, silent.text) == ("MISSING", "请填写“凭据”。")
    foreign = resuming.resume_as_asked(
        country.actor(Role.CLERK, area=TARGET), SOURCE, {}, country.now
    )
    assert not foreign.ok


def test_a_relation_that_is_being_transferred_is_not_resumed(country: Country) -> None:
    (mover,) = country.add_movers(1)
    (case_no,) = country.accepted()
    stop(TARGET)
    answer = ask(country, mover)
    assert (answer.code, answer.text, answer.remedy) == (
        "TRANSFER_OPEN",
        f"此人的职工医保正在转出（{case_no}），现在不能恢复。",
        "请先办结或撤回那一笔转移。",
    )
