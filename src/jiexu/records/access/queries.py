"""Who may see what: roles of users, and the persons a citizen is."""

from __future__ import annotations

from jiexu.records.access.models import Grant, User
from jiexu.records.registry.models import Agency, FormerIdentity, Person


def roles_at(user: User) -> tuple[tuple[str, str], ...]:
    """The `(role, area)` pairs of staff that a user holds now; employers' agents are no staff."""
    rows = Grant.objects.filter(user=user, ended_at__isnull=True, employer="")
    return tuple(sorted(rows.values_list("role", "agency_id")))


def has_role(user: User, role: str, area: str) -> bool:
    return (role, area) in roles_at(user)


def employers_of(user: User) -> tuple[tuple[str, str], ...]:
    """`(area, uscc)` of the employers a user acts for now."""
    rows = Grant.objects.filter(user=user, ended_at__isnull=True).exclude(employer="")
    return tuple(sorted(rows.values_list("agency_id", "employer")))


def agencies_of(user: User, role: str | None = None) -> list[tuple[str, str]]:
    """`(area, name)` of the agencies where the user holds a role (or that role)."""
    areas = {area for held, area in roles_at(user) if role is None or held == role}
    return list(Agency.objects.filter(area__in=areas).order_by("area").values_list("area", "name"))


def person_refs(user: User) -> list[tuple[str, int]]:
    """`(area, person id)` of the citizen at every agency this node hosts.

    A citizen may see their own rows everywhere: the blind index of their identity is the only key
    that crosses agencies, and it finds nobody else. A number that was corrected still counts.
    """
    if user.certno_index is None:
        return []
    index = bytes(user.certno_index)
    rows = Person.objects.across_node().filter(certno_index=index)
    former = FormerIdentity.objects.across_node().filter(certno_index=index)
    return sorted(
        {
            *rows.values_list("agency_id", "pk"),
            *former.values_list("agency_id", "person_id"),
        }
    )
