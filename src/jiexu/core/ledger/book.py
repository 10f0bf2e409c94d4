"""The laws of the ledger as a small pure model: the books of one agency in memory.

What the database enforces by constraint and trigger is said here in plain code. Tests play the
same postings against both; planning code may use it to foresee a refusal.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy

from jiexu.core.base.money import MAX_FEN
from jiexu.core.ledger.balances import MAX_TOTAL_FEN, Balance, Totals, balance_of, effect
from jiexu.core.ledger.chart import Phase, chart
from jiexu.core.ledger.laws import Law, LedgerLaw, key_reused
from jiexu.core.ledger.postings import AccountRef, Posting


class Book:
    """The postings of one agency by key, and the totals of its accounts."""

    def __init__(self) -> None:
        self.rows: dict[str, Posting] = {}
        self.totals: dict[AccountRef, Totals] = {}
        self._resolved: set[str] = set()

    def post(self, postings: Iterable[Posting]) -> tuple[str, ...]:
        """Record all, or nothing: the keys that are new. `LedgerLaw` or `Conflict` when refused."""
        draft = Book()
        draft.rows, draft.totals = dict(self.rows), dict(self.totals)
        draft._resolved = copy(self._resolved)
        new = tuple(posting.key for posting in postings if draft._record(posting))
        self.rows, self.totals, self._resolved = draft.rows, draft.totals, draft._resolved
        return new

    def balance(self, ref: AccountRef) -> Balance:
        """What the account holds; nothing when it was never used."""
        return balance_of(chart().accounts[ref.kind].normal, self.totals.get(ref, Totals()))

    def _record(self, posting: Posting) -> bool:
        known = self.rows.get(posting.key)
        if known is not None:
            if known != posting:
                raise key_reused((posting.key,))
            return False
        self._check(posting)
        posted, pending = effect(posting.phase, posting.amount_fen)
        debit = self.totals.get(posting.debit, Totals())
        credit = self.totals.get(posting.credit, Totals())
        self._keep(
            posting,
            posting.debit,
            debit._replace(
                debits_posted=debit.debits_posted + posted,
                debits_pending=debit.debits_pending + pending,
            ),
        )
        self._keep(
            posting,
            posting.credit,
            credit._replace(
                credits_posted=credit.credits_posted + posted,
                credits_pending=credit.credits_pending + pending,
            ),
        )
        self.rows[posting.key] = posting
        if posting.pending_key is not None:
            self._resolved.add(posting.pending_key)
        return True

    def _check(self, posting: Posting) -> None:
        if not 0 < posting.amount_fen <= MAX_FEN:
            raise LedgerLaw(Law.AMOUNT, keys=(posting.key,))
        if posting.debit == posting.credit:
            raise LedgerLaw(Law.TWO_ACCOUNTS, keys=(posting.key,))
        resolves = posting.phase in (Phase.POST, Phase.VOID)
        if resolves != (posting.pending_key is not None):
            raise LedgerLaw(Law.PHASE, keys=(posting.key,))
        if posting.pending_key is None:
            return
        if posting.pending_key in self._resolved:
            raise LedgerLaw(Law.RESOLVED_ONCE, keys=(posting.key,))
        pending = self.rows.get(posting.pending_key)
        if (
            pending is None
            or pending.phase is not Phase.PENDING
            or (pending.debit, pending.credit) != (posting.debit, posting.credit)
            or pending.amount_fen != posting.amount_fen
        ):
            raise LedgerLaw(Law.MATCHES_PENDING, keys=(posting.key,))

    def _keep(self, posting: Posting, ref: AccountRef, totals: Totals) -> None:
        if max(totals) > MAX_TOTAL_FEN:
            raise LedgerLaw(Law.TOTALS_IN_RANGE, keys=(posting.key,))
        kind = chart().accounts[ref.kind]
        if kind.floor_zero and balance_of(kind.normal, totals).available_fen < 0:
            raise LedgerLaw(Law.NOT_BELOW_ZERO, keys=(posting.key,))
        self.totals[ref] = totals
