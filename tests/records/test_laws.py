"""Each law of the database, broken on purpose by raw SQL: refused, and named."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from ledger_books import DAY, HERE, NOW, THERE, execute, open_agencies, record, refused

from jiexu.core.base.money import MAX_FEN
from jiexu.core.ledger import postings as p
from jiexu.core.ledger.balances import MAX_TOTAL_FEN
from jiexu.records import laws
from jiexu.records.isolation import writing
from jiexu.records.ledger.models import Account, Transfer

pytestmark = pytest.mark.django_db
POSTGRES = "postgresql"

APPEND_ONLY = (
    *(
        "ledger_transfer",
        "audit_entry",
        "audit_daydigest",
        "documents_issued",
        "documents_seal",
        "documents_attachment",
    ),
    *("exchange_envelope", "access_readentry", "procedures_command", "settlement_statementfile"),
    "settlement_statementspan",
    *("registry_lifeevent", "registry_formeridentity"),
)
KEPT = (
    *("ledger_account", "exchange_incoming", "settlement_batch", "settlement_order"),
    *("exchange_errand", "exchange_partnerlist", "exchange_partnerlistrow"),
    *("settlement_clearing", "settlement_clearingitem"),
    *("employers_employer", "employers_roster", "employers_rosterrow"),
)
TAKES = {"net_fen": 0, "side": "owe"}
"""What a column with a rule of its own takes."""
FROZEN = {
    "exchange_incoming": (
        *("agency", "envelope_id", "message_id", "counterpart", "kind", "case_no"),
        *("body_sealed", "digest", "received_at"),
    ),
    "exchange_errand": (
        *("agency", "item_key", "outgoing_id", "partner", "counterpart", "kind"),
        *("case_no", "half", "created_at"),
    ),
    "exchange_partnerlist": (
        *("agency", "kind", "name", "digest", "data_sealed", "taken_by", "taken_at"),
    ),
    "exchange_partnerlistrow": ("agency", "file_id", "number"),
    "employers_roster": (*("agency", "uscc", "kind", "key", "sent_by", "sent_at", "total"),),
    "employers_rosterrow": ("agency", "roster_id", "number", "said_sealed"),
    "settlement_order": (
        *("agency", "kind", "case_no", "reference", "amount_fen"),
        *("payee_area", "payee_name", "payee_bank", "payee_account_sealed"),
    ),
    "settlement_clearing": (
        *("agency", "number", "counterpart", "until", "owe_fen", "claim_fen", "net_fen"),
    ),
    "settlement_clearingitem": (
        *("agency", "case_no", "part", "counterpart", "side", "amount_fen", "arose_on"),
    ),
    "settlement_batch": ("number", "prepared_by", "approved_by", "count", "total_fen"),
}


def model_of(table: str) -> type[models.Model]:
    return next(model for model in apps.get_models() if model._meta.db_table == table)


def value_for(field: models.Field[Any, Any]) -> Any:
    """Something the column takes, different per column."""
    if field.name in TAKES:
        return TAKES[field.name]
    if isinstance(field, models.ForeignKey) and field.name in {"line", "clearing"}:
        return None
    if isinstance(field, models.ForeignKey):
        if field.related_model is model_of("registry_agency"):
            return HERE
        return row_in(field.related_model._meta.db_table)
    match field.get_internal_type():
        case "CharField" | "TextField":
            return field.name[: field.max_length]
        case "DateTimeField":
            return NOW
        case "DateField":
            return DAY
        case "BinaryField":
            return field.name.encode()
        case "BooleanField":
            return False
    return 1


def row_in(table: str) -> int:
    """A row in the table, and in every table it needs; its id."""
    if table.startswith("ledger_"):
        record(p.received("L1", 10))
        return execute(f"SELECT max(id) FROM {table}")[0][0]
    model = model_of(table)
    values = {
        field.attname: value_for(field)
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.has_default()
    }
    if table == "exchange_errand":
        values["state"] = "open"
    if table == "employers_employer":
        values["status"] = "open"
    with writing():
        return model._default_manager.bulk_create([model(**values)])[0].pk


@pytest.fixture(autouse=True)
def _agencies(db: None) -> None:
    open_agencies()


def test_every_law_is_in_force() -> None:
    assert laws.missing(connection) == ()
    assert {law.table for law in laws.expected()} == {*APPEND_ONLY, *KEPT}


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_a_row_that_is_written_once_is_not_changed(table: str) -> None:
    row = row_in(table)
    for field in model_of(table)._meta.concrete_fields:
        with refused(f"{table}_never_changed"):
            execute(f'UPDATE {table} SET "{field.column}" = "{field.column}" WHERE id = %s', row)


@pytest.mark.parametrize("table", [*APPEND_ONLY, *KEPT])
def test_a_row_is_not_deleted(table: str) -> None:
    row = row_in(table)
    with refused(f"{table}_never_deleted"):
        execute(f"DELETE FROM {table} WHERE id = %s", row)
    with refused(f"{table}_never_deleted"):
        execute(f"DELETE FROM {table}")
    if connection.vendor == POSTGRES:
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        with refused(f"{table}_never_deleted"):
            execute(f"TRUNCATE {table} CASCADE")


def other(field: models.Field[Any, Any]) -> Any:
    if isinstance(field, models.ForeignKey):
        return THERE if field.column == "agency" else 987654
    match field.get_internal_type():
        case "DateTimeField":
            return connection.ops.adapt_datetimefield_value(NOW.replace(year=2027))
        case "DateField":
            return connection.ops.adapt_datefield_value(DAY.replace(year=2027))
        case "BinaryField":
            return b"other"
        case "CharField" | "TextField":
            return "other"[: field.max_length]
    return 2


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, names in FROZEN.items() for column in names]
)
def test_a_frozen_column_keeps_its_value(table: str, column: str) -> None:
    row = row_in(table)
    field = next(f for f in model_of(table)._meta.concrete_fields if f.column == column)
    with refused(f"{table}_frozen"):
        execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", other(field), row)
    execute(f"UPDATE {table} SET {column} = {column} WHERE id = %s", row)


def test_the_handling_of_a_message_received_may_change() -> None:
    row = row_in("exchange_incoming")
    execute(
        "UPDATE exchange_incoming SET state = 'dead', attempts = 9, last_error = 'e', due_at = %s,"
        " lease_until = %s, applied_at = %s WHERE id = %s",
        *[connection.ops.adapt_datetimefield_value(NOW)] * 3,
        row,
    )


def test_a_batch_may_be_prepared_anew_until_it_is_approved() -> None:
    row = row_in("settlement_batch")
    with laws.suspended(connection):
        execute("UPDATE settlement_batch SET state = 'prepared', approved_by = '' WHERE id=%s", row)
    execute("UPDATE settlement_batch SET count = 5, prepared_by = 'x' WHERE id = %s", row)
    execute("UPDATE settlement_batch SET approved_by = 'y', state = 'approved' WHERE id=%s", row)
    with refused("settlement_batch_frozen"):
        execute("UPDATE settlement_batch SET approved_by = 'z' WHERE id = %s", row)
    with refused("settlement_batch_frozen"):
        execute("UPDATE settlement_batch SET approved_by = '' WHERE id = %s", row)


# The ledger.

TOTALS = ("debits_posted", "credits_posted", "debits_pending", "credits_pending")
ROW = {
    "agency": HERE,
    "key": "raw",
    "digest": "0" * 64,
    "phase": "single",
    "pending_id": None,
    "code": "transfer_in_received",
    "amount_fen": 5,
    "case_no": "",
    "business_date": "2026-03-02",
    "recorded_at": "2026-03-02 01:30:00+00:00",
}


def account(ref: p.AccountRef, area: str = HERE) -> int:
    return Account.objects.of(area).get(kind=ref.kind, owner=ref.owner).pk


def insert(how: str = "INSERT", after: str = "", **columns: Any) -> None:
    """A transfer by raw SQL; receipt bank to line L1 unless told otherwise."""
    ends = {"debit_id": account(p.RECEIPT_BANK), "credit_id": account(p.suspense("L1"))}
    values = ROW | ends | columns
    places = ", ".join(["%s"] * len(values))
    query = f"{how} INTO ledger_transfer ({', '.join(values)}) VALUES ({places}){after}"
    execute(query, *values.values())


def open_account(how: str = "INSERT", **columns: Any) -> None:
    """An account by raw SQL, empty unless told otherwise."""
    values = {"agency": HERE, "kind": "suspense", "normal": "debit", "floor_zero": False}
    values |= {"opened_at": "2026-03-02 01:30:00+00:00", "last_transfer_id": 0}
    values |= dict.fromkeys(TOTALS, 0) | columns
    places = ", ".join(["%s"] * len(values))
    query = f"{how} INTO ledger_account ({', '.join(values)}) VALUES ({places})"
    execute(query, *values.values())


@pytest.fixture
def _books() -> None:
    record(p.opening_balance("P1", 100), p.received("L1", 10))
    record(p.reserve_for_transfer("C1", "P1", 60))
    record(p.received("L1", 10), area=THERE)


def totals(ref: p.AccountRef) -> tuple[int, ...]:
    found = execute(f"SELECT {', '.join(TOTALS)} FROM ledger_account WHERE id = %s", account(ref))
    return found[0]


@pytest.mark.usefixtures("_books")
def test_raw_rows_are_counted_like_any_other() -> None:
    insert()
    assert totals(p.suspense("L1")) == (0, 15, 0, 0)
    assert totals(p.RECEIPT_BANK) == (15, 0, 0, 0)


@pytest.mark.usefixtures("_books")
@pytest.mark.parametrize(
    ("law", "columns"),
    [
        ("transfer_amount", {"amount_fen": 0}),
        ("transfer_amount", {"amount_fen": -5}),
        ("transfer_amount", {"amount_fen": MAX_FEN + 1}),
        ("transfer_phase_coherent", {"phase": "post"}),
        ("transfer_phase_coherent", {"phase": "else"}),
        ("transfer_key_once", {"key": "received:L1"}),
        ("transfer_accounts_of_agency", {"debit_id": 987654}),
        ("transfer_accounts_of_agency", {"credit_id": 987654}),
        ("transfer_accounts_of_agency", {"agency": THERE}),
    ],
)
def test_a_transfer_that_breaks_a_law_is_refused(law: str, columns: dict[str, Any]) -> None:
    with refused(law):
        insert(**columns)
    assert totals(p.suspense("L1")) == (0, 10, 0, 0)


@pytest.mark.usefixtures("_books")
def test_a_transfer_needs_two_accounts() -> None:
    with refused("transfer_two_accounts"):
        insert(debit_id=account(p.suspense("L1")))


@pytest.mark.usefixtures("_books")
def test_an_account_of_another_agency_is_refused() -> None:
    for column in ("debit_id", "credit_id"):
        with refused("transfer_accounts_of_agency"):
            insert(**{column: account(p.RECEIPT_BANK, THERE)})


@pytest.mark.usefixtures("_books")
def test_no_account_falls_below_its_floor() -> None:
    ends = {"debit_id": account(p.person_account("P1")), "credit_id": account(p.OPENING)}
    with refused("account_not_below_zero"):
        insert(**ends, amount_fen=41)
    with refused("account_not_below_zero"):
        insert(**ends, amount_fen=41, phase="pending")
    insert(**ends, amount_fen=40)
    assert totals(p.person_account("P1")) == (40, 100, 60, 0)


@pytest.mark.usefixtures("_books")
@pytest.mark.parametrize("phase", ["post", "void"])
def test_a_resolution_fits_its_reservation(phase: str) -> None:
    pending = Transfer.objects.of(HERE).get(key="reserve:1:C1").pk
    single = Transfer.objects.of(HERE).get(key="opening:P1").pk
    fit = {
        "debit_id": account(p.person_account("P1")),
        "credit_id": account(p.in_transit("C1")),
        "amount_fen": 60,
        "phase": phase,
        "pending_id": pending,
    }
    for wrong in (
        {"amount_fen": 59},
        {"amount_fen": 61},
        {"debit_id": account(p.OPENING)},
        {"credit_id": account(p.OPENING)},
        {"debit_id": fit["credit_id"], "credit_id": fit["debit_id"]},
        {"pending_id": single},
        {"pending_id": 987654},
        {"agency": THERE},
    ):
        with refused("transfer_matches_pending"):
            insert(**fit | wrong)
    insert(**fit)
    for again in ("post", "void"):
        with refused("transfer_resolved_once"):
            insert(**fit | {"key": "raw2", "phase": again})
    posted = 60 if phase == "post" else 0
    assert totals(p.person_account("P1")) == (posted, 100, 0, 0)
    assert totals(p.in_transit("C1")) == (0, posted, 0, 0)


@pytest.mark.usefixtures("_books")
def test_totals_do_not_move_without_a_transfer() -> None:
    row = account(p.person_account("P1"))
    newest = execute("SELECT max(id) FROM ledger_transfer")[0][0]
    for change in (
        "credits_posted = credits_posted + 1",
        "debits_posted = debits_posted + 1",
        "debits_pending = 0",
        "credits_pending = 1",
        f"last_transfer_id = {newest}",
        f"credits_posted = credits_posted + 10, last_transfer_id = {newest}",
        f"credits_posted = credits_posted + 10, last_transfer_id = {newest + 1}",
    ):
        with refused("account_totals_by_transfer"):
            execute(f"UPDATE ledger_account SET {change} WHERE id = %s", row)


@pytest.mark.usefixtures("_books")
@pytest.mark.parametrize("column", ["agency", "kind", "owner", "normal", "floor_zero", "opened_at"])
def test_what_an_account_is_does_not_change(column: str) -> None:
    with refused("account_identity_fixed"):
        execute(f"UPDATE ledger_account SET {column} = {column}")


@pytest.mark.usefixtures("_books")
@pytest.mark.parametrize("column", [*TOTALS, "last_transfer_id"])
def test_an_account_opens_empty_and_once(column: str) -> None:
    with refused("account_opens_empty"):
        open_account(owner="L9", **{column: 1})
    open_account(owner="L9")
    with refused("account_once"):
        open_account(owner="L9")


@pytest.mark.usefixtures("_books")
def test_totals_stay_inside_what_can_be_counted() -> None:
    with laws.suspended(connection):
        execute(
            "UPDATE ledger_account SET debits_posted = %s WHERE id = %s",
            *(MAX_TOTAL_FEN - 4, account(p.RECEIPT_BANK)),
        )
    with refused("account_totals_in_range"):
        insert()


@pytest.mark.usefixtures("_books")
def test_an_insert_replaces_nothing() -> None:
    if connection.vendor == POSTGRES:
        update = " ON CONFLICT (agency, key) DO UPDATE SET amount_fen = 1"
        with refused("ledger_transfer_never_changed"):
            insert(after=update, key="received:L1")
        return
    row = Transfer.objects.of(HERE).get(key="received:L1").pk
    with refused("transfer_key_once"):
        insert("INSERT OR REPLACE", key="received:L1", amount_fen=1)
    with refused("ledger_transfer_never_changed"):
        insert("INSERT OR REPLACE", id=row)
    with refused("account_once"):
        open_account("INSERT OR REPLACE", owner="L1")


# The tool itself.


def test_a_law_that_is_off_is_missed() -> None:
    on = " ON audit_entry" if connection.vendor == POSTGRES else ""
    execute(f"DROP TRIGGER law_audit_entry_never_changed_update{on}")
    assert [law.name for law in laws.missing(connection)] == ["audit_entry_never_changed"]


def test_suspended_laws_are_back_afterwards_even_after_a_fault() -> None:
    row_in("audit_entry")
    with pytest.raises(ZeroDivisionError), laws.suspended(connection):
        assert set(laws.missing(connection)) == set(laws.expected())
        execute("UPDATE audit_entry SET content = 'changed'")
        1 / 0  # noqa: B018
    assert laws.missing(connection) == ()
    with refused("audit_entry_never_changed"):
        execute("UPDATE audit_entry SET content = 'again'")


def test_an_error_without_a_law_names_none() -> None:
    assert laws.broken_law(ValueError("something else")) is None
