"""Addresses for whoever watches the node: load balancer, supervisor, monitoring."""

from __future__ import annotations

from django.urls import path

from jiexu.faces.health import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
