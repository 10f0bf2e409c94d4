"""A case step as a Django REST framework project would make it: the peer of `http_step`.

One file, the framework's own parts and no more than the step needs: token authentication, a model
serializer, an atomic view that locks the case, checks the version, changes its state, saves it and
writes an audit row. Served by granian like ours, on the same kind of database with the same
settings; the settings come as JSON in PEER_DATABASE.

    PEER_DATABASE='{...}' python -m granian --interface wsgi drf_case:application
"""

from __future__ import annotations

import json
import os
from typing import Any

import django
from django.conf import settings

if not settings.configured:
    settings.configure(
        SECRET_KEY="benchmark",
        ALLOWED_HOSTS=["127.0.0.1"],
        DATABASES={"default": json.loads(os.environ["PEER_DATABASE"])},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "rest_framework",
            "rest_framework.authtoken",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.middleware.common.CommonMiddleware",
        ],
        ROOT_URLCONF=__name__,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        REST_FRAMEWORK={
            "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
            "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
            "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        },
    )
    django.setup()

from django.db import models, transaction
from django.urls import path
from django.utils import timezone
from rest_framework import serializers, views
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response


class Case(models.Model):
    case_no = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=30)
    version = models.PositiveIntegerField(default=1)
    amount_fen = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "contenttypes"  # a single file has no app of its own
        db_table = "peer_case"


class Audit(models.Model):
    case = models.ForeignKey(Case, on_delete=models.PROTECT)
    actor = models.CharField(max_length=60)
    action = models.CharField(max_length=40)
    at = models.DateTimeField()
    content = models.JSONField()

    class Meta:
        app_label = "contenttypes"
        db_table = "peer_audit"


class CaseSerializer(serializers.ModelSerializer):
    class Meta:
        model = Case
        fields = ("case_no", "state", "version", "amount_fen", "opened_at", "changed_at")
        read_only_fields = ("case_no", "amount_fen", "opened_at", "changed_at")


class Step(serializers.Serializer):
    version = serializers.IntegerField(min_value=1)


class Advance(views.APIView):
    def post(self, request: Any, case_no: str) -> Response:
        step = Step(data=request.data)
        step.is_valid(raise_exception=True)
        with transaction.atomic():
            case = get_object_or_404(Case.objects.select_for_update(), case_no=case_no)
            if case.version != step.validated_data["version"] or case.state != "received":
                raise ValidationError({"version": "stale"}, code="stale")
            case.state = "done"
            case.version += 1
            case.save()
            Audit.objects.create(
                case=case,
                actor=request.user.username,
                action="write_record",
                at=timezone.now(),
                content={"version": case.version, "state": case.state},
            )
        return Response(CaseSerializer(case).data)


urlpatterns = [path("cases/<str:case_no>/advance", Advance.as_view())]

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()


def prepare(numbers: list[str]) -> str:
    """Tables, cases that wait, and a token for the caller."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection
    from rest_framework.authtoken.models import Token

    call_command("migrate", verbosity=0, skip_checks=True)
    with connection.schema_editor() as editor:
        editor.create_model(Case)
        editor.create_model(Audit)
    Case.objects.bulk_create([Case(case_no=number, state="received") for number in numbers])
    user = User.objects.create(username="clerk")
    return str(Token.objects.create(user=user).key)


if __name__ == "__main__":
    import sys

    print(prepare(json.loads(sys.stdin.read())))
