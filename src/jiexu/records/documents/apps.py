from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "jiexu.records.documents"
    label = "documents"
