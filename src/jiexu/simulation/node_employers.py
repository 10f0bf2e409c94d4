"""Acts of employers and about them: lists, and cover that an old employer does not end."""

from __future__ import annotations

from typing import Any

import msgspec

from jiexu.core.base.actors import Actor, Role
from jiexu.records.access.models import User
from jiexu.records.employers.queries import roster, stop_notices
from jiexu.records.employers.views import Said
from jiexu.work import rosters
from jiexu.work.ports import clock
from jiexu.work.stop_cover import apply_for_stop


class EmployerActs:
    """A part of a node: employers, their lists, and the suspension they may be asked for."""

    def send_roster(
        self, area: str, username: str, uscc: str, kind: str, lines: list[dict[str, str]], key: str
    ) -> str:
        """An employer's agent sends a list; gives its key."""
        actor = Actor(role=Role.EMPLOYER, ref=username, agency=area)
        said = [Said(**line) for line in lines]
        return rosters.send_roster(actor, uscc, kind, said, key, clock())

    def roster(self, area: str, uscc: str, key: str) -> Any:
        """A list with an answer to each line, as the employer sees it."""
        view, lines = roster(area, uscc, key)
        return msgspec.to_builtins({"list": view, "lines": lines})

    def ask_to_stop(self, area: str, username: str, form: dict[str, str], key: str) -> Any:
        """A citizen asks the old place to end a cover."""
        actor = Actor(role=Role.CITIZEN, ref=username)
        subject = bytes(User.objects.get(username=username).certno_index)
        result = apply_for_stop(actor, area, form, key, clock(), subject=subject)
        return msgspec.to_builtins(result)

    def stop_notices(self, area: str, uscc: str) -> Any:
        """What an old employer is asked."""
        return msgspec.to_builtins(stop_notices(area, uscc))
