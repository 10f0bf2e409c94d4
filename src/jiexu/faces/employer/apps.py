from __future__ import annotations

from django.apps import AppConfig


class EmployerConfig(AppConfig):
    name = "jiexu.faces.employer"
    label = "employer"
