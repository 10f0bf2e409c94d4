"""Every test process gets its own home with its own secrets; nothing outside is read or written."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_HOME = Path(tempfile.mkdtemp(prefix="jiexu-test-"))
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)

os.environ["JIEXU_HOME"] = str(_HOME)
os.environ.pop("JIEXU_DEMO", None)
os.environ["DJANGO_SETTINGS_MODULE"] = "jiexu.config.settings"

from jiexu.work.home import create_secrets  # noqa: E402  (the home must be named first)

create_secrets(_HOME)

import pytest  # noqa: E402
from django.conf import settings  # noqa: E402

# Read now: pytest-django sets Django up when the settings are there. Two runs on one server at the
# same time get databases of their own.
if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
    settings.DATABASES["default"]["TEST"] = {"NAME": f"test_jiexu_{os.getpid()}"}


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Workers inherit the environment: without these they would all share this process's home."""
    if "PYTEST_XDIST_WORKER" not in os.environ and session.config.getoption("numprocesses", None):
        del os.environ["DJANGO_SETTINGS_MODULE"], os.environ["JIEXU_HOME"]
