"""Addresses of API v1, below /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from jiexu.faces.api import pages
from jiexu.faces.api.entry import PREFIX, api

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{PREFIX}/", pages.reference, name="api-reference"),
    path(f"{PREFIX}/openapi.json", pages.openapi, name="api-openapi"),
    path(f"{PREFIX}/", api.urls),
    path("api/", pages.nowhere),
    path("api/<path:rest>", pages.nowhere),
]
