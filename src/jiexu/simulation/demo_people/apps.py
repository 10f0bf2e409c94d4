from __future__ import annotations

from django.apps import AppConfig


class DemoPeopleConfig(AppConfig):
    """The page of demo people: installed only where `JIEXU_DEMO=1` (see config/settings)."""

    name = "jiexu.simulation.demo_people"
    label = "demo_people"
