"""A fault of one agency, batch or file is told to the operator and stops none of the others."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError

log = logging.getLogger(__name__)

DATABASE_AWAY = (OperationalError, InterfaceError)
"""The database is busy or not there: nobody's fault, everything is tried again later."""


@contextmanager
def apart(what: str) -> Iterator[None]:
    """Whatever fails inside is logged as `what` and ends here; a database that is away does not."""
    try:
        yield
    except DATABASE_AWAY:
        raise
    except Exception:
        log.exception("%s failed, the others go on", what)
