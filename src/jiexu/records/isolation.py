"""Agencies are apart by law: code acting for one agency cannot load another agency's rows.

Every business row belongs to one agency. A query says for whom it reads (`objects.of(area)`);
while work is done for an agency (`acting_for`), loading a row of another one raises. Rows are
written only inside `writing()`, which the unit of work alone opens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self

from django.db import models

_acting_for: ContextVar[str | None] = ContextVar("jiexu_acting_for", default=None)
_writing: ContextVar[bool] = ContextVar("jiexu_writing", default=False)


class IsolationBreach(AssertionError):
    """Code acting for one agency touched a row of another: a defect, never a user's mistake."""


@contextmanager
def acting_for(area: str) -> Iterator[None]:
    """All rows loaded inside must belong to `area`. May be nested only for the same agency."""
    outer = _acting_for.get()
    if outer is not None and outer != area:
        raise IsolationBreach(f"acting for {outer}, cannot act for {area} at the same time")
    token = _acting_for.set(area)
    try:
        yield
    finally:
        _acting_for.reset(token)


def acting_agency() -> str | None:
    """The agency the running code acts for, if any."""
    return _acting_for.get()


@contextmanager
def writing() -> Iterator[None]:
    """Business rows may be written inside. Opened by `work` alone, never by faces."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def _must_write(label: str) -> None:
    if not _writing.get():
        raise IsolationBreach(f"{label} is written by the unit of work alone")


def _must_be_ours(label: str, agencies: Iterable[str]) -> None:
    acting = _acting_for.get()
    for area in agencies:
        if acting not in {None, area}:
            raise IsolationBreach(f"acting for {acting}, wrote {label} of {area}")


def may_write(label: str, agencies: Iterable[str]) -> None:
    """Raises unless rows of these agencies may be written here: for writers beside the ORM."""
    _must_write(label)
    _must_be_ours(label, agencies)


class GuardedQuerySet(models.QuerySet[Any]):
    """Refuses to write outside `writing()`."""

    def create(self, **kwargs: Any) -> Any:
        _must_write(self.model._meta.label)
        return self.bulk_create([self.model(**kwargs)])[0]

    def bulk_create(self, *args: Any, **kwargs: Any) -> Any:
        _must_write(self.model._meta.label)
        return super().bulk_create(*args, **kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        _must_write(self.model._meta.label)
        return super().bulk_update(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        _must_write(self.model._meta.label)
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise IsolationBreach(f"{self.model._meta.label} is never deleted")


class AgencyQuerySet(GuardedQuerySet):
    """A query set that has to be told for whom it reads before it fetches anything."""

    _scoped = False

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        rows = list(objs)
        _must_be_ours(self.model._meta.label, (row.agency_id for row in rows))
        return super().bulk_create(rows, *args, **kwargs)

    def of(self, area: str) -> Self:
        """The rows of one agency."""
        acting = _acting_for.get()
        if acting is not None and acting != area:
            raise IsolationBreach(f"acting for {acting}, asked for rows of {area}")
        return self._scope().filter(agency_id=area)

    def across_node(self) -> Self:
        """Rows of every hosted agency: for sweeping queues and for proofs over the whole node."""
        if _acting_for.get() is not None:
            raise IsolationBreach("a sweep over the node cannot run while acting for one agency")
        return self._scope()

    def _scope(self) -> Self:
        clone = self._chain()
        clone._scoped = True
        return clone

    def _clone(self) -> Self:
        clone = super()._clone()
        clone._scoped = self._scoped
        return clone

    def _must_be_scoped(self) -> None:
        if not self._scoped:
            raise IsolationBreach(f"{self.model._meta.label}: say whose rows, with .of(area)")

    def _fetch_all(self) -> None:
        self._must_be_scoped()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        self._must_be_scoped()
        return super().iterator(*args, **kwargs)

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._must_be_scoped()
        return super().aggregate(*args, **kwargs)

    def count(self) -> int:
        self._must_be_scoped()
        return super().count()

    def exists(self) -> bool:
        self._must_be_scoped()
        return super().exists()

    def update(self, **kwargs: Any) -> int:
        self._must_be_scoped()
        given = {kwargs[name] for name in ("agency", "agency_id") if name in kwargs}
        _must_be_ours(self.model._meta.label, (getattr(one, "pk", one) for one in given))
        return super().update(**kwargs)

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        raise IsolationBreach(f"{self.model._meta.label}: raw SQL cannot be held to one agency")

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        self._must_be_scoped()  # inside another query it reads rows as well
        return super().resolve_expression(*args, **kwargs)

    def _merge_sanity_check(self, other: Any) -> None:
        other._must_be_scoped()
        super()._merge_sanity_check(other)

    def _combinator_query(self, combinator: str, *others: Any, **kwargs: Any) -> Any:
        for other in others:
            other._must_be_scoped()
        return super()._combinator_query(combinator, *others, **kwargs)


AgencyManager = models.Manager.from_queryset(AgencyQuerySet)
GuardedManager = models.Manager.from_queryset(GuardedQuerySet)


class GuardedRow(models.Model):
    """A row of the node itself (directory, users): written by `work`, never deleted."""

    objects = GuardedManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        raise IsolationBreach(f"{self._meta.label} is written by the unit of work alone")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise IsolationBreach(f"{self._meta.label} is never deleted")


class AgencyRow(GuardedRow):
    """A row that belongs to one agency (经办机构), named by the code of its pooling area."""

    agency = models.ForeignKey(
        "registry.Agency", on_delete=models.PROTECT, db_column="agency", related_name="+"
    )

    objects = AgencyManager()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any) -> Self:
        row = super().from_db(db, field_names, values)
        acting = _acting_for.get()
        if acting is not None and row.__dict__.get("agency_id", acting) != acting:
            raise IsolationBreach(
                f"acting for {acting}, loaded {cls._meta.label} of another agency"
            )
        return row
