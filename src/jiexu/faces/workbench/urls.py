"""Addresses of the staff pages, below /work/."""

from __future__ import annotations

from django.urls import path

from jiexu.faces.workbench import bank, bank_files, cases, desks, payments, resume, stop

app_name = "workbench"

urlpatterns = [
    path("", desks.desks, name="desks"),
    path("<str:area>/sit", desks.sit, name="sit"),
    path("<str:area>/queue", cases.queue, name="queue"),
    path("<str:area>/stop", stop.stop, name="stop"),
    path("<str:area>/cases", cases.cases, name="cases"),
    path("<str:area>/cases/<str:half>/<str:case_no>", cases.case, name="case"),
    path("<str:area>/payments", payments.payments, name="payments"),
    path("<str:area>/payments/<str:number>", payments.batch, name="payment"),
    path("<str:area>/payments/<str:number>/file", bank_files.payment_file, name="payment-file"),
    path("<str:area>/payments/<str:number>/plan", bank_files.appropriation, name="payment-plan"),
    path("<str:area>/bank", bank.bank, name="bank"),
    path("<str:area>/bank/upload", bank_files.upload, name="bank-upload"),
    path("<str:area>/resume", resume.resume, name="resume"),
]
