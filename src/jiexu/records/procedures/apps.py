from __future__ import annotations

from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "jiexu.records.procedures"
    label = "procedures"
