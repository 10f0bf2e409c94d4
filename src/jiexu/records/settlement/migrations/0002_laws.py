"""Bank files are written once; what is to be paid, to whom, and who approved it stay as they were."""

from __future__ import annotations

from django.db import migrations

from jiexu.records.laws import Install, append_only, frozen, never_deleted


class Migration(migrations.Migration):
    dependencies = [("settlement", "0001_initial")]

    operations = [
        Install(
            [
                *append_only("settlement_statementfile"),
                *append_only("settlement_statementspan"),
                never_deleted("settlement_batch"),
                frozen(
                    "settlement_batch",
                    *("number", "prepared_by", "approved_by", "count", "total_fen"),
                    once="OLD.approved_by <> ''",
                ),
                never_deleted("settlement_order"),
                frozen(
                    "settlement_order",
                    *("agency", "kind", "case_no", "reference", "amount_fen"),
                    *("payee_area", "payee_name", "payee_bank", "payee_account_sealed"),
                ),
                never_deleted("settlement_clearing"),
                frozen(
                    "settlement_clearing",
                    *("agency", "number", "counterpart", "until"),
                    *("owe_fen", "claim_fen", "net_fen"),
                    once="OLD.state <> 'disputed'",
                ),
                never_deleted("settlement_clearingitem"),
                frozen(
                    "settlement_clearingitem",
                    *("agency", "case_no", "part", "counterpart", "side", "amount_fen", "arose_on"),
                ),
            ]
        )
    ]
