"""Addresses of the demonstration."""

from __future__ import annotations

from django.urls import path

from jiexu.simulation.demo_people import views

app_name = "demo"
urlpatterns = [
    path("", views.people, name="people"),
    path("become", views.become, name="become"),
]
