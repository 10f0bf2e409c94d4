"""How many messages of 1 KiB are signed and verified per second, beside `openssl speed`.

One core, one run: our backends and the command take turns, the order reverses every round, and the
middle round counts. `openssl speed` signs 20 bytes with everything prepared: it is the limit, since
ours reads key and message anew each time and digests the whole message.

    python benchmarks/sm2.py [--json] [--rounds N]
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from jiexu.adapters.signing import BACKENDS, Backend, SignerUnavailable, describe

MESSAGE = bytes(range(256)) * 4
SECONDS = 0.5
_SPEED_LINE = re.compile(r"SM2 .*?s\s+[\d.]+s\s+([\d.]+)\s+([\d.]+)\s*$", re.MULTILINE)

Rates = dict[str, float]


def openssl_speed() -> Rates | str:
    """Signs and verifies per second by the `openssl` command, or why there is no such number."""
    command = shutil.which("openssl")
    if command is None:
        return "no openssl command"
    done = subprocess.run(
        [command, "speed", "-elapsed", "-seconds", "1", "sm2"],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    found = _SPEED_LINE.search(done.stdout)
    if found is None:
        return f"this openssl has no SM2 speed: {(done.stderr.strip() or '?').splitlines()[-1]}"
    return {"sign": float(found[1]), "verify": float(found[2])}


def rate(act: Callable[[], object]) -> float:
    """Calls of `act` per second, over SECONDS of wall time."""
    start = time.perf_counter()
    calls = 0
    while (spent := time.perf_counter() - start) < SECONDS:
        for _ in range(50):
            act()
        calls += 50
    return calls / spent


def ours(signer: Backend) -> Callable[[], Rates]:
    """A measurement of one backend with a known key."""
    pair = signer.generate()
    signature = signer.sign(pair.private, MESSAGE)
    assert signer.verify(pair.public, MESSAGE, signature)
    return lambda: {
        "sign": rate(lambda: signer.sign(pair.private, MESSAGE)),
        "verify": rate(lambda: signer.verify(pair.public, MESSAGE, signature)),
    }


def run(rounds: int = 5) -> dict[str, Any]:
    """Medians per contender, and each backend's part of the command's rate."""
    contenders: dict[str, Callable[[], Rates | str]] = {"openssl speed": openssl_speed}
    skipped: dict[str, str] = {}
    for make in BACKENDS:
        try:
            signer = make()
        except SignerUnavailable as unavailable:
            skipped[make.__name__.strip("_")] = unavailable.message
        else:
            contenders[signer.name] = ours(signer)
    measured: dict[str, list[Rates]] = {}
    for turn in range(rounds):
        for name, measure in list(contenders.items())[:: 1 if turn % 2 == 0 else -1]:
            rates = measure()
            if isinstance(rates, str):
                skipped[name] = rates
                del contenders[name]
            else:
                measured.setdefault(name, []).append(rates)
    per_second = {
        name: {act: round(median(one[act] for one in all_rounds)) for act in ("sign", "verify")}
        for name, all_rounds in measured.items()
    }
    limit = per_second.get("openssl speed")
    ratios = {
        name: {act: round(rates[act] / limit[act], 3) for act in rates}
        for name, rates in per_second.items()
        if limit is not None and name != "openssl speed"
    }
    return {
        "message_bytes": len(MESSAGE),
        "rounds": rounds,
        "signer": describe(),
        "per_second": per_second,
        "ratio_to_openssl_speed": ratios,
        "skipped": skipped,
    }


def main() -> None:
    """Print the medians and ratios, or JSON with `--json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    result = run(options.rounds)
    if options.json:
        print(json.dumps(result, ensure_ascii=False, indent=2))
        return
    print(f"{result['signer']}; {result['message_bytes']} B, median of {result['rounds']} rounds")
    print(f"{'':14} {'sign/s':>8} {'verify/s':>9} {'sign':>7} {'verify':>7}  (to openssl speed)")
    for name, rates in result["per_second"].items():
        ratio = result["ratio_to_openssl_speed"].get(name)
        parts = f"{ratio['sign']:6.2f}x {ratio['verify']:6.2f}x" if ratio else ""
        print(f"{name:14} {rates['sign']:8.0f} {rates['verify']:9.0f} {parts}")
    for name, reason in result["skipped"].items():
        print(f"{name:14} skipped: {reason}")


if __name__ == "__main__":
    main()
