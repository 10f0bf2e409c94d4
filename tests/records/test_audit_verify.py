"""Somebody changes a row behind the laws: the proof fails and names the row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from tests.support.proof_story import (
    NEW,
    OLD,
    POOR,
    RICH,
    Story,
    behind_the_laws,
    one,
    told,
    undone,
)

from jiexu.core.exchange.canonical import canonical
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.records.access.sealing import vault
from jiexu.records.audit.chain import START
from jiexu.records.audit.models import Entry
from jiexu.records.audit.verify import breaks
from jiexu.records.audit.verify import verify as verify_audit
from jiexu.records.documents.models import Issued
from jiexu.records.exchange.models import Incoming, Outgoing
from jiexu.records.procedures.models import Case, Command
from jiexu.work.proofs import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Iterator[Story]:
    """What a test leaves behind need not obey any law: it is undone."""
    with undone(), told() as story:
        yield story


def change(table: str, column: str, value: Any, where: str, *values: Any) -> int:
    """Change one column of the first matching row behind the laws; its id."""
    row_id = one(f"SELECT id FROM {table} WHERE {where} ORDER BY id LIMIT 1", *values)
    before = one(f"SELECT {column} FROM {table} WHERE id = %s", row_id)
    assert before != value, "a change that changes nothing proves nothing"
    with behind_the_laws() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, row_id])
    return int(row_id)


def remove(table: str, where: str, *values: Any) -> int:
    row_id = one(f"SELECT id FROM {table} WHERE {where} ORDER BY id LIMIT 1", *values)
    with behind_the_laws() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [row_id])
    return int(row_id)


def texts() -> str:
    return "\n".join(str(found) for found in verify())


def test_an_honest_node_has_no_breaks(story: Story) -> None:
    assert verify() == []
    assert verify(OLD) == []
    assert verify(NEW) == []
    assert Entry.objects.across_node().count() == 16


def test_an_agency_without_rows_has_no_breaks(story: Story) -> None:
    assert verify("110100") == []


def test_progress_counts_every_row(story: Story) -> None:
    heard: Counter[str] = Counter()
    assert list(breaks(None, lambda table, rows: heard.update({table: rows}))) == []
    for model in (Entry, Case, Issued, Outgoing, Incoming, Command):
        assert heard[model._meta.db_table] == model.objects.across_node().count() > 0


LATER = "2027-01-01 00:00:00+00:00"
NOTHING = b"\x01\x01" + bytes(40)
ZEROS = "0" * 64

COLUMNS: dict[str, list[tuple[str, Any]]] = {
    "audit_entry": [
        ("stream", "case:out:ZY0"),
        ("seq", 77),
        ("at", LATER),
        ("actor_role", "clerk"),
        ("actor_ref", "somebody"),
        ("action", "transfer.other"),
        ("content", "{}"),
        ("previous", "f" * 64),
        ("digest", ZEROS),
        ("agency", NEW),
    ],
    "procedures_case": [
        ("agency", NEW),
        ("case_no", "ZY441900261116000000000"),
        ("procedure", "refund"),
        ("half", "in"),
        ("counterpart", "110100"),
        ("insutype", "390"),
        ("state", "refused"),
        ("record_leg", "accepted"),
        ("fund_leg", "paid"),
        ("version", 3),
        ("amount_fen", 1),
        ("doubts", "NAME_DIFFERS"),
        ("facts_sealed", NOTHING),
        ("facts_digest", ZEROS),
        ("opened_at", LATER),
        ("completed_at", LATER),
        ("chain_head", ZEROS),
    ],
    "procedures_command": [
        ("agency", NEW),
        ("result", "{}"),
        ("result", "damaged"),
        ("recorded_at", LATER),
    ],
    "documents_issued": [
        ("agency", NEW),
        ("number", "XX0"),
        ("kind", "certificate"),
        ("case_no", "ZY0"),
        ("content_sealed", NOTHING),
        ("digest", ZEROS),
        ("issued_at", LATER),
    ],
    "documents_seal": [
        ("agency", NEW),
        ("document_id", 0),
        ("key_id", ZEROS),
        ("root", ZEROS),
        ("root", "not hexadecimal"),
        ("leaf_index", 1),
        ("leaf_count", 3),
        ("path", "[]"),
        ("path", "damaged"),
        ("signature", "00" * 64),
        ("sealed_at", LATER),
    ],
    "exchange_outgoing": [
        ("agency", NEW),
        ("message_id", "other"),
        ("counterpart", "110100"),
        ("kind", "receipt"),
        ("case_no", "ZY0"),
        ("body_sealed", NOTHING),
        ("digest", ZEROS),
        ("envelope_id", None),
        ("created_at", LATER),
    ],
    "exchange_incoming": [
        ("agency", NEW),
        ("message_id", "other"),
        ("counterpart", "110100"),
        ("kind", "receipt"),
        ("case_no", "ZY0"),
        ("body_sealed", NOTHING),
        ("digest", ZEROS),
        ("envelope_id", 0),
        ("received_at", LATER),
    ],
    "exchange_envelope": [
        ("agency", NEW),
        ("direction", "xx"),
        ("counterpart", "110100"),
        ("seq", 9),
        ("digest", ZEROS),
        ("data_sealed", NOTHING),
        ("recorded_at", LATER),
    ],
}


@pytest.mark.parametrize("table", COLUMNS)
def test_any_changed_column_is_found_and_its_row_named(story: Story, table: str) -> None:
    where = "direction = 'out'" if table == "exchange_envelope" else "id > 0"
    unseen = []
    for column, value in COLUMNS[table]:
        with undone():
            row_id = change(table, column, value, f"agency = %s AND {where}", OLD)
            found = verify()
        named = [one for one in found if (one.table, one.row_id) == (table, row_id)]
        if not named:
            unseen.append((column, value, [str(one) for one in found]))
        assert all(one.text.endswith("。") and one.agency in {OLD, NEW} for one in found)
    assert unseen == []
    assert verify() == []


REMOVED = [
    ("audit_entry", "seq = 1", "缺少记录"),
    ("audit_entry", "seq = 2", "缺少记录"),
    ("audit_entry", "seq = 4", "末尾的记录被删除"),
    ("procedures_case", "half = 'out'", "没有对应的案件"),
    ("procedures_command", "id > 0", "有命令被删除或伪造"),
    ("documents_issued", "id > 0", "文书不见了"),
    ("documents_seal", "id > 0", "电子签章却不见了"),
    ("exchange_outgoing", "kind = 'transfer_request'", "报文不见了"),
    ("exchange_outgoing", "kind = 'information_form'", "报文不见了"),
    ("exchange_incoming", "id > 0", "在表里不见了"),
    ("exchange_envelope", "direction = 'out' AND seq = 1", "发出的信封缺号"),
    ("exchange_envelope", "direction = 'in'", "没有装它的信封"),
]


def test_any_removed_row_is_missed(story: Story) -> None:
    for table, where, words in REMOVED:
        with undone():
            remove(table, where)
            assert words in texts(), (table, where)


def test_a_removed_last_entry_is_missed_by_the_case(story: Story) -> None:
    stream = f"case:out:{story.case_nos[RICH]}"
    remove("audit_entry", "agency = %s AND stream = %s AND seq = 4", OLD, stream)
    found = next(found for found in verify(OLD) if found.table == "procedures_case")
    assert found.stream == stream
    assert found.text == ("案件已到第 4 步，审计记录只到第 3 条：末尾的记录被删除，或案件被改动。")
    assert verify(NEW) == []


def test_a_case_without_any_entry(story: Story) -> None:
    stream = f"case:out:{story.case_nos[RICH]}"
    with behind_the_laws() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE stream = %s", [stream])
    assert "案件没有任何审计记录。" in [found.text for found in verify(OLD)]


def test_two_swapped_entries(story: Story) -> None:
    stream = f"case:out:{story.case_nos[RICH]}"
    with behind_the_laws() as cursor:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            cursor.execute(
                "UPDATE audit_entry SET seq = %s WHERE stream = %s AND seq = %s",
                [new, stream, old],
            )
    words = [found.text for found in verify_audit(OLD) if found.table == "audit_entry"]
    assert "第 2 条与前一条的摘要接不上：前一条或本条被改动过。" in words
    assert "第 2 条的内容与摘要不符：本条被改动过。" in words
    assert "第 3 条的内容与摘要不符：本条被改动过。" in words


def test_a_rewritten_entry_is_found_by_the_next(story: Story) -> None:
    """Content and digest together, in the middle: the next entry no longer joins."""
    stream = f"case:out:{story.case_nos[RICH]}"
    rewrite(stream, 2, lambda entry: setattr(entry, "actor_ref", "somebody else"))
    found = [one for one in verify_audit(OLD) if one.table == "audit_entry"]
    assert [one.text for one in found] == ["第 3 条与前一条的摘要接不上：前一条或本条被改动过。"]
    assert found[0].row_id == one_id(stream, 3)


def test_the_last_entry_with_its_digest_is_found_by_the_case(story: Story) -> None:
    stream = f"case:out:{story.case_nos[RICH]}"
    rewrite(stream, 4, lambda entry: setattr(entry, "actor_ref", "somebody else"))
    found = verify(OLD)
    assert [one.table for one in found] == ["procedures_case"]
    assert "链头摘要" in found[0].text


def test_a_paper_and_its_digest_changed_together(story: Story) -> None:
    """Whoever has the vault's key still has the chain and the seal against him."""
    case_no = story.case_nos[RICH]
    row_id = one(
        "SELECT id FROM documents_issued WHERE kind = 'information_form' AND case_no = %s", case_no
    )
    content = canonical({"case_no": case_no, "acct_trafout_amt": "999999.00"}).decode()
    with behind_the_laws() as cursor:
        cursor.execute(
            "UPDATE documents_issued SET content_sealed = %s, digest = %s WHERE id = %s",
            [
                vault().seal(content, context="document.content"),
                sm3_hex(content.encode()),
                row_id,
            ],
        )
    found = {(one.table, one.row_id): one.text for one in verify(OLD)}
    assert "审计记录中没有出具过这份文书" in found["documents_issued", row_id]
    seal_id = one("SELECT id FROM documents_seal WHERE document_id = %s", row_id)
    assert "不能证明它盖的是这份文书" in found["documents_seal", seal_id]


def test_two_cases_cannot_exchange_their_sealed_facts(story: Story) -> None:
    """Both open; what is inside says whose it is."""
    query = "SELECT facts_sealed FROM procedures_case WHERE agency = %s AND case_no = %s"
    theirs = one(query, NEW, story.case_nos[POOR])
    mine = story.case_nos[RICH]
    row_id = change(
        "procedures_case", "facts_sealed", theirs, "agency = %s AND case_no = %s", NEW, mine
    )
    found = [one for one in verify(NEW) if one.row_id == row_id]
    assert [one.text for one in found] == [
        "案件的加密资料与最后一条审计记录不同。",
        "案件的加密资料是另一个案件的，或对方机构被改动。",
    ]


def test_a_row_too_damaged_to_be_read_does_not_hide_the_rest(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    if connection.vendor == "sqlite":
        change("audit_entry", "at", "2026-99-99 00:00:00", "agency = %s", OLD)
    else:
        change("audit_entry", "at", "infinity", "agency = %s", OLD)
    command_id = change("procedures_command", "result", "{}", "agency = %s", NEW)
    found = verify()
    assert any("损坏到无法读取" in one.text for one in found)
    assert any(one.row_id == command_id for one in found if one.agency == NEW) or any(
        one.table == "commands" for one in found
    )
    assert "proof chains stopped" in caplog.text


def test_the_doubt_of_a_stopped_queue_is_no_break(story: Story) -> None:
    change("procedures_case", "doubts", "AUTO_REFUSED", "agency = %s", OLD)
    assert verify() == []


def test_an_invented_stream_is_named(story: Story) -> None:
    with behind_the_laws() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (agency, stream, seq, at, actor_role, actor_ref, action,"
            " content, previous, digest) VALUES (%s, 'note', 1, %s, 'system', 'auto', 'x',"
            " '{}', %s, %s)",
            [OLD, LATER, START, ZEROS],
        )
    assert "不认识的记录链名称，不属于任何案件或机构。" in texts()


def test_the_words_of_a_break_name_the_place(story: Story) -> None:
    stream = f"case:in:{story.case_nos[POOR]}"
    row_id = change("audit_entry", "digest", ZEROS, "stream = %s AND seq = 4", stream)
    found = next(found for found in verify() if found.table == "audit_entry")
    assert str(found) == (
        f"{NEW} audit_entry 第 {row_id} 行 {stream}：第 4 条的内容与摘要不符：本条被改动过。"
    )


def one_id(stream: str, seq: int) -> int:
    return int(one("SELECT id FROM audit_entry WHERE stream = %s AND seq = %s", stream, seq))


def rewrite(stream: str, seq: int, edit: Callable[[Entry], None]) -> None:
    """Change an entry and compute its digest anew, as a careful forger would."""
    from jiexu.records.audit.chain import link

    entry = Entry.objects.across_node().get(stream=stream, seq=seq)
    edit(entry)
    names = ("stream", "seq", "at", "actor_role", "actor_ref", "action", "content", "previous")
    fields = {name: getattr(entry, name) for name in names}
    digest = link(agency=entry.agency_id, **fields)
    with behind_the_laws() as cursor:
        cursor.execute(
            "UPDATE audit_entry SET actor_ref = %s, action = %s, content = %s, digest = %s"
            " WHERE id = %s",
            [entry.actor_ref, entry.action, entry.content, digest, entry.pk],
        )
