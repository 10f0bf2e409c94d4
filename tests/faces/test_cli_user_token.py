"""`jiexu user token`: given once, listed without its text, ended at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jiexu.core.base.actors import Role
from jiexu.faces.cli.main import main
from jiexu.records.access.models import Token
from jiexu.records.audit.models import Entry
from jiexu.work import accounts, agencies, grants, ports, tokens

AREA = "450200"
NOW = datetime(2026, 3, 11, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clerk(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    agencies.open_agency(AREA, name="柳州经办中心", now=NOW, by="root")
    accounts.add_user("lan", "兰", "correct-horse-battery", NOW)
    grants.grant("lan", Role.CLERK, AREA, "root", NOW)


def run(capsys: Any, *words: str) -> tuple[int, str, str]:
    code = main(("user", "token", *words))
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_token_is_shown_once_kept_as_a_digest_and_noted(capsys: Any) -> None:
    code, out, err = run(
        capsys, "add", "lan", "--scope", f"clerk@{AREA}", "--label", "自助机", "--days", "30"
    )
    text = out.strip()
    assert code == 0
    assert text.startswith("jx_")
    assert "请立即保存" in err
    row = Token.objects.get()
    assert text not in str(vars(row))
    holder = tokens.holder_of(text, ports.clock())
    assert holder is not None
    assert (holder.user.username, holder.roles) == ("lan", (("clerk", AREA),))
    assert Entry.objects.of(AREA).filter(action="user.token").count() == 1
    code, out, _ = run(capsys, "list")
    assert code == 0
    assert "自助机" in out
    assert "有效" in out
    assert text not in out
    assert run(capsys, "revoke", str(row.pk))[0] == 0
    assert tokens.holder_of(text, ports.clock()) is None
    assert "已作废" in run(capsys, "list", "lan")[1]
    assert Entry.objects.of(AREA).filter(action="user.token_revoked").count() == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["add", "lan", "--scope", "citizen", "--label", "x"], "lan没有“citizen”这项权限"),
        (["add", "lan", "--scope", "clerk@320100", "--label", "x"], "令牌不能超出用户自己的权限"),
        (["add", "lan", "--scope", f"clerk@{AREA}", "--label", " "], "令牌要有一个名称"),
        (["add", "lan", "--scope", f"clerk@{AREA}", "--label", "x", "--days", "0"], "有效期应为"),
        (["add", "nobody", "--scope", "citizen", "--label", "x"], "没有用户“nobody”"),
        (["revoke", "77"], "没有编号为 77 的令牌"),
    ],
)
def test_a_token_that_cannot_be_is_refused(capsys: Any, words: list[str], message: str) -> None:
    code, _, err = run(capsys, *words)
    assert code != 0
    assert message in err
    assert not Token.objects.exists()
