from __future__ import annotations

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    name = "jiexu.faces.workbench"
    label = "workbench"
