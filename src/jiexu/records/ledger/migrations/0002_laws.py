# ruff: noqa: S608 (the statements are put together from words of this file alone)
"""The laws of the ledger: transfers never change, totals move by inserted transfers alone.

PostgreSQL counts a whole statement at once, from its transition table, with accounts in the order
of their ids so that two batches cannot deadlock; SQLite counts row by row, which is the same sum.
A floor is therefore judged at the end of a statement on PostgreSQL and after each row on SQLite:
postings in causal order pass on both.
"""

from __future__ import annotations

from django.db import migrations

from jiexu.records.laws import Install, Law, append_only, never_deleted, refusal

_POSTED = "CASE {row}.phase WHEN 'single' THEN {row}.amount_fen WHEN 'post' THEN {row}.amount_fen ELSE 0 END"
_PENDING = "CASE {row}.phase WHEN 'single' THEN 0 WHEN 'pending' THEN {row}.amount_fen ELSE -{row}.amount_fen END"
POSTED, PENDING = _POSTED.format(row="NEW"), _PENDING.format(row="NEW")

# changes() is the number of rows of the last finished statement of the trigger: an account that
# is not there, or of another agency, is not updated.
SQLITE_COUNT = f"""
CREATE TRIGGER law_transfer_counted AFTER INSERT ON ledger_transfer FOR EACH ROW BEGIN
  UPDATE ledger_account SET
    debits_posted = debits_posted + {POSTED},
    debits_pending = debits_pending + {PENDING},
    last_transfer_id = NEW.id
  WHERE id = NEW.debit_id AND agency = NEW.agency;
  SELECT RAISE(ABORT, 'law:transfer_accounts_of_agency') WHERE changes() <> 1;
  UPDATE ledger_account SET
    credits_posted = credits_posted + {POSTED},
    credits_pending = credits_pending + {PENDING},
    last_transfer_id = NEW.id
  WHERE id = NEW.credit_id AND agency = NEW.agency;
  SELECT RAISE(ABORT, 'law:transfer_accounts_of_agency') WHERE changes() <> 1;
END
"""

SQLITE_MATCH = """
CREATE TRIGGER law_transfer_matches_pending BEFORE INSERT ON ledger_transfer FOR EACH ROW
WHEN NEW.pending_id IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'law:transfer_resolved_once') WHERE EXISTS (
    SELECT 1 FROM ledger_transfer WHERE pending_id = NEW.pending_id);
  SELECT RAISE(ABORT, 'law:transfer_matches_pending') WHERE NOT EXISTS (
    SELECT 1 FROM ledger_transfer p
    WHERE p.id = NEW.pending_id AND p.phase = 'pending' AND p.agency = NEW.agency
      AND p.debit_id = NEW.debit_id AND p.credit_id = NEW.credit_id
      AND p.amount_fen = NEW.amount_fen);
END
"""

# INSERT OR REPLACE would remove the row in its way without asking the law against DELETE.
SQLITE_KEEP = """
CREATE TRIGGER law_transfer_never_replaced BEFORE INSERT ON ledger_transfer FOR EACH ROW BEGIN
  SELECT RAISE(ABORT, 'law:transfer_key_once') WHERE EXISTS (
    SELECT 1 FROM ledger_transfer WHERE agency = NEW.agency AND key = NEW.key);
  SELECT RAISE(ABORT, 'law:ledger_transfer_never_changed') WHERE EXISTS (
    SELECT 1 FROM ledger_transfer WHERE id = NEW.id);
END
"""
SQLITE_KEEP_ACCOUNT = """
CREATE TRIGGER law_account_never_replaced BEFORE INSERT ON ledger_account FOR EACH ROW
WHEN EXISTS (
  SELECT 1 FROM ledger_account
  WHERE id = NEW.id OR (agency = NEW.agency AND kind = NEW.kind AND owner = NEW.owner))
BEGIN SELECT RAISE(ABORT, 'law:account_once'); END
"""

# A total may move only by the effect of a transfer newer than the last one counted. Every inserted
# transfer is counted at once, so no other update can name one. Costs 3 of 32 µs per transfer in
# batches of 10 000: cheap enough not to leave it to verification.
SQLITE_TOTALS = f"""
CREATE TRIGGER law_account_totals_by_transfer
BEFORE UPDATE OF debits_posted, credits_posted, debits_pending, credits_pending, last_transfer_id
ON ledger_account FOR EACH ROW
WHEN NOT EXISTS (
  SELECT 1 FROM ledger_transfer t
  WHERE t.id = NEW.last_transfer_id AND t.id > OLD.last_transfer_id
    AND (t.debit_id = NEW.id OR t.credit_id = NEW.id)
    AND NEW.debits_posted - OLD.debits_posted
      = CASE WHEN t.debit_id = NEW.id THEN {_POSTED.format(row="t")} ELSE 0 END
    AND NEW.credits_posted - OLD.credits_posted
      = CASE WHEN t.credit_id = NEW.id THEN {_POSTED.format(row="t")} ELSE 0 END
    AND NEW.debits_pending - OLD.debits_pending
      = CASE WHEN t.debit_id = NEW.id THEN {_PENDING.format(row="t")} ELSE 0 END
    AND NEW.credits_pending - OLD.credits_pending
      = CASE WHEN t.credit_id = NEW.id THEN {_PENDING.format(row="t")} ELSE 0 END)
BEGIN SELECT RAISE(ABORT, 'law:account_totals_by_transfer'); END
"""

# Sorting and nested loops are wished for, not needed: they visit the accounts in id order.
PG_COUNT_FUNCTION = f"""
CREATE OR REPLACE FUNCTION law_count_transfers() RETURNS trigger LANGUAGE plpgsql
SET enable_hashagg = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off
AS $$
DECLARE wanted bigint; done bigint;
BEGIN
  IF EXISTS (
    SELECT 1 FROM added a LEFT JOIN ledger_transfer p
      ON p.id = a.pending_id AND p.phase = 'pending' AND p.agency = a.agency
      AND p.debit_id = a.debit_id AND p.credit_id = a.credit_id AND p.amount_fen = a.amount_fen
    WHERE a.pending_id IS NOT NULL AND p.id IS NULL
  ) THEN
    RAISE EXCEPTION 'law:transfer_matches_pending' USING ERRCODE = 'check_violation';
  END IF;
  WITH legs AS (
    SELECT debit_id AS account, agency, id, {_POSTED.format(row="added")} AS dp, 0::bigint AS cp,
      {_PENDING.format(row="added")} AS dr, 0::bigint AS cr FROM added
    UNION ALL
    SELECT credit_id, agency, id, 0, {_POSTED.format(row="added")},
      0, {_PENDING.format(row="added")} FROM added
  ), effect AS MATERIALIZED (
    SELECT account, agency, max(id) AS last, sum(dp)::bigint AS dp, sum(cp)::bigint AS cp,
      sum(dr)::bigint AS dr, sum(cr)::bigint AS cr
    FROM legs GROUP BY account, agency ORDER BY account
  ), counted AS (
    UPDATE ledger_account t SET
      debits_posted = t.debits_posted + e.dp, credits_posted = t.credits_posted + e.cp,
      debits_pending = t.debits_pending + e.dr, credits_pending = t.credits_pending + e.cr,
      last_transfer_id = greatest(t.last_transfer_id, e.last)
    FROM effect e WHERE t.id = e.account AND t.agency = e.agency
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM effect), (SELECT count(*) FROM counted) INTO wanted, done;
  IF wanted <> done THEN
    RAISE EXCEPTION 'law:transfer_accounts_of_agency' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$
"""
PG_COUNT = """
CREATE TRIGGER law_transfer_counted AFTER INSERT ON ledger_transfer
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION law_count_transfers()
"""
# Depth 0: not from inside a trigger.
PG_TOTALS = """
CREATE TRIGGER law_account_totals_by_transfer
BEFORE UPDATE OF debits_posted, credits_posted, debits_pending, credits_pending, last_transfer_id
ON ledger_account FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0)
EXECUTE FUNCTION law_refuse('account_totals_by_transfer')
"""
# Room for the next version of a row on its own page: totals are updated in place.
PG_ROOM = "ALTER TABLE ledger_account SET (fillfactor = 70)"

LAWS = (
    *append_only("ledger_transfer"),
    Law(
        name="transfer_counted",
        table="ledger_transfer",
        sqlite=(SQLITE_KEEP, SQLITE_MATCH, SQLITE_COUNT),
        postgresql=(PG_COUNT_FUNCTION, PG_COUNT),
    ),
    Law(
        name="account_totals_by_transfer",
        table="ledger_account",
        sqlite=(SQLITE_TOTALS, SQLITE_KEEP_ACCOUNT),
        postgresql=(PG_TOTALS, PG_ROOM),
    ),
    refusal(
        "account_opens_empty",
        "ledger_account",
        "INSERT",
        "NEW.debits_posted <> 0 OR NEW.credits_posted <> 0 OR NEW.debits_pending <> 0"
        " OR NEW.credits_pending <> 0 OR NEW.last_transfer_id <> 0",
    ),
    refusal(
        "account_identity_fixed",
        "ledger_account",
        "UPDATE OF id, agency, kind, owner, normal, floor_zero, opened_at",
    ),
    never_deleted("ledger_account"),
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [Install(LAWS)]
