"""Runs the tests leg by leg: everything on SQLite, then what touches rows again on PostgreSQL.

`make test` calls it and leaves slow tests out, so that it ends within minutes. A leg whose server
or browser is not there is named as skipped at the end;
with `JIEXU_REQUIRE=postgres,browser` (as in .ci/run) a missing one is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ON_ROWS = ["tests/records", "tests/work", "tests/simulation", "tests/e2e"]
POSTGRES = os.environ.get("JIEXU_TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")


def postgres_missing() -> str:
    """Why PostgreSQL cannot be used; empty if it can."""
    try:
        import psycopg
    except ImportError:
        return "psycopg is not installed"
    try:
        psycopg.connect(POSTGRES, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        return f"no PostgreSQL answers at {POSTGRES}: {str(error).splitlines()[0]}"
    return ""


def browser_missing() -> str:
    """Why Chromium cannot be used; empty if it can."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    return "" if found else "no chromium command was found"


def run(name: str, arguments: list[str], environment: dict[str, str]) -> int:
    """One pytest run; its exit code."""
    print(f"\n=== {name}", flush=True)
    started = time.monotonic()
    code = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    ).returncode
    print(f"=== {name}: exit {code}, {time.monotonic() - started:.0f} s", flush=True)
    return code


def main() -> int:
    """Run all legs that can run. Exit 1 when one fails or a required one is missing."""
    required = set(filter(None, os.environ.get("JIEXU_REQUIRE", "").split(",")))
    missing = {"postgres": postgres_missing(), "browser": browser_missing()}
    failed = [name for name, why in missing.items() if why and name in required]
    quick = [] if required else ["-m", "not slow"]
    codes = [run("SQLite", [*quick, *sys.argv[1:]], {"JIEXU_DATABASE_URL": ""})]
    if not missing["postgres"]:
        chosen = ON_ROWS if required else ["-m", "not slow and not browser", *ON_ROWS]
        codes.append(run("PostgreSQL", chosen, {"JIEXU_DATABASE_URL": POSTGRES}))
    print()
    for name, why in missing.items():
        if why:
            print(f"LEG {'MISSING' if name in required else 'SKIPPED'}: {name}: {why}")
    if not required:
        print("LEG SHORT: slow tests (kills, long walks) were left out; .ci/run takes them")
        print("LEG SHORT: browser tests ran on SQLite only; .ci/run takes them twice")
    return 1 if failed or any(codes) else 0


if __name__ == "__main__":
    raise SystemExit(main())
