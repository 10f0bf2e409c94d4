"""The proofs, the doctor and the batch runs as an operator types them; the watch of a monitor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from tests.support.proof_node import Node, empty_database, sql

pytestmark = pytest.mark.xdist_group("proofs")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with empty_database("proofs") as url:
        node = Node(tmp_path_factory.mktemp("node") / "home", url)
        node.found()
        yield node


@contextmanager
def changed(node: Node, table: str, column: str, value: str, where: str) -> Iterator[int]:
    """One column changed behind the laws, and put back afterwards; yields the row's id."""
    with sql(node, lawless=True) as forger:
        found = forger.execute(f"SELECT id, {column} FROM {table} WHERE {where} ORDER BY id")
        row_id, before = found.fetchone()
        forger.execute(f"UPDATE {table} SET {column} = '{value}' WHERE id = {row_id}")
    try:
        yield row_id
    finally:
        with sql(node, lawless=True) as healer:
            healer.execute(f"UPDATE {table} SET {column} = '{before}' WHERE id = {row_id}")


def test_an_honest_node_passes_both_proofs(node: Node) -> None:
    done = node.jiexu("audit", "verify", "--agency", "450200")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("核对通过：审计记录、案件、文书、报文、签章和日摘要（")
    done = node.jiexu("ledger", "verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "核对通过：每一笔记账、每个账户的余额和占用、借贷两方全部一致。\n"
    code, answer = node.answer("audit", "verify", "--json")
    assert (code, answer["ok"], answer["breaks"]) == (0, True, [])
    assert answer["rows"]["procedures_case"] == 4


def test_the_proof_waits_for_nobody_and_sees_one_moment(node: Node) -> None:
    """Somebody is in the middle of a transaction that would break the proof if it were seen."""
    with sql(node) as working:
        working.execute("UPDATE procedures_case SET version = version + 1")
        done = node.jiexu("audit", "verify")
        working.rollback()
    assert done.returncode == 0, done.stdout


def test_a_broken_chain_exits_1_and_names_the_place(node: Node) -> None:
    with changed(node, "audit_entry", "actor_ref", "somebody", "seq = 2") as row_id:
        done = node.jiexu("audit", "verify")
        code, answer = node.answer("audit", "verify", "--json")
    assert (done.returncode, code) == (1, 1)
    first = done.stdout.splitlines()[0]
    assert f"audit_entry 第 {row_id} 行 case:" in first
    assert first.endswith("：第 2 条的内容与摘要不符：本条被改动过。")
    assert "核对不通过：审计记录、案件、文书、报文、签章和日摘要有 1 处对不上。" in done.stdout
    assert "怎么办：请保留现场" in done.stdout
    (found,) = answer["breaks"]
    assert (answer["ok"], found["table"], found["row_id"]) == (False, "audit_entry", row_id)
    assert found["stream"] in first


def test_broken_books_exit_1_and_name_the_place(node: Node) -> None:
    with changed(node, "ledger_transfer", "case_no", "ZY0", "case_no <> ''") as row_id:
        done = node.jiexu("ledger", "verify")
        code, answer = node.answer("ledger", "verify", "--json")
    assert (done.returncode, code, answer["ok"]) == (1, 1, False)
    assert f"断点：450200 ledger_transfer 第 {row_id} 行：" in done.stdout
    assert "怎么办：请停止付款" in done.stdout
    assert row_id in [found["row_id"] for found in answer["breaks"]]


@pytest.mark.parametrize("command", ["audit", "ledger"])
def test_an_agency_that_is_not_here_is_not_proved(node: Node, command: str) -> None:
    done = node.jiexu(command, "verify", "--agency", "110100")
    assert (done.returncode, done.stdout) == (1, "")
    assert "错误：本节点没有机构 110100。\n怎么办：请用 jiexu agency list" in done.stderr


def test_days_are_closed_by_hand_and_the_doctor_is_content(node: Node) -> None:
    """The story is days old: the doctor misses the digests until they are made."""
    old = datetime(2026, 11, 16, tzinfo=UTC)
    assert datetime.now(UTC) - old > timedelta(days=4)  # noqa: TID251  (the node's own clock)
    code, answer = node.answer("doctor", "--json")
    wrong = [finding for finding in answer["findings"] if finding["level"] == "wrong"]
    assert (code, answer["ok"]) == (1, False)
    assert {finding["name"] for finding in wrong} == {"日结"}
    assert "没有日结。" in wrong[0]["text"] and "jiexu run day-digest" in wrong[0]["remedy"]
    done = node.jiexu("run", "day-digest")
    assert done.returncode == 0 and done.stdout.startswith("日结了 ")
    done = node.jiexu("run", "day-digest")
    assert done.stdout == "没有要日结的：已结束的日子都结过了。\n"
    done = node.jiexu("doctor")
    assert done.returncode == 0, done.stdout
    assert "[正常] SM2 签名：" in done.stdout
    assert "JIEXU_DATABASE_URL" in done.stdout and "0 项有问题" in done.stdout
    assert node.jiexu("audit", "verify").returncode == 0


def test_a_month_is_proved(node: Node) -> None:
    done = node.jiexu("run", "month-end", "--month", "2026-11")
    assert done.returncode == 0, done.stdout
    assert "450200 " in done.stdout and "银行对账单：还没有导入过。" in done.stdout
    assert "月末核对通过：2 个机构 2026-11 的账面、银行对账单和财政凭证一致。" in done.stdout
    code, answer = node.answer("run", "month-end", "--month", "2026-11", "--json")
    assert (code, answer["ok"], len(answer["agencies"])) == (0, True, 2)
    done = node.jiexu("run", "month-end", "--month", "2026-13")
    assert (done.returncode, done.stdout) == (1, "")
    assert "错误：" in done.stderr and "怎么办：" in done.stderr
    assert node.jiexu("run", "month-end", "--agency", "110100").returncode == 1


def test_how_an_agency_pays_is_set(node: Node) -> None:
    done = node.jiexu("agency", "set", "450200", "--bank-format", "xlsx")
    assert (done.returncode, done.stdout) == (0, "已设定 450200 的付款方式。\n")
    done = node.jiexu("agency", "set", "450200", "--bank-format", "mt940")
    assert done.returncode == 1
    assert "可用的格式：csv、iso20022、xlsx。" in done.stderr
    assert node.jiexu("agency", "set", "450200").returncode == 1
    done = node.jiexu("agency", "set", "450200", "--needs-appropriation", "yes")
    assert done.returncode == 0
    with sql(node) as connection:
        found = connection.execute(
            "SELECT bank_format, needs_appropriation FROM registry_agency WHERE area = '450200'"
        )
        assert [bool(value) for value in found.fetchone()] == [True, True]
    done = node.jiexu("agency", "set", "450200", "--needs-appropriation", "no")
    assert done.returncode == 0
    assert node.jiexu("audit", "verify").returncode == 0


def test_an_unknown_run_lists_the_known_ones(node: Node) -> None:
    done = node.jiexu("run", "everything")
    assert done.returncode == 1
    assert "错误：没有“everything”这个批处理。\n怎么办：可用的有：day-digest（" in done.stderr


def test_the_doctor_without_a_node_says_how_to_make_one(node: Node) -> None:
    done = Node(node.home / "nothing-here").jiexu("doctor")
    assert done.returncode == 1
    assert "错误：这里还没有节点" in done.stderr and "jiexu init" in done.stderr


_ASK = """
import sys
import django
django.setup()
from django.conf import settings
settings.ROOT_URLCONF = "jiexu.faces.health.urls"
from django.test import Client
for path in ("/healthz", "/readyz"):
    answer = Client(SERVER_NAME="localhost").get(path)
    print(answer.status_code, answer.content.decode())
"""


def test_a_node_whose_database_is_away_is_alive_and_not_ready(node: Node) -> None:
    (node.home / "static").mkdir()
    away = Node(node.home, "postgres://watcher:secret-word@127.0.0.1:1/none")
    done = away.python("-c", _ASK)
    alive, ready = done.stdout.splitlines()
    assert alive == "200 ok"
    assert ready.startswith("503 ")
    assert '"name": "数据库", "text": "数据库没有应答，没有查成。"' in ready
    assert "secret-word" not in done.stdout + done.stderr
    done = away.jiexu("doctor")
    assert done.returncode == 1
    assert "[问题] 数据库：数据库没有应答" in done.stdout
    assert "postgres://watcher:***@127.0.0.1:1/none" in done.stdout
    assert "secret-word" not in done.stdout + done.stderr
