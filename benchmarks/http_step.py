"""One durable step of a case over HTTP, beside a Django REST framework project that does less.

The step is `write_record` by a clerk with a token: sign-in checked, request counted, case locked,
version compared, decision made, case, clock, months, message, notice, audit entry and idempotency
key written, all in one commit. The peer (`peers/drf_case.py`) locks a case, changes its state and
writes an audit row. Both stand behind granian, each with the processes and threads that suit it,
on the same kind of database with the same durable settings, asked by the same client over kept
connections, 16 at a time and one at a time, in alternating order. Also: `POST /assess/deadline`.

    python benchmarks/http_step.py [--json] [--rounds 3]
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import _country
from _country import TARGET

MANY, ROUNDS = 16, 3
OURS, PEERS = ("1", "16"), ("2", "4")
"""Processes and threads of each. Ours shares commits among the threads of a process, so one process
with many threads (`jiexu serve --web 1 --threads 16`) is its best on two cores; the peer's is two.
"""
TOGETHER, SINGLY, QUESTIONS = 320, 40, 2000
_PEERS = Path(__file__).parent / "peers"


def run(rounds: int = ROUNDS) -> dict[str, Any]:
    """Requests per second and median milliseconds of both, on each database."""
    return {
        "benchmark": "http_step",
        "step": "write_record by a clerk over HTTP",
        "unit": "requests/s",
        "rounds": rounds,
        "results": {
            vendor: _country.in_worker(__file__, server, [str(rounds)], timeout=600)
            for vendor, server in _country.servers().items()
        },
    }


def _worker(home: Path, rounds: int) -> dict[str, Any]:
    _country.start(home)
    (home / "static").mkdir()  # as after collectstatic: looked for when the server starts
    from step import _breaks, _wait_for_the_clerk

    total = rounds * (TOGETHER + SINGLY) + MANY
    _wait_for_the_clerk(total, home)
    found = {"machine": _country.machine(), "durable": _country.durability()}
    ours = _our_requests()
    peer, environment = _peer(home, len(ours))
    taken: dict[str, dict[str, list[tuple[float, float]]]] = {}
    limit = {"JIEXU_API_PER_MINUTE": "10000000"}
    with (
        _serving("jiexu.config.wsgi:application", limit, OURS) as at_ours,
        _maybe_serving(peer, environment) as at_peer,
    ):
        given = {"ours": (at_ours, iter(ours)), "drf": (at_peer, iter(peer))}
        for who in [name for name in given if given[name][0]]:
            _ask(*given[who], MANY, MANY)  # warms up
        for turn in range(rounds):
            order = ["ours", "drf"] if turn % 2 else ["drf", "ours"]
            for who in [name for name in order if given[name][0]]:
                rows = taken.setdefault(who, {})
                rows.setdefault("16 at a time", []).append(_ask(*given[who], TOGETHER, MANY))
                rows.setdefault("one at a time", []).append(_ask(*given[who], SINGLY, 1))
        questions = iter([_question()] * (2 * QUESTIONS + MANY))
        _ask(at_ours, questions, MANY, MANY)
        assess = {
            "16 at a time": _ask(at_ours, questions, QUESTIONS, MANY),
            "one at a time": _ask(at_ours, questions, QUESTIONS // 3, 1),
        }
    _check(total)
    breaks = _breaks()
    assert not breaks, breaks[:3]
    return found | {"rows": _rows(taken), "assess": {k: _figures([v]) for k, v in assess.items()}}


def _our_requests() -> list[bytes]:
    from jiexu.core.base.actors import Role
    from jiexu.records.procedures.models import Case
    from jiexu.work import accounts, grants, ports, tokens

    accounts.add_user("jingban", "经办", "correct-horse-battery", ports.clock())
    grants.grant("jingban", Role.CLERK, TARGET, "bench", ports.clock())
    scope = [f"clerk@{TARGET}"]
    text, _ = tokens.issue_token("jingban", scope, "bench", 366, "bench", ports.clock())
    rows = Case.objects.of(TARGET).filter(half="in", record_leg="form_received").order_by("pk")
    return [
        _request(
            f"/api/v1/agencies/{TARGET}/cases/in/{number}/acts/write_record",
            {"version": version},
            f"Authorization: Bearer {text}\r\nIdempotency-Key: {number}-write",
        )
        for number, version in rows.values_list("case_no", "version")
    ]


def _peer(home: Path, count: int) -> tuple[list[bytes], dict[str, str]]:
    """The peer's requests and its environment; none where the framework is not installed."""
    from django.db import connection

    numbers = [f"PEER{place:08d}" for place in range(count)]
    same = {
        name: connection.settings_dict[name]
        for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    } | {"CONN_MAX_AGE": 600}
    if connection.vendor == "sqlite":
        same["NAME"] = str(home / "peer.sqlite3")
    else:
        same["OPTIONS"] = {**same["OPTIONS"], "options": "-c search_path=peer"}
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA peer")
    environment = {"PEER_DATABASE": json.dumps(same), "PYTHONPATH": str(_PEERS)}
    try:
        import rest_framework  # noqa: F401
    except ImportError:
        print("Django REST framework is not installed: measured alone", file=sys.stderr)
        return [], {}
    made = subprocess.run(
        [sys.executable, str(_PEERS / "drf_case.py")],
        input=json.dumps(numbers),
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    token = f"Authorization: Token {made.stdout.strip()}"
    return [
        _request(f"/cases/{one}/advance", {"version": 1}, token) for one in numbers
    ], environment


def _question() -> bytes:
    facts = {"start": "2026-03-02", "workdays": 10, "area": TARGET}
    return _request("/api/v1/assess/deadline", facts, "Accept: application/json")


def _request(path: str, body: dict[str, Any], header: str) -> bytes:
    data = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"{header}\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data


@contextmanager
def _serving(
    application: str, environment: dict[str, str], shape: tuple[str, str]
) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", shape[0], "--blocking-threads", shape[1], "--no-ws"),
        *("--log-level", "error", application),
    ]
    source = str(Path(__file__).resolve().parents[1] / "src")
    paths = os.pathsep.join(one for one in (environment.get("PYTHONPATH"), source) if one)
    process = subprocess.Popen(command, env={**os.environ, **environment, "PYTHONPATH": paths})
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        time.sleep(2)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def _maybe_serving(requests: list[bytes], environment: dict[str, str]) -> Iterator[int]:
    if not requests:
        yield 0
        return
    with _serving("drf_case:application", environment, PEERS) as port:
        yield port


def _ask(port: int, requests: Iterator[bytes], count: int, connections: int) -> tuple[float, float]:
    """Requests per second, and the median in milliseconds; every answer must be a 200."""
    waiting = [next(requests) for _ in range(count)]
    spent: list[float] = []
    wrong: list[bytes] = []

    def one(share: Sequence[bytes]) -> None:
        with socket.create_connection(("127.0.0.1", port)) as link:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for request in share:
                begun = time.perf_counter()
                link.sendall(request)
                answer = _read(link)
                spent.append(time.perf_counter() - begun)
                if not answer.startswith(b"HTTP/1.1 200"):
                    wrong.append(answer)

    threads = [
        threading.Thread(target=one, args=(waiting[place::connections],))
        for place in range(connections)
    ]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    assert not wrong, wrong[0][:600]
    assert len(spent) == count
    return count / seconds, statistics.median(spent) * 1000


def _read(link: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(link)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += _more(link)
    return head + body


def _more(link: socket.socket) -> bytes:
    data = link.recv(65536)
    assert data, "the server closed the connection"
    return data


def _check(steps: int) -> None:
    """Every step was made, once."""
    from jiexu.records.audit.models import Entry

    made = Entry.objects.of(TARGET).filter(action="transfer.write_record").count()
    assert made == steps, (made, steps)


def _figures(taken: Sequence[tuple[float, float]]) -> dict[str, float]:
    return {
        "per_second": round(statistics.median(one[0] for one in taken)),
        "p50_ms": round(statistics.median(one[1] for one in taken), 2),
    }


def _rows(taken: dict[str, dict[str, list[tuple[float, float]]]]) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for shape in taken["ours"]:
        rows[shape] = {who: _figures(each[shape]) for who, each in taken.items()}
        if "drf" in taken:
            ours, peer = rows[shape]["ours"], rows[shape]["drf"]
            rows[shape]["times_drf"] = round(ours["per_second"] / peer["per_second"], 2)
    return rows


def main() -> None:
    """Print the table, or JSON with `--json`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        print(json.dumps(_worker(Path(options.worker[0]), int(options.worker[1]))))
        return
    report = run(options.rounds)
    if options.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
        return
    print(f"{report['step']}, median of {report['rounds']} rounds")
    for vendor, result in report["results"].items():
        facts = {**result["machine"], **result["durable"]}
        print(f"{vendor}: {', '.join(f'{name} {value}' for name, value in facts.items())}")
        for shape, row in result["rows"].items():
            print(f"  {shape:14}{json.dumps(row)}")
        for shape, row in result["assess"].items():
            print(f"  assess {shape:14}{json.dumps(row)}")


if __name__ == "__main__":
    main()
