"""The roads of the pages, walked by programs: citizen, clerks, finance, to the account."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.support.callers import PASSWORD, Caller, World
from tests.support.country import SOURCE, TARGET, rows

from jiexu import assess
from jiexu.records.access.models import ReadEntry
from jiexu.work import tokens

APPLICATION = {"from_area": SOURCE, "to_area": TARGET}


def test_a_whole_transfer_by_program_alone(world: World) -> None:
    anna = world["anna"]
    cover = anna.get("/me/cover")
    assert [(one["area"], one["balance"]) for one in cover] == [
        (TARGET, "0.00"),
        (SOURCE, "1000.37"),
    ]
    assert anna.post("/transfers/check", APPLICATION)["outcome"] == "accept"
    made = anna.post("/transfers", APPLICATION, 201, key="apply-once")
    again = anna.post("/transfers", APPLICATION, 201, key="apply-once")
    assert again == {**made, "repeated": True}
    number = made["case_no"]
    world.country.settle()
    view = anna.get(f"/transfers/{number}")
    assert (view["record_leg"], view["fund_leg"], view["amount"]) == ("done", "fixed", "1000.37")
    assert [one["label"] for one in view["steps_record"]][-1] == "年限转入"
    assert [one["case_no"] for one in anna.get("/transfers")] == [number]

    prepares, approves = world[f"prepares-{SOURCE}"], world[f"approves-{SOURCE}"]
    base = f"/agencies/{SOURCE}"
    [order] = prepares.get(f"{base}/payments")
    assert (order["case_no"], order["amount"]) == (number, "1000.37")
    batch = prepares.post(f"{base}/batches", {"orders": [order["id"]]}, 201)["case_no"]
    assert approves.get(f"{base}/batches/{batch}")["total"] == "1000.37"
    sent = approves.post(f"{base}/batches/{batch}/send-back", {"version": 1})
    assert sent["version"] == 2
    batch = prepares.post(f"{base}/batches", {"orders": [order["id"]]}, 201)["case_no"]
    approves.post(f"{base}/batches/{batch}/approve", {"version": 1})
    assert [one["state"] for one in approves.get(f"{base}/batches")] == ["approved", "rejected"]
    world.country.settle()
    world.country.bank_round()
    world.country.settle()
    done = anna.get(f"/transfers/{number}/progress")
    assert done["state"] == "completed"
    assert done["spoken"] == (
        "您从南京市转到柳州市的职工基本医疗保险已经办结：年限已转入；"
        "个人账户1000元3角7分，已记入个人账户。"
    )
    held = anna.get("/me/statement", area=TARGET)
    assert held["balance"] == "1000.37"
    assert [line["posted"] for line in held["lines"]] == ["1000.37"]
    assert world.country.breaks() == []


def test_a_clerk_looks_and_acts_and_every_look_is_logged(world: World) -> None:
    number = world.applied()
    clerk = world[f"clerk-{TARGET}"]
    base = f"/agencies/{TARGET}"
    page = clerk.get(f"{base}/cases", q=number)
    assert [one["case_no"] for one in page["items"]] == [number]
    assert clerk.get(f"{base}/queue") == []
    view = clerk.get(f"{base}/cases/in/{number}")
    said = clerk.get(f"{base}/cases/in/{number}/progress", channel="hotline")
    assert said["spoken"] == (
        "您从南京市转到柳州市的职工基本医疗保险正在办理：年限双方校验中；"
        "个人账户金额待转出地核定，待核定金额；现在由南京经办中心办理，办理期限从受理之日算起。"
    )
    assert said["to_check"]
    assert said["when_wrong"]
    reads = ReadEntry.objects.of(TARGET).order_by("pk")
    assert [(one.reader, one.subject, one.purpose) for one in reads] == [
        (f"clerk-{TARGET}", number, "查看业务（接口）"),
        (f"clerk-{TARGET}", number, "进度查询（12393 热线）"),
    ]
    assert view["version"] == 1


def test_an_act_with_an_old_version_is_told_the_newest(world: World) -> None:
    number = world.to_the_form()
    clerk = world[f"clerk-{TARGET}"]
    path = f"/agencies/{TARGET}/cases/in/{number}/acts/write_record"
    told = clerk.post(path, {"version": 1}, 409)
    assert told["code"] == "STALE"
    assert told["version"] == clerk.get(f"/agencies/{TARGET}/cases/in/{number}")["version"]
    assert told["state"] == "open"
    now = told["version"]
    assert clerk.post(path, {"version": now}, 409)["code"] == "WRONG_STATE"
    assert clerk.post(path.replace("write_record", "fly"), {"version": now}, 404)["code"] == (
        "NO_SUCH_MOVE"
    )
    wrong = clerk.post(path.replace("write_record", "match_money"), {"version": now}, 403)
    assert wrong["code"] == "NOT_YOUR_MOVE"
    assert clerk.post(path.replace(number, "ZY0000"), {"version": 1}, 404)["state"] == "new"


def test_the_second_pair_of_eyes_is_another_person(world: World) -> None:
    world.to_the_form()
    name = f"prepares-{SOURCE}"
    from jiexu.core.base.actors import Role
    from jiexu.work import grants, ports

    grants.grant(name, Role.FINANCE_APPROVER, SOURCE, "root", ports.clock())
    both = world.give(name, f"finance_preparer@{SOURCE}", f"finance_approver@{SOURCE}")
    base = f"/agencies/{SOURCE}"
    [order] = both.get(f"{base}/payments")
    batch = both.post(f"{base}/batches", {"orders": [order["id"]]}, 201)["case_no"]
    told = both.post(f"{base}/batches/{batch}/approve", {"version": 1}, 403)
    assert told["code"] == "FOUR_EYES"


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        (b"{", "BAD_JSON", ""),
        (b"[]", "BAD_FACT", ""),
        (b'{"from_area": "320100"}', "MISSING_FACT", "to_area"),
        (b'{"from_area": "320100", "to_area": "450200", "x": 1}', "UNKNOWN_FACT", "x"),
        (b'{"from_area": "320100", "to_area": "999999"}', "UNKNOWN_AREA", "to_area"),
        (b'{"from_area": 3, "to_area": "450200"}', "BAD_FACT", "from_area"),
    ],
)
def test_a_body_that_cannot_be_read_names_the_place(
    world: World, body: bytes, code: str, path: str
) -> None:
    told = world["anna"].post("/transfers", None, 400, raw=body)
    assert (told["code"], told["path"]) == (code, path)
    assert rows("procedures.Case") == []


def test_what_the_rules_refuse_comes_with_its_way_on(world: World) -> None:
    told = world["anna"].post("/transfers", {"from_area": SOURCE, "to_area": SOURCE}, 422)
    assert told["code"] == "SAME_POOLING_AREA"
    told = world["anna"].post("/transfers", {"from_area": SOURCE, "to_area": "110000"}, 404)
    assert told["code"] == "AGENCY_NOT_HERE"
    world.applied()
    told = world["anna"].post("/transfers", APPLICATION, 409)
    assert told["code"] == "ALREADY_OPEN"


def test_a_change_needs_a_key_and_a_key_is_for_one_content(world: World) -> None:
    anna = world["anna"]
    assert anna.post("/transfers", APPLICATION, 400, key="")["path"] == "Idempotency-Key"
    anna.post("/transfers", APPLICATION, 201, key="the-same-key")
    other = {**APPLICATION, "insutype_to": "390"}
    told = anna.post("/transfers", other, 409, key="the-same-key")
    assert told["code"] == "KEY_REUSED"
    # Another person's same key is another key: nothing of the first is seen.
    world["bert"].post("/transfers", APPLICATION, 201, key="the-same-key")


# Questions, areas, days: for anybody.

QUESTION = {"start": "2026-03-02", "workdays": 10, "area": "450200"}


def test_assess_answers_as_the_library_and_the_command(nobody: Caller, db: None) -> None:
    import msgspec

    said = nobody.post("/assess/deadline", QUESTION)
    assert said == msgspec.json.decode(msgspec.json.encode(assess("deadline", QUESTION)))
    assert nobody.get("/calendar/deadline", **QUESTION) == said
    assert nobody.get("/assess/deadline/schema")["$defs"]["Facts"]["required"] == [
        "start",
        "workdays",
    ]
    told = nobody.post("/assess/deadline", {"start": "2026-13-02", "workdays": 1}, 400)
    assert (told["code"], told["path"]) == ("BAD_FACT", "start")
    assert nobody.get("/assess/nothing/schema", 404)["code"] == "UNKNOWN_QUESTION"
    told = nobody.get("/calendar/deadline", 400, start="2026-03-02", workdays="-1")
    assert told["path"] == "workdays"


def test_areas_are_found_by_name(nobody: Caller, db: None) -> None:
    assert {"code": "450200", "name": "广西壮族自治区柳州市"} in nobody.get("/areas", q="柳州")
    assert len(nobody.get("/areas")) > 300
    assert nobody.get("/areas", q="没有这个地方") == []


# Tokens and sessions.


def test_without_token_or_with_a_wrong_one_nothing_is_said(world: World) -> None:
    for caller in (world["nobody"], Caller("jx_wrong"), Caller("x" * 5000)):
        for path in ("/me", "/me/cover", "/transfers", f"/agencies/{SOURCE}/queue"):
            told = caller.get(path, 401)
            assert told["code"] in {"NOT_SIGNED_IN", "BAD_TOKEN"}


def test_a_token_ends_when_it_is_revoked_expires_or_its_role_ends(world: World) -> None:
    from jiexu.work import grants, ports

    name = f"clerk-{SOURCE}"
    clerk = world[name]
    clerk.get(f"/agencies/{SOURCE}/queue")
    [line] = tokens.list_tokens(name, ports.clock())
    assert line.last_used_on == "2026-03-11"
    grants.end_grant(name, "clerk", SOURCE, "root", ports.clock())
    clerk.get(f"/agencies/{SOURCE}/queue", 403)
    assert clerk.get("/me")["roles"] == []
    tokens.revoke_token(line.id, "root", ports.clock())
    assert clerk.get("/me", 401)["code"] == "BAD_TOKEN"
    world.country.clock.forward(minutes=31 * 24 * 60)
    world["anna"].get("/me", 401)


def test_a_token_says_less_than_its_user_may(world: World) -> None:
    from jiexu.core.base.actors import Role
    from jiexu.work import grants, ports

    name = f"clerk-{SOURCE}"
    grants.grant(name, Role.FINANCE_PREPARER, SOURCE, "root", ports.clock())
    world[name].get(f"/agencies/{SOURCE}/payments", 403)
    world[name].get("/me/cover", 403)
    assert [one["role"] for one in world[name].get("/me")["roles"]] == ["clerk"]


def test_a_page_with_its_session_calls_too_but_not_without_csrf(world: World) -> None:
    page = Client(enforce_csrf_checks=True)
    form = page.get("/sign-in").content.decode()
    secret = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert secret is not None
    answer = {"username": "anna", "password": PASSWORD, "csrfmiddlewaretoken": secret[1]}
    assert page.post("/sign-in", answer).status_code == 302
    assert page.get("/api/v1/me").json()["username"] == "anna"
    send: dict[str, Any] = {"content_type": "application/json"}
    headers = {"Idempotency-Key": "from-a-page"}
    told = page.post("/api/v1/transfers", APPLICATION, headers=headers, **send)
    assert (told.status_code, told.json()["code"]) == (403, "CSRF")
    headers["X-CSRFToken"] = page.cookies["csrftoken"].value
    told = page.post("/api/v1/transfers", APPLICATION, headers=headers, **send)
    assert told.status_code == 201, told.content.decode()


def test_too_many_requests_wait_for_the_next_minute(world: World, settings: Any) -> None:
    settings.API_PER_MINUTE = 3
    anna = world["anna"]
    for _ in range(3):
        anna.get("/me")
    told = anna.client.get("/api/v1/me", headers={"Authorization": f"Bearer {anna.token}"})
    assert told.status_code == 429
    assert 0 < int(told.headers["Retry-After"]) <= 61
    assert told.json()["code"] == "TOO_MANY_REQUESTS"
    world["bert"].get("/me")
    world.country.clock.set(world.country.now + timedelta(minutes=1))
    anna.get("/me")


def test_addresses_and_methods_that_are_none_are_told_in_json(nobody: Caller, db: None) -> None:
    assert nobody.get("/nothing", 404)["code"] == "HTTP_404"
    assert nobody.post("/areas", {}, 405)["code"] == "HTTP_405"
    answer = nobody.client.get("/api")
    assert answer.status_code in {301, 404}


def test_the_description_for_people_obeys_the_rules_of_pages(nobody: Caller, db: None) -> None:
    from jiexu.faces.ui.page_rules import faults

    html = nobody.client.get("/api/v1/").content.decode()
    assert faults(html) == []
    for word in ("申请转移", "POST /api/v1/transfers", "Idempotency-Key", "409 内容已经变了"):
        assert word in html
