from __future__ import annotations

from django.apps import AppConfig


class WiringConfig(AppConfig):
    """Joins ports to adapters as soon as Django is ready."""

    name = "jiexu.config"
    label = "wiring"

    def ready(self) -> None:
        from jiexu.config.wiring import wire

        wire()
