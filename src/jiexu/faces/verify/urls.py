"""Addresses of the public check, below /verify/."""

from __future__ import annotations

from django.urls import path

from jiexu.faces.verify import views

app_name = "verify"

urlpatterns = [
    path("", views.form, name="form"),
    path("<str:number>/<str:code>", views.verdict, name="verdict"),
]
