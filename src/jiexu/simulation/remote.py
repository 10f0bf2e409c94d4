"""A node in a process, home and database of its own, driven by lines of JSON.

`python -m jiexu.simulation.remote` is the far end: it serves acts from its standard input.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from jiexu.core.base.errors import JiexuError


class RemoteNode:
    """The near end: every method is an act of the far node."""

    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jiexu.simulation.remote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment, "JIEXU_HOME": str(home)},
        )

    def __getattr__(self, act: str) -> Callable[..., Any]:
        if act.startswith("_"):
            raise AttributeError(act)

        def call(*args: Any, **kwargs: Any) -> Any:
            return self._call(act, args, kwargs)

        return call

    def close(self) -> None:
        """End the process and wait for it."""
        if self._process.stdin and self._process.stdout:
            self._process.stdin.close()
            self._process.stdout.close()
        self._process.wait(timeout=30)

    def _call(self, act: str, args: Any, kwargs: Any) -> Any:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the node has no pipes")
        self._process.stdin.write(json.dumps([act, args, kwargs]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the node died while asked for {act}")
        answer = json.loads(line)
        if "fault" in answer:
            raise RuntimeError(f"{act}: {answer['fault']}")
        return answer["value"]


def main() -> None:
    """Serve acts until the input closes."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.config.settings")
    django.setup()
    from jiexu.simulation.node import LocalNode

    node = LocalNode()
    for line in sys.stdin:
        act, args, kwargs = json.loads(line)
        try:
            answer = {"value": getattr(node, act)(*args, **kwargs)}
        except (JiexuError, AssertionError, LookupError, ValueError) as error:
            answer = {"fault": f"{type(error).__name__}: {error}"}
        print(msgspec.json.encode(answer).decode(), flush=True)


if __name__ == "__main__":
    main()
