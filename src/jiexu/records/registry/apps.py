from __future__ import annotations

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "jiexu.records.registry"
    label = "registry"
