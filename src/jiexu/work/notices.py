"""What people do with the notices they were given."""

from __future__ import annotations

from datetime import datetime

from jiexu.records.access.models import User
from jiexu.records.access.queries import person_refs
from jiexu.records.isolation import acting_for, writing
from jiexu.records.notices import write


def mark_read(user: User, now: datetime) -> None:
    """Everything the citizen was told until now counts as read, at every agency here."""
    for area, person_id in person_refs(user):
        with acting_for(area), writing():
            write.mark_read(area, person_id, now)
