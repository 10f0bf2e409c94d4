"""What holds for every answer: safety headers, faults in words, nothing that leads elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver

from jiexu.core.base.errors import BadInput, Conflict, JiexuError, NotAllowed, NotFound
from jiexu.faces.ui.middleware import HEADERS, ContentSecurityPolicy, ErrorsInWords
from jiexu.faces.ui.page_rules import faults


@pytest.fixture(autouse=True)
def _static(settings: Any) -> None:
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    settings.STORAGES = {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


def policy(response: Any) -> dict[str, str]:
    parts = response.headers["Content-Security-Policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


def test_every_page_allows_this_site_alone() -> None:
    response = Client().get("/")
    rules = policy(response)
    assert rules["default-src"] == rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["object-src"] == rules["base-uri"] == "'none'"
    assert rules["form-action"] == "'self'"
    assert not any("unsafe" in value for value in rules.values())
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cache-Control"] == "no-store"
    assert faults(response.content.decode()) == []


@pytest.mark.parametrize("path", ["/", "/nope", "/sign-out", "/me", "/sign-in"])
def test_headers_stand_on_every_kind_of_answer(path: str) -> None:
    response = Client().get(path)
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


def test_a_page_may_set_its_own_header() -> None:
    own = HttpResponse(headers={"Cache-Control": "max-age=60"})
    assert ContentSecurityPolicy(lambda _: own)(RequestFactory().get("/")).headers[
        "Cache-Control"
    ] == ("max-age=60")


def test_an_unknown_address_is_answered_in_words() -> None:
    response = Client().get("/nope")
    assert response.status_code == 404
    assert "没有这一页" in response.content.decode()


def test_opening_what_only_takes_forms_is_answered_in_words() -> None:
    response = Client().get("/sign-out")
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert "不能这样打开这一页" in response.content.decode()


def test_a_form_from_elsewhere_is_refused_in_words() -> None:
    response = Client(enforce_csrf_checks=True).post("/sign-out")
    assert response.status_code == 403
    html = response.content.decode()
    assert "页面已经失效" in html and "请返回上一页" in html
    assert faults(html) == []


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (NotFound("没有这一件。", "请核对编号。"), 404, "没有找到"),
        (NotAllowed("您不能看。", "请换账号。"), 403, "没有权限"),
        (Conflict("已经变了。", "请刷新。"), 409, "内容已经变了"),
        (BadInput("看不懂。", "请改正。", path="x"), 400, "填写的内容有问题"),
        (JiexuError("办不成。", "请稍后再试。"), 400, "没有办成"),
    ],
)
def test_each_fault_has_its_status_and_its_words(error: Any, status: int, title: str) -> None:
    response = _fault(error, "/cases/ZY1")
    assert response is not None
    html = response.content.decode()
    assert response.status_code == status
    assert title in html and error.message in html and error.remedy in html
    assert faults(html) == []


def test_markup_in_a_fault_stays_text() -> None:
    response = _fault(NotFound("没有 <script>alert(1)</script>。", "请核对。"), "/cases/x")
    assert response is not None
    assert "<script>" not in response.content.decode()


def test_defects_are_not_dressed_up() -> None:
    assert _fault(AssertionError("a defect"), "/me") is None
    assert _fault(AssertionError("a defect"), "/api/v1/me") is None


def test_programs_are_told_the_same_as_a_problem_in_json() -> None:
    response = _fault(NotFound("没有。", "请核对。"), "/api/v1/cases/x")
    assert response is not None
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    said = json.loads(response.content)
    assert (said["code"], said["message"], said["remedy"]) == ("NOT_FOUND", "没有。", "请核对。")


def _fault(error: Exception, path: str) -> HttpResponse | None:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return ErrorsInWords(lambda _: HttpResponse()).process_exception(request, error)


def _addresses() -> list[str]:
    """Every address of the citizen and staff pages, with something in place of what varies."""
    given = {
        "area": "450200",
        "half": "in",
        "case_no": "ZY1",
        "number": "PL1",
        "kind": "relations",
        "event": "withdraw",
    }
    found = []
    for resolver in get_resolver().url_patterns:
        if getattr(resolver, "app_name", None) in {"portal", "workbench"}:
            for pattern in resolver.url_patterns:
                text = str(resolver.pattern) + str(pattern.pattern)
                for name, value in given.items():
                    text = text.replace(f"<str:{name}>", value).replace("<int:pk>", "7")
                found.append("/" + text)
    return found


OPEN = {"/", "/sign-in", "/sign-out", "/text-size"}


def test_whoever_is_not_signed_in_is_asked_to_sign_in() -> None:
    posted = ("/sit", "/file", "/plan")
    closed = [path for path in _addresses() if path not in OPEN and not path.endswith(posted)]
    assert len(closed) > 12
    for path in closed:
        response = Client().get(path)
        assert (response.status_code, response.headers["Location"]) == (
            302,
            f"/sign-in?next={path}",
        )


def test_nobody_posts_without_signing_in_and_is_led_to_a_page_that_opens() -> None:
    staff = [path for path in _addresses() if path.startswith("/work/")]
    assert any(path.endswith("/sit") for path in staff)
    for path in staff:
        response = Client().post(path, {"role": "clerk"})
        if response.status_code == 405:
            assert "POST" not in response.headers["Allow"], path
            continue
        assert (response.status_code, response.headers["Location"]) == (
            302,
            "/sign-in?next=/work/",
        ), path


def test_larger_letters_stay_on_this_device() -> None:
    client = Client()
    response = client.post("/text-size", {"size": "large", "next": "/sign-in"})
    assert (response.status_code, response.headers["Location"]) == (302, "/sign-in")
    assert response.cookies["jiexu_size"]["httponly"]
    assert '<html lang="zh-CN" class="large">' in client.get("/").content.decode()
    client.post("/text-size", {"size": "normal"})
    assert 'class="large"' not in client.get("/").content.decode()


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil", ""]
)
def test_no_link_leads_away_from_the_site(address: str) -> None:
    response = Client().post("/text-size", {"size": "large", "next": address})
    assert response.headers["Location"] == "/"
    page = Client().get("/sign-in", {"next": address}).content.decode()
    assert '<input type="hidden" name="next" value="">' in page


def test_signing_in_without_name_or_password_asks_for_them() -> None:
    response = Client().post("/sign-in", {"username": "", "password": ""})
    assert response.status_code == 400
    html = response.content.decode()
    assert "请填写用户名" in html and "请填写密码" in html
    assert faults(html) == []


def test_only_the_methods_of_a_page_are_answered() -> None:
    for path in ("/", "/me", "/transfer", "/cases/ZY1"):
        assert Client().post(path).status_code == 405
