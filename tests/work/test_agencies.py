"""Agencies are opened once, introduced by a signed card, and believed only when called back."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jiexu.adapters.signing.reference import ReferenceSigner
from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.errors import BadInput, Conflict, JiexuError, NotFound
from jiexu.core.exchange.canonical import canonical
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.records.access.sealing import vault
from jiexu.records.audit.models import Entry
from jiexu.records.exchange.models import Key
from jiexu.records.registry.models import Agency
from jiexu.work import agencies, bank_details, cards
from jiexu.work.keys import NoKey, signing_key
from jiexu.work.ports import ports

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
AREA, FAR = "450200", "320100"
ACCOUNT = "9999450200001234"
BANK = {
    "receipt_kind": "财政专户",
    "bank_name": "示例银行营业部",
    "account_name": "柳州市财政局",
    "account": ACCOUNT,
}
DETAILS = {"name": "柳州市医疗保险事业管理中心", "phone": "0772-12393", **BANK}


def opened(**changes: Any) -> str:
    return agencies.open_agency(AREA, **{**DETAILS, "now": NOW, "by": "root", **changes})


def acts(area: str) -> list[tuple[str, dict[str, str]]]:
    rows = Entry.objects.of(area).filter(stream="agency").order_by("seq")
    return [(row.action, json.loads(row.content)) for row in rows]


def refused(kind: type[JiexuError], code: str, act: Any, *values: Any, **more: Any) -> JiexuError:
    with pytest.raises(kind) as caught:
        act(*values, **more)
    assert caught.value.code == code
    return caught.value


def far_card(**changes: Any) -> dict[str, Any]:
    """The card of an agency of another node, signed with its own key."""
    pair = ports().signer.generate()
    content = {
        "kind": cards.CARD_KIND,
        "version": 1,
        "area": FAR,
        "name": "南京市医疗保险管理中心",
        "phone": "025-12393",
        "public_key": pair.public.hex(),
        "key_id": sm3_hex(pair.public),
        "receipt_account": {
            "kind": "收入户",
            "bank_name": "示例银行",
            "account_name": "南京市医疗保险管理中心",
            "account": "9999320100005678",
        },
        "issued_at": "2026-11-16T08:00:00+08:00",
        **changes,
    }
    signature = ports().signer.sign(pair.private, canonical(content))
    return {**content, "signature": signature.hex()}


def test_opening_makes_a_key_and_seals_the_account() -> None:
    assert opened() == AREA
    row = Agency.objects.get(area=AREA)
    assert (row.name, row.hosted, row.opened_on) == (DETAILS["name"], True, NOW.date())
    assert ACCOUNT.encode() not in bytes(row.account_sealed)
    assert vault().open(row.account_sealed, context="agency.account") == ACCOUNT
    key_id, private = signing_key(AREA, NOW)
    assert len(private) == 32
    assert acts(AREA) == [
        (
            "agency.open",
            {
                "name": DETAILS["name"],
                "phone": "0772-12393",
                "key": key_id,
                **BANK,
                "account": "************1234",
            },
        )
    ]


def test_the_audit_names_who_opened() -> None:
    opened(by=Actor(role=Role.ADMINISTRATOR, ref="li.na", agency=AREA))
    entry = Entry.objects.of(AREA).get()
    assert (entry.actor_role, entry.actor_ref) == ("administrator", "li.na")


def test_the_same_again_is_the_same_answer() -> None:
    opened()
    assert opened(now=NOW + timedelta(days=1), account=f"{ACCOUNT[:4]} {ACCOUNT[4:]}") == AREA
    assert Key.objects.count() == Agency.objects.count() == 1
    assert len(acts(AREA)) == 1


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"name": "另一个中心"}, "名称"),
        ({"phone": ""}, "电话"),
        ({"account": "9999450200001235"}, "收款账户"),
        ({"hosted": False}, "是否由本节点承办"),
        ({"name": "另一个中心", "phone": "12393"}, "名称、电话"),
        (dict.fromkeys(BANK, ""), "收款账户"),
    ],
)
def test_other_content_is_a_conflict(changes: dict[str, Any], what: str) -> None:
    opened()
    error = refused(Conflict, "AGENCY_DIFFERS", opened, **changes)
    assert error.message == (
        f"{AREA}（{DETAILS['name']}）已经登记过，但{what}与这次不同，没有改动。"
    )
    assert error.remedy == (
        "收款账户有变更的，请用 jiexu agency bank；其他内容请先与该机构回电核对。"
    )
    assert Agency.objects.get().name == DETAILS["name"]


@pytest.mark.parametrize(
    ("area", "code", "message", "remedy"),
    [
        (
            "450201",
            "NOT_A_POOL",
            "450201不是统筹区，经办机构只能按统筹区开设。",
            "请改用柳州市（450200）。",
        ),
        (
            "450000",
            "NOT_A_POOL",
            "450000不是统筹区，经办机构只能按统筹区开设。",
            "请选择下面的市、县。",
        ),
    ],
)
def test_only_pooling_areas_have_agencies(area: str, code: str, message: str, remedy: str) -> None:
    error = refused(BadInput, code, agencies.open_agency, area, **DETAILS, now=NOW, by="root")
    assert (error.message, error.remedy) == (message, remedy)


def test_an_unknown_area_is_no_agency() -> None:
    error = refused(
        BadInput, "UNKNOWN_AREA", agencies.open_agency, "999999", **DETAILS, now=NOW, by="root"
    )
    assert error.message == "区划代码 999999 不在区划表中。"


BAD_BANK = "收款账户不完整：账户类型（财政专户或收入户）、开户银行、户名、账号要一起填写。"


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        (
            {"name": " 中 "},
            "BAD_AGENCY_NAME",
            "机构名称应有 2 到 100 个字，不能有换行等看不见的字符。",
        ),
        (
            {"name": "二\n行"},
            "BAD_AGENCY_NAME",
            "机构名称应有 2 到 100 个字，不能有换行等看不见的字符。",
        ),
        (
            {"phone": "转 8001"},
            "BAD_PHONE",
            "电话只能有数字、空格、括号、加号和短横，3 到 30 个字符。",
        ),
        ({"receipt_kind": "支出户"}, "BAD_BANK_DETAILS", BAD_BANK),
        ({"receipt_kind": ""}, "BAD_BANK_DETAILS", BAD_BANK),
        ({"bank_name": ""}, "BAD_BANK_DETAILS", BAD_BANK),
        ({"account_name": "长" * 101}, "BAD_BANK_DETAILS", BAD_BANK),
        ({"account": ""}, "BAD_BANK_DETAILS", BAD_BANK),
        ({"account": "12a45"}, "BANK_ACCOUNT_CHARACTERS", "单位账号只能有数字。"),
        ({"account": "1234"}, "BANK_ACCOUNT_LENGTH", "单位账号应有 5 到 32 位，填了 4 位。"),
    ],
)
def test_bad_details_open_nothing(changes: dict[str, str], code: str, message: str) -> None:
    error = refused(BadInput, code, opened, **changes)
    assert error.message == message
    assert error.remedy
    assert not Agency.objects.exists()
    assert not Key.objects.exists()


def test_the_card_proves_itself_to_another_implementation() -> None:
    opened()
    card = cards.public_card(AREA, NOW)
    assert card["receipt_account"]["account"] == ACCOUNT
    assert json.loads(json.dumps(card)) == card
    signed = {key: value for key, value in card.items() if key != "signature"}
    public, signature = bytes.fromhex(card["public_key"]), bytes.fromhex(card["signature"])
    assert ReferenceSigner().verify(public, canonical(signed), signature)
    assert card["key_id"] == sm3_hex(public) == signing_key(AREA, NOW)[0]


def test_a_card_without_bank_details_says_so() -> None:
    opened(**dict.fromkeys(BANK, ""))
    assert cards.public_card(AREA, NOW)["receipt_account"] is None


def test_cards_are_of_hosted_agencies_with_a_key_in_force() -> None:
    error = refused(NotFound, "AGENCY_NOT_FOUND", cards.public_card, FAR, NOW)
    assert error.message == f"本节点没有登记{FAR}的经办机构。"
    cards.add_partner(far_card(), now=NOW, by="root")
    error = refused(NotFound, "AGENCY_NOT_FOUND", cards.public_card, FAR, NOW)
    assert (error.message, error.remedy) == (
        f"{FAR}是伙伴机构，不由本节点承办。",
        "它的名片要由承办它的节点导出。",
    )
    opened()
    refused(NoKey, "NO_KEY", cards.public_card, AREA, NOW - timedelta(days=1))


@pytest.mark.parametrize("as_file", [False, True])
def test_a_partner_is_kept_by_its_card(as_file: bool) -> None:
    card = far_card()
    given = json.dumps(card, ensure_ascii=False, indent=2).encode() if as_file else card
    told = f"{card['key_id'][:4].upper()}-{card['key_id'][4:8]}"
    assert cards.add_partner(given, now=NOW, by="root", told=told) == FAR
    row = Agency.objects.get(area=FAR)
    assert (row.name, row.hosted, row.receipt_kind) == (card["name"], False, "收入户")
    key = Key.objects.get(agency_id=FAR)
    assert (bytes(key.public).hex(), key.private_sealed) == (card["public_key"], None)
    assert [action for action, _ in acts(FAR)] == ["agency.partner"]
    assert cards.add_partner(card, now=NOW, by="root") == FAR
    assert len(acts(FAR)) == 1


def test_another_key_of_a_known_partner_is_a_conflict() -> None:
    cards.add_partner(far_card(), now=NOW, by="root")
    error = refused(Conflict, "AGENCY_DIFFERS", cards.add_partner, far_card(), now=NOW, by="root")
    assert "但签名公钥与这次不同" in error.message
    assert Key.objects.count() == 1


def test_an_agency_hosted_here_is_no_partner() -> None:
    opened()
    card = cards.public_card(AREA, NOW)
    error = refused(Conflict, "AGENCY_DIFFERS", cards.add_partner, card, now=NOW, by="root")
    assert "是否由本节点承办" in error.message


def tampered() -> list[tuple[str, Any]]:
    card = far_card()
    bank = {**card["receipt_account"], "account": "9999320100009999"}
    other = ports().signer.generate().public
    return [
        ("account", {**card, "receipt_account": bank}),
        ("no account", {**card, "receipt_account": None}),
        ("name", {**card, "name": "别的机构"}),
        ("area", {**card, "area": "320200"}),
        ("key", {**card, "public_key": other.hex(), "key_id": sm3_hex(other)}),
        ("key id", far_card(key_id="0" * 64)),
        ("kind", far_card(kind="something.else")),
        ("version", far_card(version=2)),
        ("extra", {**card, "note": "x"}),
        ("signed extra", far_card(note="x")),
        ("missing", {key: value for key, value in card.items() if key != "phone"}),
        ("unsigned", {**card, "signature": ""}),
        ("odd hex", {**card, "signature": "zz"}),
        ("no point", {**card, "public_key": "04" + "00" * 64}),
        ("not json", b"{"),
        ("a list", b"[]"),
        ("a number", b"1"),
        ("binary", b"\xff\xfe"),
    ]


def test_whatever_was_changed_the_card_is_refused() -> None:
    for what, card in tampered():
        error = refused(BadInput, "BAD_CARD", cards.add_partner, card, now=NOW, by="root")
        assert error.message == "这不是有效的机构名片：内容不完整、被改动过，或签名不对。", what
        assert error.remedy == "请让对方机构用 jiexu agency card 重新导出，并原样传来。"
    assert not Agency.objects.exists()


def test_the_digits_told_must_be_those_of_the_key() -> None:
    card = far_card()
    digits = card["key_id"]
    other = f"{digits[:7]}{'0' if digits[7] != '0' else '1'}"
    for told in (other, digits[:7], "", digits + "0", digits[1:9] + "x"):
        error = refused(
            BadInput, "TOLD_DIFFERS", cards.add_partner, card, now=NOW, by="root", told=told
        )
        assert error.message == "回电核对的密钥编号与名片不一致。"
        assert "对方念出密钥编号的前 8 位" in error.remedy
    assert not Agency.objects.exists()


def test_a_key_that_came_on_paper() -> None:
    public = ports().signer.generate().public.hex()
    typed = f" {public[:66].upper()}\n{public[66:]} "
    kept = cards.add_partner_key(FAR, "南京市医疗保险管理中心", typed, now=NOW, by="root")
    assert (kept, bytes(Key.objects.get().public).hex()) == (FAR, public)
    for wrong in ("", public[:-2], f"02{public[2:]}", public.replace("0", "g")):
        error = refused(
            BadInput,
            "BAD_PUBLIC_KEY",
            cards.add_partner_key,
            *("320200", "无锡市医疗保障中心", wrong),
            now=NOW,
            by="root",
        )
        assert error.message == "公钥应是 130 位十六进制数字，以 04 开头。"
        assert "jiexu agency card" in error.remedy


def test_new_bank_details_are_noted_once() -> None:
    opened()
    new = {**BANK, "receipt_kind": "收入户", "account": "9999450200007777"}
    for _ in range(2):
        bank_details.set_bank(AREA, **new, now=NOW, by="root")
    assert cards.public_card(AREA, NOW)["receipt_account"]["account"] == new["account"]
    assert acts(AREA)[1:] == [
        ("agency.bank", {**new, "account": "************7777", "evidence": ""})
    ]


def test_a_partners_new_account_needs_a_letter_and_a_call() -> None:
    cards.add_partner(far_card(), now=NOW, by="root")
    call = {"now": NOW, "by": "root", **BANK}
    error = refused(BadInput, "NO_EVIDENCE", bank_details.set_bank, FAR, **call, evidence=" ")
    assert error.message == "伙伴机构变更收款账户，须凭公函并回电核实。"
    assert error.remedy.startswith("请写明公函文号和回电核实的日期、对方姓名")
    bank_details.set_bank(FAR, **call, evidence="医保函〔2026〕12号，回电李某")
    assert acts(FAR)[-1][1]["evidence"] == "医保函〔2026〕12号，回电李某"


def test_bank_details_are_whole_and_of_a_known_agency() -> None:
    opened()
    empty = dict.fromkeys(BANK, "")
    error = refused(
        BadInput, "BAD_BANK_DETAILS", bank_details.set_bank, AREA, **empty, now=NOW, by="root"
    )
    assert error.message == BAD_BANK
    error = refused(
        NotFound, "AGENCY_NOT_FOUND", bank_details.set_bank, FAR, **BANK, now=NOW, by="root"
    )
    assert error.message == f"本节点没有登记{FAR}的经办机构。"


def test_the_list_shows_no_whole_account() -> None:
    cards.add_partner(far_card(), now=NOW, by="root")
    opened()
    lines = agencies.list_agencies()
    assert [(one.area, one.hosted, one.account) for one in lines] == [
        (AREA, True, "************1234"),
        (FAR, False, "************5678"),
    ]
    assert lines[0].key_id == signing_key(AREA, NOW)[0]
