"""Users: what is refused and in which words, who may grant, and how guessing is made slow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher, check_password, make_password
from django.db import IntegrityError, transaction

from jiexu.core.base.actors import SYSTEM, Actor, Role
from jiexu.core.base.errors import BadInput, Conflict, JiexuError, NotAllowed, NotFound
from jiexu.records.access import write
from jiexu.records.access.models import Grant, User
from jiexu.records.access.sealing import identity_index
from jiexu.records.audit.models import Entry
from jiexu.records.isolation import IsolationBreach, writing
from jiexu.work import accounts, agencies, grants, passwords, signing_in
from jiexu.work.attempts import Attempts

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
AREA, OTHER, PARTNER = "450200", "441900", "320100"
PASSWORD = "correct-horse-42"
CERTNO = "320198199203154525"
OUTSIDE = "203.0.113.9"


class CountingHasher(MD5PasswordHasher):
    """A fast hasher that knows how often a password was hashed."""

    algorithm = "counting"
    hashed = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.hashed += 1
        return str(super().encode(password, salt))


@pytest.fixture(autouse=True)
def fast(settings: Any) -> Iterator[None]:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    signing_in._addresses.clear()
    yield
    signing_in._addresses.clear()


@pytest.fixture
def node() -> None:
    agencies.open_agency(AREA, name="柳州市医疗保障经办中心", now=NOW, by="console:root")
    agencies.open_agency(OTHER, name="东莞市医疗保障经办中心", now=NOW, by="console:root")
    agencies.open_agency(
        PARTNER, name="南京市医疗保障经办中心", now=NOW, by="console:root", hosted=False
    )


@pytest.fixture
def user() -> User:
    return accounts.add_user("jingban", "经办员", PASSWORD, NOW)


def acts(area: str) -> list[tuple[str, str]]:
    rows = Entry.objects.of(area).filter(stream="agency").order_by("seq")
    return [(row.action, row.content) for row in rows if row.action.startswith("user.")]


def refused(kind: type[JiexuError], code: str, *call: Any, **more: Any) -> JiexuError:
    act, *values = call
    with pytest.raises(kind) as caught:
        act(*values, **more)
    assert caught.value.code == code
    return caught.value


def test_a_new_user_keeps_no_password_in_clear(user: User) -> None:
    assert (user.username, user.display_name, user.is_active) == ("jingban", "经办员", True)
    assert user.certno_index is None
    assert PASSWORD not in user.password
    assert check_password(PASSWORD, user.password)


def test_a_citizen_is_bound_by_the_blind_index_alone() -> None:
    user = accounts.add_user("ruolan", "沈若岚", PASSWORD, NOW, certno=" 32019819920315 4525 ")
    assert bytes(user.certno_index) == identity_index(CERTNO)
    assert CERTNO.encode() not in bytes(user.certno_index)
    error = refused(
        Conflict,
        "IDENTITY_BOUND",
        accounts.add_user,
        *("second", "另一个", PASSWORD, NOW),
        certno=CERTNO,
    )
    assert error.message == "这个证件号码已经绑定了另一个账号。"
    assert error.remedy == "请用原来的账号登录；忘记密码的，请重设密码。"


def test_a_passport_binds_a_citizen_too() -> None:
    user = accounts.add_user("anna", "Anna", PASSWORD, NOW, certno=" e12345678")
    assert bytes(user.certno_index) == identity_index("E12345678")


@pytest.mark.parametrize(
    ("certno", "code"),
    [
        ("320198199203154526", "CERTNO_CHECK_DIGIT"),
        ("320198920315452", "CERTNO_LENGTH"),
        ("", "CERTNO_LENGTH"),
    ],
)
def test_a_wrong_identity_number_makes_no_user(certno: str, code: str) -> None:
    refused(BadInput, code, accounts.add_user, "x1", "某人", PASSWORD, NOW, certno=certno)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a", "用户名应有 2 到 60 个字符：文字、字母、数字和 . _ - @，以文字、字母或数字开头。"),
        (
            "with blank",
            "用户名应有 2 到 60 个字符：文字、字母、数字和 . _ - @，以文字、字母或数字开头。",
        ),
        (
            "-dash",
            "用户名应有 2 到 60 个字符：文字、字母、数字和 . _ - @，以文字、字母或数字开头。",
        ),
        (
            "a" * 61,
            "用户名应有 2 到 60 个字符：文字、字母、数字和 . _ - @，以文字、字母或数字开头。",
        ),
        (CERTNO, "不能用身份证号码做用户名。"),
        ("Auto", "“Auto”是系统保留的名字。"),
    ],
)
def test_bad_user_names(name: str, message: str) -> None:
    error = refused(BadInput, "BAD_USERNAME", accounts.add_user, name, "某人", PASSWORD, NOW)
    assert error.message == message
    assert error.remedy == "请换一个用户名，例如姓名拼音或工号。"


@pytest.mark.parametrize("name", ["王小明", "li.na@example", "工号-10023", "a" * 60, " padded "])
def test_good_user_names(name: str) -> None:
    assert accounts.add_user(name, "某人", PASSWORD, NOW).username == name.strip()


@pytest.mark.usefixtures("user")
@pytest.mark.parametrize("name", ["jingban", "JingBan", "ｊｉｎｇｂａｎ"])
def test_a_taken_name_in_any_spelling(name: str) -> None:
    error = refused(BadInput, "USERNAME_TAKEN", accounts.add_user, name, "某人", PASSWORD, NOW)
    assert error.message.endswith("已经有人使用（不分大小写）。")
    assert error.remedy == "请换一个用户名；如果就是同一个人，请直接授予角色或重设密码。"
    assert User.objects.count() == 1


@pytest.mark.parametrize("shown", ["", "  ", "二\n行", "长" * 101])
def test_bad_display_names(shown: str) -> None:
    error = refused(BadInput, "BAD_DISPLAY_NAME", accounts.add_user, "x1", shown, PASSWORD, NOW)
    assert error.message == "显示姓名应有 1 到 100 个字，不能有换行等看不见的字符。"
    assert error.remedy == "请填写姓名或岗位名称。"


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("short-1", "密码太短。"),
        ("password123", "这个密码太常见，很容易被猜到。"),
        ("83920174659", "密码不能全是数字。"),
        ("1234567890", "这个密码太常见，很容易被猜到。密码不能全是数字。"),
        ("my-Jingban-1", "密码里不能含有用户名。"),
        ("ab-" * 67, "密码太长。"),
    ],
)
def test_weak_passwords_with_all_defects_at_once(password: str, message: str) -> None:
    error = refused(BadInput, "WEAK_PASSWORD", accounts.add_user, "jingban", "某人", password, NOW)
    assert error.message == message
    assert error.remedy == "请设置 10 到 200 个字符的密码，不要用常见词、纯数字或用户名。"
    assert not User.objects.exists()


def test_only_work_may_write_users(user: User) -> None:
    with pytest.raises(IsolationBreach):
        write.forget_attempts(user.pk)


def test_a_grant_is_noted_once(node: None, user: User) -> None:
    grants.grant("jingban", "clerk", AREA, "console:root", NOW)
    grants.grant("jingban", "经办人员", AREA, "console:root", NOW)
    held = Grant.objects.get()
    assert (held.user_id, held.role, held.agency_id) == (user.pk, "clerk", AREA)
    assert (held.granted_by, held.ended_at) == ("console:root", None)
    assert acts(AREA) == [("user.grant", '{"role":"clerk","user":"jingban"}')]
    assert acts(OTHER) == []


def test_the_database_refuses_a_second_grant(node: None, user: User) -> None:
    grants.grant("jingban", "clerk", AREA, "console:root", NOW)
    with pytest.raises(IntegrityError), writing(), transaction.atomic():
        write.insert_grant(user.pk, "clerk", AREA, "console:root", NOW)


@pytest.mark.parametrize("role", ["citizen", "boss", "经办员", ""])
def test_roles_that_cannot_be_granted(node: None, user: User, role: str) -> None:
    error = refused(BadInput, "BAD_ROLE", grants.grant, "jingban", role, AREA, "root", NOW)
    assert error.message == f"没有“{role}”这个可以授予的角色。"
    assert error.remedy == (
        "可以授予：clerk（经办人员）、finance_preparer（财务经办）、"
        "finance_approver（财务复核）、supervisor（监督）、administrator（系统管理员）。"
    )


def test_a_grant_needs_a_user_and_a_hosted_agency(node: None, user: User) -> None:
    error = refused(NotFound, "USER_NOT_FOUND", grants.grant, "nobody", "clerk", AREA, "x", NOW)
    assert error.message == "没有用户“nobody”。"
    assert error.remedy == "请用 jiexu user list 查看现有用户，或用 jiexu user add 新建。"
    error = refused(
        NotFound, "AGENCY_NOT_FOUND", grants.grant, "jingban", "clerk", "110000", "x", NOW
    )
    assert error.message == "本节点没有承办110000的经办机构。"
    error = refused(
        NotFound, "AGENCY_NOT_FOUND", grants.grant, "jingban", "clerk", PARTNER, "x", NOW
    )
    assert error.message == f"{PARTNER}是伙伴机构，不由本节点承办，不能在这里授予角色。"
    assert error.remedy == "请用 jiexu agency list 查看本节点承办的机构。"


@pytest.mark.parametrize(
    ("role", "agency", "allowed"),
    [
        (Role.ADMINISTRATOR, AREA, True),
        (Role.ADMINISTRATOR, None, True),
        (Role.ADMINISTRATOR, OTHER, False),
        (Role.SUPERVISOR, AREA, False),
        (Role.CLERK, AREA, False),
    ],
)
def test_only_administrators_of_the_agency_grant(
    node: None, user: User, role: Role, agency: str | None, allowed: bool
) -> None:
    by = Actor(role=role, ref="somebody", agency=agency)
    if allowed:
        grants.grant("jingban", "clerk", AREA, by, NOW)
        grants.end_grant("jingban", "clerk", AREA, by, NOW)
        return
    for act in (grants.grant, grants.end_grant):
        error = refused(NotAllowed, "NOT_ALLOWED", act, "jingban", "clerk", AREA, by, NOW)
        assert error.message == "只有本机构的系统管理员可以授予或取消角色。"
        assert error.remedy == "请联系本机构的系统管理员办理。"
    assert not Grant.objects.exists()


def test_an_ended_grant_stays_on_file_and_can_be_given_again(node: None, user: User) -> None:
    grants.grant("jingban", "clerk", AREA, SYSTEM, NOW)
    grants.end_grant("jingban", "clerk", AREA, SYSTEM, NOW + timedelta(hours=1))
    grants.grant("jingban", "clerk", AREA, SYSTEM, NOW + timedelta(hours=2))
    ends = Grant.objects.order_by("pk").values_list("ended_at", flat=True)
    assert list(ends) == [NOW + timedelta(hours=1), None]
    assert [action for action, _ in acts(AREA)] == ["user.grant", "user.grant_ended", "user.grant"]


def test_ending_what_is_not_held(node: None, user: User) -> None:
    error = refused(
        NotFound, "GRANT_NOT_FOUND", grants.end_grant, "jingban", "clerk", AREA, "root", NOW
    )
    assert error.message == f"jingban在{AREA}没有“经办人员”角色。"
    assert error.remedy == "请用 jiexu user list 查看现有的角色。"


def test_the_last_administrator_stays(node: None, user: User) -> None:
    grants.grant("jingban", "administrator", AREA, "root", NOW)
    end = (grants.end_grant, "jingban", "administrator", AREA, "root", NOW)
    error = refused(Conflict, "LAST_ADMINISTRATOR", *end)
    assert error.message == f"jingban是{AREA}最后一个系统管理员，不能取消。"
    assert error.remedy == "请先给另一个用户授予系统管理员角色。"
    accounts.add_user("second", "第二人", PASSWORD, NOW)
    grants.grant("second", "administrator", AREA, "root", NOW)
    grants.end_grant("jingban", "administrator", AREA, "root", NOW)
    assert [line.roles for line in accounts.list_users(AREA)] == [(("administrator", AREA),)]


def test_lists_name_users_with_what_they_are(node: None, user: User) -> None:
    accounts.add_user("ruolan", "沈若岚", PASSWORD, NOW, certno=CERTNO)
    grants.grant("jingban", "clerk", OTHER, "root", NOW)
    grants.grant("jingban", "clerk", AREA, "root", NOW)
    assert [(one.username, one.citizen, one.roles) for one in accounts.list_users()] == [
        ("jingban", False, (("clerk", OTHER), ("clerk", AREA))),
        ("ruolan", True, ()),
    ]
    assert [one.username for one in accounts.list_users(AREA)] == ["jingban"]
    assert accounts.list_users(PARTNER) == []


def wrong(times: int, at: datetime = NOW, name: str = "jingban") -> list[signing_in.SignIn]:
    return [signing_in.sign_in(name, f"wrong-{n}", OUTSIDE, at) for n in range(times)]


def test_sign_in(user: User) -> None:
    answer = signing_in.sign_in("jingban", PASSWORD, OUTSIDE, NOW)
    assert (answer.ok, answer.user, answer.text) == (True, user, "")


def test_every_refusal_is_alike_and_costs_one_hash(user: User) -> None:
    CountingHasher.hashed = 0
    answers = [
        signing_in.sign_in("jingban", "wrong", OUTSIDE, NOW),
        signing_in.sign_in("nobody", PASSWORD, OUTSIDE, NOW),
        signing_in.sign_in("JINGBAN", PASSWORD, OUTSIDE, NOW),
        signing_in.sign_in("n" * 5000, PASSWORD, OUTSIDE, NOW),
        signing_in.sign_in("", "", OUTSIDE, NOW),
    ]
    assert CountingHasher.hashed == len(answers)
    assert set(answers) == {signing_in.REFUSED}
    assert signing_in.REFUSED.code == "SIGN_IN_REFUSED"
    assert signing_in.REFUSED.text == "用户名或密码不对，或者因连续输错已暂停登录。"
    assert signing_in.REFUSED.remedy == (
        "请核对后重新输入。同一用户名连续输错 5 次，会暂停登录 15 分钟；"
        "忘记密码的，请联系经办机构的系统管理员重设。"
    )


def test_a_closed_account_answers_like_an_unknown_one(user: User) -> None:
    wrong(5)
    CountingHasher.hashed = 0
    assert signing_in.sign_in("jingban", PASSWORD, OUTSIDE, NOW) == signing_in.REFUSED
    assert CountingHasher.hashed == 1


def test_the_fifth_wrong_password_closes_for_15_minutes(user: User) -> None:
    wrong(4)
    assert accounts.list_users()[0].locked_until is None
    wrong(1)
    until = NOW + timedelta(minutes=15)
    assert accounts.list_users()[0].locked_until == until
    before = until - timedelta(microseconds=1)
    assert not signing_in.sign_in("jingban", PASSWORD, OUTSIDE, before).ok
    assert accounts.list_users()[0].locked_until == until  # trying does not close it for longer
    assert signing_in.sign_in("jingban", PASSWORD, OUTSIDE, until).ok


def test_after_the_pause_it_takes_five_again(user: User) -> None:
    wrong(5)
    later = NOW + timedelta(minutes=15)
    wrong(4, later)
    assert signing_in.sign_in("jingban", PASSWORD, OUTSIDE, later).ok


def test_the_right_password_forgets_the_wrong_ones(user: User) -> None:
    for _ in range(3):
        wrong(4)
        assert signing_in.sign_in("jingban", PASSWORD, OUTSIDE, NOW).ok
    user.refresh_from_db()
    assert (user.failed_attempts, user.locked_until) == (0, None)


def test_the_right_password_as_fifth_attempt_opens(user: User) -> None:
    wrong(4)
    answer = signing_in.sign_in("jingban", PASSWORD, OUTSIDE, NOW)
    assert (answer.ok, answer.user.failed_attempts, answer.user.locked_until) == (True, 0, None)


def test_a_user_who_was_switched_off(user: User) -> None:
    with writing():
        User.objects.filter(pk=user.pk).update(is_active=False)
    assert signing_in.sign_in("jingban", PASSWORD, OUTSIDE, NOW) == signing_in.REFUSED


def test_endless_passwords_are_not_hashed_whole() -> None:
    whole = "x" * passwords.MAX_PASSWORD
    with writing():
        write.insert_user(
            username="long",
            display_name="某人",
            password_hash=make_password(whole),
            certno_index=None,
            now=NOW,
        )
    assert signing_in.sign_in("long", whole, OUTSIDE, NOW).ok
    assert signing_in.sign_in("long", f"{whole}y", OUTSIDE, NOW) == signing_in.REFUSED


def test_an_address_is_closed_whoever_it_tries(user: User) -> None:
    for n in range(signing_in.ATTEMPTS_PER_ADDRESS):
        assert signing_in.sign_in(f"name-{n}", "guess", OUTSIDE, NOW) == signing_in.REFUSED
    closed = signing_in.sign_in("jingban", PASSWORD, OUTSIDE, NOW)
    assert closed == signing_in.CLOSED_ADDRESS
    assert closed.code == "TOO_MANY_ATTEMPTS"
    assert closed.text == "您所在的网络 15 分钟内登录失败的次数过多，已暂停登录。"
    assert closed.remedy == "请 15 分钟后再试；多人共用网络的，请联系经办机构的系统管理员。"
    assert signing_in.sign_in("jingban", PASSWORD, "203.0.113.10", NOW).ok
    assert signing_in.sign_in("jingban", PASSWORD, OUTSIDE, NOW + signing_in.PAUSE).ok


def test_the_window_of_an_address_slides(user: User) -> None:
    half = signing_in.ATTEMPTS_PER_ADDRESS // 2
    for n in range(half):
        signing_in.sign_in(f"name-{n}", "guess", OUTSIDE, NOW)
    middle = NOW + timedelta(minutes=10)
    for n in range(half):
        signing_in.sign_in(f"name-{n}", "guess", OUTSIDE, middle)
    assert signing_in.sign_in("jingban", PASSWORD, OUTSIDE, middle) == signing_in.CLOSED_ADDRESS
    assert signing_in.sign_in("jingban", PASSWORD, OUTSIDE, NOW + signing_in.PAUSE).ok


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", ""])
def test_addresses_behind_a_proxy_are_not_counted(user: User, address: str) -> None:
    for n in range(signing_in.ATTEMPTS_PER_ADDRESS + 1):
        signing_in.sign_in(f"name-{n}", "guess", address, NOW)
    assert signing_in.sign_in("jingban", PASSWORD, address, NOW).ok


def test_the_memory_of_addresses_is_bounded() -> None:
    addresses = Attempts(5, signing_in.PAUSE, names=100)
    for n in range(105):
        addresses.failed(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", NOW)
    assert len(addresses._failures) == 100


def test_a_new_password_opens_a_closed_account_and_is_noted(node: None, user: User) -> None:
    grants.grant("jingban", "clerk", AREA, "root", NOW)
    grants.grant("jingban", "supervisor", AREA, "root", NOW)
    wrong(5)
    accounts.set_password("jingban", "another-horse-42", "root", NOW)
    assert not signing_in.sign_in("jingban", PASSWORD, OUTSIDE, NOW).ok
    assert signing_in.sign_in("jingban", "another-horse-42", OUTSIDE, NOW).ok
    assert acts(AREA)[2:] == [("user.password", '{"user":"jingban"}')]
    assert acts(OTHER) == []


def test_a_new_password_is_checked_and_needs_a_user(user: User) -> None:
    refused(BadInput, "WEAK_PASSWORD", accounts.set_password, "jingban", "short", "root", NOW)
    refused(NotFound, "USER_NOT_FOUND", accounts.set_password, "nobody", PASSWORD, "root", NOW)
    assert signing_in.sign_in("jingban", PASSWORD, OUTSIDE, NOW).ok


def test_signing_in_renews_an_outdated_hash(user: User, settings: Any) -> None:
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        f"{__name__}.CountingHasher",
    ]
    assert signing_in.sign_in("jingban", PASSWORD, OUTSIDE, NOW).ok
    user.refresh_from_db()
    assert user.password.startswith("md5$")
    assert signing_in.sign_in("jingban", PASSWORD, OUTSIDE, NOW).ok
