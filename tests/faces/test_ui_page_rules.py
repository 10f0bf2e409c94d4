"""The rules themselves find what they are there to find."""

from __future__ import annotations

import pytest

from jiexu.faces.ui.page_rules import faults

GOOD = (
    '<!DOCTYPE html><html lang="zh-CN"><head><title>进度 - 接续</title></head><body>'
    '<main><h1>进度</h1><form method="post"><input type="hidden" name="csrfmiddlewaretoken">'
    '<label for="a">地方</label><input id="a"></form>{}</main></body></html>'
)


def test_a_good_page_has_no_faults() -> None:
    assert faults(GOOD.format("<h2>经过</h2><h3>一</h3><h2>二</h2><a href='/x'>链接</a>")) == []


@pytest.mark.parametrize(
    ("piece", "fault"),
    [
        ("<style>p{}</style>", "<style> in a page"),
        ("<script src='/a.js'></script>", "<script> in a page"),
        ("<p style='color:red'>字</p>", "attribute style on <p>"),
        ("<button onclick='x()'>按</button>", "attribute onclick on <button>"),
        ("<a href='https://example.org/'>外</a>", "<a> leaves the site: https://example.org/"),
        ("<form method='post'></form>", "a form that posts has no csrf token"),
        ("<input id='b'>", "<input> without label: b"),
        ("<select></select>", "<select> without label: (no id)"),
        ("<h3>跳级</h3>", "h3 follows h1"),
        ("<h1>又一个</h1>", "2 h1 headings"),
        ("<p id='a'>字</p>", "id used twice: a"),
        ("<p aria-describedby='zz'>字</p>", "points to a missing id: zz"),
        ("<a href='/x'><svg aria-hidden='true'></svg></a>", "a <a> has no words"),
        ("<svg></svg>", "a picture has neither words nor aria-hidden"),
        ("<div><p>字</div>", "</div> closes <p>"),
        ("<p>{{ case }}</p>", "template code shows: {{ case }}"),
    ],
)
def test_each_fault_is_named(piece: str, fault: str) -> None:
    assert fault in faults(GOOD.format("{}").replace("{}", piece))


def test_a_page_needs_language_title_and_main() -> None:
    found = faults("<html><head><title> - 接续</title></head><body><h1>字</h1></body></html>")
    assert found == ["html has no lang=zh-CN", "the page has no title", "0 main elements"]
