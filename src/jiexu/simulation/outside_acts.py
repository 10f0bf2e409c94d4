"""Acts of a node towards partners that send no messages: work list, their lists, papers, keying in.

Bytes travel as base64, so that a node in a process of its own can be asked too.
"""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from jiexu.core.base.actors import Actor, Role
from jiexu.records.documents.queries import paper_of_agency
from jiexu.records.exchange.queries import partner_list
from jiexu.work import agencies, attachments, printing
from jiexu.work.companion import errands, keyed, lists
from jiexu.work.companion.errand_list import errand_groups
from jiexu.work.ports import clock


def in_base64(data: bytes) -> str:
    """Bytes as a story hands them to a node."""
    return base64.b64encode(data).decode()


class OutsideActs:
    """What clerks do where the other side is on the national platform or reached by post."""

    def add_outside(self, area: str, name: str, partner: str) -> None:
        """Register an agency elsewhere: `platform` or `paper`."""
        agencies.open_agency(area, name=name, now=clock(), by="demo", hosted=False, partner=partner)

    def errands(self, area: str, state: str = "open") -> Any:
        """The work list."""
        groups = errand_groups(area, state)
        return msgspec.to_builtins([item for group in groups for item in group.items])

    def close_errand(
        self, area: str, username: str, errand_id: int, version: int, reference: str
    ) -> Any:
        """It has been keyed in or posted, under this number of the other side."""
        clerk = _clerk(area, username)
        return msgspec.to_builtins(
            errands.close_errand(clerk, area, errand_id, version, reference, clock())
        )

    def take_list(self, area: str, username: str, kind: str, name: str, data: str) -> Any:
        """Import a list; gives its report, row by row."""
        raw = base64.b64decode(data)
        number = lists.take_list(_clerk(area, username), area, kind, name, raw, clock())
        return msgspec.to_builtins(partner_list(area, number))

    def key_in(
        self,
        area: str,
        username: str,
        kind: str,
        typed: dict[str, str],
        scans: list[list[str]],
    ) -> Any:
        """Key one case in; `scans` are pairs of name and content."""
        read = [keyed.Scan(name=name, data=base64.b64decode(data)) for name, data in scans]
        result = keyed.key_in(_clerk(area, username), area, kind, typed, clock(), scans=read)
        return msgspec.to_builtins(result)

    def scans_of(self, area: str, case_no: str) -> Any:
        """What is attached to a case."""
        return msgspec.to_builtins(list(attachments.attachments_of(area, case_no)))

    def print_paper(self, area: str, username: str, number: str) -> Any:
        """Print a paper of the agency; gives its file name and its PDF."""
        printed = printing.print_paper(
            paper_of_agency(area, number), _clerk(area, username), "https://demo.invalid", clock()
        )
        return {"filename": printed.filename, "data": in_base64(printed.data)}


def _clerk(area: str, username: str) -> Actor:
    return Actor(role=Role.CLERK, ref=username, agency=area)
