"""Every address of the product."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("jiexu.faces.portal.urls")),
    path("work/", include("jiexu.faces.workbench.urls")),
    path("employer/", include("jiexu.faces.employer.urls")),
    path("verify/", include("jiexu.faces.verify.urls")),
    path("", include("jiexu.faces.health.urls")),
    path("", include("jiexu.faces.api.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("jiexu.simulation.demo_people.urls")))
