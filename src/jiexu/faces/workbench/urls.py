"""Addresses of the staff pages, below /work/."""

from __future__ import annotations

from django.urls import path

from jiexu.faces.workbench import (
    attachments,
    bank,
    bank_files,
    cases,
    counter,
    desks,
    errands,
    keyed,
    lists,
    papers,
    payments,
    resume,
    stop,
)

app_name = "workbench"

urlpatterns = [
    path("", desks.desks, name="desks"),
    path("<str:area>/sit", desks.sit, name="sit"),
    path("<str:area>/queue", cases.queue, name="queue"),
    path("<str:area>/apply", counter.apply, name="apply"),
    path("<str:area>/apply/<str:case_no>", counter.applied, name="applied"),
    path("<str:area>/stop", stop.stop, name="stop"),
    path("<str:area>/cases", cases.cases, name="cases"),
    path("<str:area>/cases/<str:half>/<str:case_no>", cases.case, name="case"),
    path("<str:area>/errands", errands.errands, name="errands"),
    path("<str:area>/errands.xlsx", errands.workbook, name="errands_xlsx"),
    path("<str:area>/lists", lists.lists, name="lists"),
    path("<str:area>/lists/<int:pk>", lists.report, name="list"),
    path("<str:area>/key-in/<str:kind>", keyed.key_in, name="key_in"),
    path("<str:area>/attachments/<str:number>", attachments.attachment, name="attachment"),
    path("<str:area>/papers", papers.counter, name="papers"),
    path("<str:area>/papers/<str:number>.pdf", papers.paper, name="paper"),
    path("<str:area>/payments", payments.payments, name="payments"),
    path("<str:area>/payments/<str:number>", payments.batch, name="payment"),
    path("<str:area>/payments/<str:number>/file", bank_files.payment_file, name="payment-file"),
    path("<str:area>/payments/<str:number>/plan", bank_files.appropriation, name="payment-plan"),
    path("<str:area>/bank", bank.bank, name="bank"),
    path("<str:area>/bank/upload", bank_files.upload, name="bank-upload"),
    path("<str:area>/resume", resume.resume, name="resume"),
]
