"""The components as template tags, and the filters for money and dates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.http import QueryDict

from jiexu.core.base.areas import area
from jiexu.core.base.errors import BadInput
from jiexu.core.base.money import yuan_for_people
from jiexu.core.base.periods import Month
from jiexu.core.ledger.chart import chart
from jiexu.core.ledger.postings import AccountRef
from jiexu.faces.ui import show

register = template.Library()

_BADGES = {
    "国家规定": "nation",
    "省市规定": "local",
    "经办承诺": "promise",
    "网传": "hearsay",
}
_TONES = {"go", "wait", "stop", "done"}


@register.filter
def yuan(amount_fen: int | None) -> str:
    """`3,214.56`; a dash while the amount is not known."""
    return "—" if amount_fen is None else yuan_for_people(amount_fen)


@register.filter
def yuan_signed(amount_fen: int) -> str:
    """`+12.00` or `−12.00`, with a real minus sign."""
    sign = "−" if amount_fen < 0 else "+"
    return sign + yuan_for_people(abs(amount_fen))


@register.filter
def date_cn(value: date | datetime | None) -> str:
    return show.date_cn(value)


@register.filter
def moment_cn(value: datetime | None) -> str:
    return show.moment_cn(value)


@register.filter
def month_cn(value: Month | str | None) -> str:
    return show.month_cn(value)


@register.filter
def iso(value: date | datetime | None) -> str:
    """The machine form, for `<time datetime>`."""
    return "" if value is None else value.isoformat()


@register.filter
def area_name(code: str) -> str:
    """The name of an area; the code itself when the table does not know it."""
    try:
        return area(code).name
    except BadInput:
        return code


@register.filter
def account_label(ref: AccountRef) -> str:
    """The name of an account in the chart."""
    return chart().accounts[ref.kind].label


@register.inclusion_tag("ui/error_summary.html")
def error_summary(errors: Any) -> dict[str, Any]:
    """`errors` is a form, or pairs of (field id or "", text)."""
    if hasattr(errors, "non_field_errors"):
        pairs = [("", text) for text in errors.non_field_errors()]
        for field in errors:
            pairs.extend((field.id_for_label, text) for text in field.errors)
        return {"errors": pairs}
    return {"errors": errors}


@register.inclusion_tag("ui/tag.html")
def tag(tone: str, label: str) -> dict[str, str]:
    return {"tone": tone if tone in _TONES else "plain", "label": label}


@register.inclusion_tag("ui/clock.html")
def clock(view: Any) -> dict[str, Any]:
    face = show.clock_face(view.state, view.due_on, view.met_on, view.workdays_left)
    return {"clock": view, "face": face}


@register.inclusion_tag("ui/money_bar.html")
def money_bar(case: Any) -> dict[str, Any]:
    return {
        "case": case,
        "stations": show.stations(case.fund_leg, case.from_name, case.to_name),
    }


@register.inclusion_tag("ui/legs.html")
def legs(case: Any, flat: bool = False) -> dict[str, Any]:
    return {"case": case, "flat": flat}


@register.inclusion_tag("ui/timeline.html")
def timeline(items: Any, legend: bool = True) -> dict[str, Any]:
    return {"items": items, "legend": legend}


@register.inclusion_tag("ui/months.html")
def months(spells: Any, first: Month, last: Month, label: str) -> dict[str, Any]:
    runs = show.as_spells(spells)
    return {"strip": show.months_strip(runs, first, last), "spells": runs, "label": label}


@register.inclusion_tag("ui/sources.html")
def sources(reason: Any) -> dict[str, Any]:
    return {
        "sources": [
            (source, source.badge, _BADGES.get(source.badge, "hearsay"))
            for source in reason.sources
        ]
    }


@register.inclusion_tag("ui/pages.html")
def pages(page: Any, **query: str) -> dict[str, Any]:
    """`page` has items, page, pages, total; `query` is kept in the links."""
    kept = QueryDict(mutable=True)
    kept.update({name: value for name, value in query.items() if value})
    prefix = "?" + (kept.urlencode() + "&" if kept else "")
    return {"page": page, "numbers": show.page_numbers(page.page, page.pages), "prefix": prefix}


@register.filter
def iso_cn(value: date | str | None) -> str:
    """A day of a decision (`2026-03-05`) as people read it; other text stays as it is."""
    try:
        return show.date_cn(date.fromisoformat(value) if isinstance(value, str) else value)
    except ValueError:
        return str(value)
