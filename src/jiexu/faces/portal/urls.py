"""Addresses of the citizen pages."""

from __future__ import annotations

from django.urls import path

from jiexu.faces.portal import (
    account,
    act,
    apply,
    behalf,
    home,
    papers,
    placing,
    progress,
    sending,
    side,
    stop,
    uploads,
)

app_name = "portal"

urlpatterns = [
    path("", home.start, name="start"),
    path("me", home.me, name="me"),
    path("sign-in", account.sign_in, name="sign-in"),
    path("sign-out", account.sign_out, name="sign-out"),
    path("text-size", account.text_size, name="text-size"),
    path("transfer", apply.tasks, name="transfer"),
    path("transfer/from", placing.from_place, name="transfer-from"),
    path("transfer/to", placing.to_place, name="transfer-to"),
    path("transfer/more", placing.more_place, name="transfer-more"),
    path("transfer/places", placing.old_places, name="transfer-places"),
    path("transfer/check", apply.check, name="transfer-check"),
    path("transfer/side", side.side, name="transfer-side"),
    path("transfer/who", behalf.who, name="transfer-who"),
    path("transfer/agent", behalf.agent, name="transfer-agent"),
    path("transfer/answers", sending.answers, name="transfer-answers"),
    path("transfer/done/<str:case_no>", sending.done, name="transfer-done"),
    path("transfer/sent/<str:key>", sending.sent, name="transfer-sent"),
    path("stop/<str:area>", stop.stop, name="stop"),
    path("cases/<str:case_no>", progress.case, name="case"),
    path("cases/<str:case_no>/files", uploads.files, name="files"),
    path("cases/<str:case_no>/<str:event>", act.act, name="act"),
    path("papers", papers.mine, name="papers"),
    path("papers/<str:number>.pdf", papers.paper, name="paper"),
    path("account/<str:area>", progress.statement, name="statement"),
]
