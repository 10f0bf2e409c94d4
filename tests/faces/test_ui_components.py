"""Every component in every state: good HTML, the right words, and nothing by colour alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from jiexu.core.procedures.transfer.states import FUND_STATES, RECORD_STATES
from jiexu.faces.ui import gallery
from jiexu.faces.ui.busy import TRIES, waiting, with_refresh
from jiexu.faces.ui.page_rules import faults
from jiexu.faces.ui.templatetags import jiexu as tags


@pytest.fixture(autouse=True)
def _plain_static(settings: Any) -> None:
    settings.STORAGES = {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


def piece(source: str, **context: Any) -> str:
    return Template("{% load jiexu %}" + source).render(Context(context))


def test_the_page_of_all_components_is_a_good_page() -> None:
    html = render_to_string("ui/gallery.html", gallery.context())
    assert faults(html) == []


@pytest.mark.parametrize("name", [gallery.LONG_NAME, gallery.RARE_NAME, "欧阳·O’Neil"])
def test_long_and_rare_names_arrive_whole(name: str) -> None:
    assert name in render_to_string("ui/gallery.html", gallery.context())


def test_text_from_people_is_never_markup() -> None:
    html = piece("{% tag 'go' label %}", label="<b>x</b>")
    assert "<b>" not in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html


@pytest.mark.parametrize("fund_leg", sorted(FUND_STATES))
@pytest.mark.parametrize("record_leg", sorted(RECORD_STATES))
def test_every_pair_of_legs_can_be_shown(record_leg: str, fund_leg: str) -> None:
    case = gallery.case(record_leg, fund_leg)
    html = piece(
        "{% money_bar case %}{% legs case %}{% tag case.tone case.state_label %}", case=case
    )
    assert case.record_label in html
    assert case.fund_label in html
    assert html.count("资金现在在这里") == (0 if fund_leg == "none" else 1)


def test_an_amount_that_is_not_fixed_is_not_shown_as_money() -> None:
    html = piece("{% money_bar case %}", case=gallery.case("accepted", "waiting", amount_fen=None))
    assert "金额待核定" in html


@pytest.mark.parametrize("view", gallery.CLOCKS)
def test_clock_badges_say_in_words_what_the_colour_says(view: Any) -> None:
    html = piece("{% clock view %}", view=view)
    words = {
        "clock-red": ("超期", "晚于期限"),
        "clock-amber": ("还剩", "今天到期"),
        "clock-green": ("还剩", "已在"),
    }
    colour = next(name for name in words if name in html)
    assert any(word in html for word in words[colour])
    assert ("暂定" in html) == view.provisional


def test_the_timeline_is_one_list_of_two_tracks() -> None:
    html = piece("{% timeline items %}", items=gallery.TIMELINE)
    assert html.count("<ol") == 1
    assert [html.count(f"track-{leg}") for leg in ("case", "record", "fund")] == [1, 2, 1]
    assert html.count("（对方经办机构告知）") == 2
    assert "还没有进展记录" in piece("{% timeline items %}", items=())


def test_the_step_in_hand_is_marked_for_those_who_listen() -> None:
    html = piece("{% legs case %}", case=gallery.case("form_received", "fixed"))
    assert html.count('aria-current="step"') == 2
    assert html.count("（正在办）") == 2
    assert "（已完成）" in html and "（还没到）" in html


def test_errors_lead_to_their_fields() -> None:
    html = piece("{% error_summary errors %}", errors=[("id_area", "请选择一个地方"), ("", "失效")])
    assert '<a href="#id_area">请选择一个地方</a>' in html
    assert "<strong>失效</strong>" in html
    assert piece("{% error_summary errors %}", errors=[]).strip() == ""


def test_sources_wear_their_badges_and_say_when_they_are_not_sure() -> None:
    html = piece("{% sources reason %}", reason=gallery.REASON)
    for badge in ("国家规定", "省市规定", "经办承诺", "网传"):
        assert badge in html
    assert "医保办发〔2021〕43号" in html
    assert html.count("尚待核实") == 2
    assert "南京市" in html


def test_months_are_read_aloud_and_written_out() -> None:
    html = piece(
        "{% months spells first last '南京市参保月份' %}",
        spells=gallery.SPELLS,
        first=gallery.SPELLS[0].begin,
        last=gallery.SPELLS[-1].end,
    )
    assert (
        "南京市参保月份：2016年7月到2019年3月，2019年9月到2019年9月，2021年1月到2026年2月" in html
    )
    assert '<span class="nowrap">2019年9月</span>（1 个月）' in html
    empty = piece("{% months s f f '甲' %}", s=(), f=gallery.SPELLS[0].begin)
    assert "没有参保月份。" in empty


def test_pages_keep_what_was_searched() -> None:
    page = SimpleNamespace(page=2, pages=3, total=60, items=())
    html = piece("{% pages page q=q %}", page=page, q="柳州&x=1")
    assert "?q=%E6%9F%B3%E5%B7%9E%26x%3D1&amp;page=3" in html
    assert 'aria-current="page"' in html
    assert 'rel="prev"' in html and 'rel="next"' in html
    one = SimpleNamespace(page=1, pages=1, total=3, items=())
    assert piece("{% pages page %}", page=one).strip() == ""


@given(st.integers(-(10**15), 10**15))
def test_signed_money_keeps_its_sign_and_fen(amount_fen: int) -> None:
    text = tags.yuan_signed(amount_fen)
    assert text[0] == ("−" if amount_fen < 0 else "+")
    assert int(text[1:].replace(",", "").replace(".", "")) == abs(amount_fen)


def test_money_and_days_for_people() -> None:
    assert tags.yuan(321456) == "3,214.56"
    assert tags.yuan(None) == "—"
    assert tags.iso_cn("2026-03-05") == "2026年3月5日"
    assert tags.iso_cn("待定") == "待定"
    assert tags.area_name("450200") == "柳州市"
    assert tags.area_name("999999") == "999999"


def test_a_waiting_page_looks_again_and_stops() -> None:
    looks = []
    address = "/cases/ZY1"
    for _ in range(20):
        request = RequestFactory().get(address)
        busy = waiting(request, "正在核验")
        looks.append(address)
        if not busy.again:
            break
        address = busy.again
    assert len(looks) == TRIES
    assert "申请已经保存" in busy.words


@pytest.mark.parametrize("text", ["stop", "", "-1", "99999999", "abc", "٣"])
def test_a_waiting_page_stops_on_any_other_number(text: str) -> None:
    request = RequestFactory().get("/cases/ZY1", {"try": text})
    busy = waiting(request, "正在核验")
    response = with_refresh(SimpleNamespace(headers={}), busy)  # type: ignore[arg-type]
    assert busy.again == ""
    assert "Refresh" not in response.headers


def test_the_browser_is_asked_by_a_header_and_a_link_stops_it() -> None:
    busy = waiting(RequestFactory().get("/cases/ZY1"), "正在核验")
    response = with_refresh(SimpleNamespace(headers={}), busy)  # type: ignore[arg-type]
    assert response.headers["Refresh"] == "3;url=/cases/ZY1?try=2"
    html = render_to_string("ui/busy.html", {"busy": busy})
    assert 'href="/cases/ZY1?try=stop"' in html
