"""Addresses of the employers' pages, below /employer/."""

from __future__ import annotations

from django.urls import path

from jiexu.faces.employer import home, lists, notices, send

app_name = "employer"

_AT = "<str:area>/<str:uscc>"

urlpatterns = [
    path("", home.choose, name="choose"),
    path(_AT, home.home, name="home"),
    path(f"{_AT}/people", home.people, name="people"),
    path(f"{_AT}/mend", home.mend, name="mend"),
    path(f"{_AT}/send/<str:kind>", send.send, name="send"),
    path(f"{_AT}/blank/<str:kind>.xlsx", send.blank, name="blank"),
    path(f"{_AT}/lists", lists.rosters, name="lists"),
    path(f"{_AT}/lists/<str:key>", lists.roster, name="list"),
    path(f"{_AT}/lists/<str:key>/result.xlsx", lists.result, name="result"),
    path(f"{_AT}/notices", notices.notices, name="notices"),
    path(f"{_AT}/notices/<str:case_no>", notices.notice, name="notice"),
]
