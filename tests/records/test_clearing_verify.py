"""`ledger verify` and the audit find what was changed in lists, dues and returned money."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from tests.support.country import Country, put_back

FZ, XM = "350100", "350200"


@pytest.fixture
def owing(db: None, tmp_path: Path) -> Iterator[Country]:
    """Two places that owe each other for two people who were credited ahead."""
    with put_back():
        country = Country(tmp_path, areas=(FZ, XM))
        for source, target in ((FZ, XM), (XM, FZ)):
            [mover] = country.add_movers(1, source=source, target=target)
            assert country.apply(mover, source=source, target=target)["ok"]
        country.settle()
        country.settle()
        assert country.breaks() == []
        yield country
        country.bank.books.close()


def unlawfully(statement: str, *values: object) -> None:
    """As somebody who can reach the database file, with the laws taken off."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
            for name, table in cursor.fetchall():
                if table.startswith("settlement_clearing"):
                    cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE settlement_clearingitem DISABLE TRIGGER USER")
        cursor.execute(statement, values)


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("UPDATE settlement_clearingitem SET amount_fen = amount_fen + 1 WHERE agency = %s", [FZ]),
        ("DELETE FROM settlement_clearingitem WHERE agency = %s AND side = 'owe'", [XM]),
        ("UPDATE settlement_clearingitem SET counterpart = '350500' WHERE agency = %s", [FZ]),
    ],
)
def test_a_changed_item_is_found(owing: Country, statement: str, values: list[object]) -> None:
    unlawfully(statement, *values)
    assert any("未结清的清算明细合计" in one for one in owing.breaks())


def test_a_forged_message_of_a_list_is_found(owing: Country) -> None:
    from jiexu.work.netting import propose_due

    assert propose_due(owing.now.date(), owing.now) == 1
    assert owing.breaks() == []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        else:
            cursor.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
            for name, table in cursor.fetchall():
                if table == "exchange_outgoing":
                    cursor.execute(f"DROP TRIGGER {name}")
        try:
            cursor.execute(
                "UPDATE exchange_outgoing SET message_id = 'QSforged' WHERE kind = %s",
                ["clearing_statement"],
            )
        except Exception as error:  # the law itself stands against it on PostgreSQL
            assert "law:" in str(error)
            return
    assert any("清算清单" in one and "没有" in one for one in owing.breaks())
