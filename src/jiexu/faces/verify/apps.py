from __future__ import annotations

from django.apps import AppConfig


class VerifyConfig(AppConfig):
    name = "jiexu.faces.verify"
    label = "verify"
