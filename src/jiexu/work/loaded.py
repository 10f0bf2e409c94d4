"""What a loader of facts gives the unit of work, whatever the procedure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Loaded:
    """The facts of a batch of steps of one agency, keyed by the step's place in the batch.

    `person_ids` are the rows of the persons the steps are about.
    """

    def __init__(self, facts: Mapping[int, Any], persons: Mapping[int, int]) -> None:
        self.facts = facts
        self.person_ids = persons
