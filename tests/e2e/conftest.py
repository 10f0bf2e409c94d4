"""Real nodes for browser tests: homes, databases, `jiexu serve`, the pretend bank, Chromium."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

import pytest

from jiexu.simulation.remote import RemoteNode
from jiexu.simulation.stage import Stage
from jiexu.work.home import create_secrets

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Country:
    """One or two nodes that host both agencies of the story, each at an address of its own."""

    def __init__(self, folder: Path, nodes: int, stack: ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        self._homes = [folder / f"node-{number}" for number in range(nodes)]
        self._shared = {
            "JIEXU_BANK": str(folder / "bank"),
            "JIEXU_EXCHANGE": str(folder / "exchange"),
        }
        self._environments = [
            {**self._shared, "JIEXU_HOME": str(home), "JIEXU_DATABASE_URL": self._database(number)}
            for number, home in enumerate(self._homes)
        ]
        self._base: dict[str, str] = {}

    def prepare(self, areas: tuple[str, ...], cast: Any) -> None:
        """Make the nodes, open the agencies and bring the cast in, through the real doors."""
        for home, environment in zip(self._homes, self._environments, strict=True):
            create_secrets(home)
            subprocess.run(
                [sys.executable, "-m", "django", "migrate", "--verbosity", "0"],
                env={
                    **os.environ,
                    **environment,
                    "DJANGO_SETTINGS_MODULE": "jiexu.config.settings",
                },
                check=True,
                timeout=120,
            )
        remote = [
            RemoteNode(home, environment)
            for home, environment in zip(self._homes, self._environments, strict=True)
        ]
        nodes = {area: remote[place % len(remote)] for place, area in enumerate(areas)}
        now = datetime.now(tz=ZoneInfo("Asia/Shanghai")).replace(tzinfo=None)  # noqa: TID251
        stage = Stage(nodes, self.folder / "bank", now)
        try:
            cast(stage)
        finally:
            stage.close()
        self._areas = areas

    def serve(self) -> None:
        """Start web and workers of every node, and the bank."""
        bases = []
        for home, environment in zip(self._homes, self._environments, strict=True):
            port = _free_port()
            command = [sys.executable, "-m", "jiexu.faces.cli.main", "serve"]
            self._start(
                [*command, "--port", str(port), "--web", "1", "--workers", "1"],
                environment,
                home / "serve.log",
            )
            bases.append(f"http://127.0.0.1:{port}")
        self._start(
            [sys.executable, "-m", "jiexu.simulation.bank", self._shared["JIEXU_BANK"]],
            {},
            self.folder / "bank.log",
        )
        for base, home in zip(bases, self._homes, strict=True):
            _wait_until_ready(base, home / "serve.log")
        self._base = {area: bases[place % len(bases)] for place, area in enumerate(self._areas)}

    def at(self, area: str) -> str:
        """The address of the node that hosts an area."""
        return self._base[area]

    def command(self, area: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `jiexu` on the node that hosts an area."""
        place = self._areas.index(area) % len(self._environments)
        return subprocess.run(
            [sys.executable, "-m", "jiexu.faces.cli.main", *words],
            env={**os.environ, **self._environments[place]},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def _start(self, command: list[str], environment: dict[str, str], log: Path) -> None:
        output = self._stack.enter_context(log.open("w", encoding="utf-8"))
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=output, stderr=output
        )
        self._stack.callback(_stop, process)

    def _database(self, number: int) -> str:
        """The same kind of database as the test run uses: a file, or a new one on the server."""
        url = os.environ.get("JIEXU_DATABASE_URL", "")
        if not url:
            return ""
        import psycopg

        name = f"jiexu_e2e_{secrets.token_hex(4)}_{number}"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')

        def drop() -> None:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

        self._stack.callback(drop)
        return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_until_ready(base: str, log: Path) -> None:
    for _ in range(150):
        try:
            with urllib.request.urlopen(f"{base}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{base} is not ready:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture
def country(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Country]:
    """A country with as many nodes as the test's parameter says."""
    with ExitStack() as stack:
        yield Country(tmp_path, request.param, stack)


@pytest.fixture
def chromium() -> Iterator[Any]:
    """A headless Chromium; the test is skipped, and says so, where there is none.

    One per test: while it lives, its event loop makes Django refuse every query of this process.
    """
    if CHROMIUM is None:
        pytest.skip("no chromium command was found: browser tests need one")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
