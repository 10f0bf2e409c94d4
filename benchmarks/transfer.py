"""How many whole transfers per second? From the application to the money in the new account.

Two agencies on one node and in one process. Everything is done that a real transfer needs: the
messages between the two are canonical, signed and verified (SM2) and kept sealed as evidence;
forms are issued and sealed; two people approve the payment; files go to the bank and come back;
statements are matched; every step is a chained audit entry; every commit is durable. The pretend
bank runs in this process; its time is not counted and told apart.

`batched`: all people apply in one call of the unit of work, then the worker's sweeps run until
nothing is left, as on a busy day. `one by one`: each person's transfer is driven to its very end,
with a payment batch and bank files of its own, before the next begins: the dearest way.

A run counts only when every case is completed, all the money has arrived and every proof of the
node (ledger, audit chain, seals, envelopes) holds.

    python benchmarks/transfer.py [--json] [--people 400] [--singly 12] [--profile]
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import _country
from _country import BALANCE_FEN, SOURCE, START, TARGET

PEOPLE, SINGLY = 400, 12
BANK = "bank (not counted)"
GOALS = {"batched": 50, "one by one": 12}


def run(people: int = PEOPLE, singly: int = SINGLY, profile: bool = False) -> dict[str, Any]:
    """Transfers and steps per second on each database; refused without its proofs."""
    arguments = [str(people), str(singly), str(int(profile))]
    return {
        "benchmark": "transfer",
        "people": {"batched": people, "one by one": singly},
        "goals_per_second": GOALS,
        "results": {
            vendor: _country.in_worker(__file__, server, arguments, timeout=300)
            for vendor, server in _country.servers().items()
        },
    }


_numbers = count(1)


def _key() -> str:
    """A key that no form had before."""
    return f"{next(_numbers):08}"


class Watch:
    """Seconds by what was done; the bank's apart."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.cpu_seconds = 0.0

    @contextmanager
    def on(self, name: str) -> Any:
        begin, cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - begin
            if name != BANK:
                self.cpu_seconds += time.process_time() - cpu


class Run:
    """One way of driving people's transfers to their end, timed part by part."""

    def __init__(self, country: Any, bank: Any) -> None:
        from jiexu.simulation.node import LocalNode

        self._bank = bank
        self._node = LocalNode()
        self._folder = country.bank_folder
        self.watch = Watch()

    def batched(self, certnos: Sequence[str]) -> None:
        """Everybody at once."""
        from jiexu.work import unit_of_work

        steps = [application(certno, serial) for serial, certno in enumerate(certnos)]
        with self.watch.on("apply"):
            results = unit_of_work.apply(TARGET, steps, now=START)
        assert all(result.ok for result in results), results
        self.sweep()
        self.pay()
        self.sweep()
        self.bank_works()
        self.sweep()

    def singly(self, certnos: Sequence[str]) -> None:
        """One after another, each with a payment batch and bank files of its own."""
        form = {"from_area": SOURCE, "to_area": TARGET, "insutype": "310"}
        for certno in certnos:
            with self.watch.on("apply"):
                result = self._node.apply_for_certno(certno, form, _key())
            assert result["ok"], result
            self.sweep()
            self.pay()
            self.sweep()
            self.bank_works()
            self.sweep()

    def sweep(self) -> None:
        """The worker's sweeps until nothing is left; a fault is a fault here, not a log line."""
        from jiexu.work.worker import SWEEPS

        done = 1
        while done:
            done = 0
            for name, sweep in SWEEPS:
                with self.watch.on(name):
                    done += sweep(START)

    def pay(self) -> None:
        """One person prepares batches of all that waits, another approves them."""
        from jiexu.work import intake

        with self.watch.on("prepare and approve"):
            for number in self._prepared(intake):
                result = self._node.approve_payments(SOURCE, "fuhe", number)
                assert result["ok"], result

    def _prepared(self, intake: Any) -> list[str]:
        from jiexu.core.base.actors import Actor, Role
        from jiexu.records.settlement.queries import orders_waiting
        from jiexu.work.payments import MOST_ROWS

        actor = Actor(role=Role.FINANCE_PREPARER, ref="zhidan", agency=SOURCE)
        ids = [order.id for order in orders_waiting(SOURCE)]
        numbers = []
        for start in range(0, len(ids), MOST_ROWS):
            chosen = ids[start : start + MOST_ROWS]
            result = intake.prepare_batch(actor, SOURCE, chosen, _key(), START)
            assert result.ok, result
            numbers.append(result.case_no)
        return numbers

    def bank_works(self) -> None:
        with self.watch.on(BANK):
            self._bank.play_round(START.date())


def application(certno: str, serial: int) -> Any:
    """The step that a face makes of an application at the new place."""
    from jiexu.core.base.actors import Actor, Role
    from jiexu.core.procedures.case_number import make_case_no
    from jiexu.core.procedures.outcome import Step
    from jiexu.core.procedures.transfer.facts import Application
    from jiexu.records.access.sealing import identity_index

    return Step(
        case_no=make_case_no(TARGET, START.date(), serial),
        half="in",
        event="apply",
        actor=Actor(role=Role.CITIZEN, ref="citizen"),
        key=f"apply:batched-{serial}",
        payload=Application(
            applied_on=START.date(),
            channel="online",
            applicant="self",
            insutype_out="310",
            insutype_in="310",
            trafout_admdvs=SOURCE,
        ),
        subject=identity_index(certno),
    )


def _worker(home: Path, people: int, singly: int, profile: bool) -> dict[str, Any]:
    _country.start(home)
    from jiexu.simulation.bank import PretendBank

    country = _country.settle_country(people + singly + 1, home / "bank")
    bank = PretendBank(country.bank_folder)
    _mode(country, bank, "singly", country.certnos[:1])  # warms up
    found = {"machine": _country.machine(), "durable": _country.durability()}
    modes = {}
    for name, act, certnos in (
        ("one by one", "singly", country.certnos[1 : singly + 1]),
        ("batched", "batched", country.certnos[singly + 1 :]),
    ):
        profiler = cProfile.Profile() if profile else None
        modes[name] = _mode(country, bank, act, certnos, profiler)
    bank.books.close()
    begin = time.perf_counter()
    proved = _prove(people + singly + 1)
    proved["seconds"] = round(time.perf_counter() - begin, 2)
    return found | {"modes": modes, "proved": proved}


def _mode(
    country: Any, bank: Any, act: str, certnos: Sequence[str], profiler: Any = None
) -> dict[str, Any]:
    drive = Run(country, bank)
    steps, messages = _counts()
    if profiler:
        profiler.enable()
    getattr(drive, act)(certnos)
    if profiler:
        profiler.disable()
        print(f"--- {act}", file=sys.stderr)
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(45)
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("cumtime").print_stats(90)
    seconds = drive.watch.seconds
    apart = seconds.pop(BANK)
    spent = sum(seconds.values())
    steps_after, messages_after = _counts()
    return {
        "transfers": len(certnos),
        "seconds": round(spent, 2),
        "transfers_per_second": round(len(certnos) / spent, 1),
        "ms_per_transfer": round(spent / len(certnos) * 1000, 1),
        "own_cpu_ms_per_transfer": round(drive.watch.cpu_seconds / len(certnos) * 1000, 1),
        "steps": steps_after - steps,
        "steps_per_second": round((steps_after - steps) / spent),
        "messages_per_second": round((messages_after - messages) / spent),
        "bank_seconds_not_counted": round(apart, 2),
        "parts_percent": {
            name: round(part / spent * 100, 1)
            for name, part in sorted(seconds.items(), key=lambda item: -item[1])
        },
    }


def _counts() -> tuple[int, int]:
    from jiexu.records.audit.models import Entry
    from jiexu.records.exchange.models import Incoming

    steps = Entry.objects.across_node().filter(stream__startswith="case:").count()
    return steps, Incoming.objects.across_node().filter(state="applied").count()


def _prove(transfers: int) -> dict[str, Any]:
    """Raises unless everything is finished, in the right place and proved."""
    from django.db.models import Sum

    from jiexu.records.exchange.models import Envelope, Outgoing
    from jiexu.records.ledger.models import Account
    from jiexu.records.ledger.verify import verify as verify_ledger
    from jiexu.records.procedures.models import Case
    from jiexu.records.settlement.models import StatementLine
    from jiexu.work.proofs import verify as verify_proofs

    for half in ("in", "out"):
        cases = Case.objects.across_node().filter(half=half)
        states = list(cases.values_list("state", flat=True).distinct())
        assert (cases.count(), states) == (transfers, ["completed"]), f"{half}: {states}"
    assert not StatementLine.objects.across_node().exclude(state="matched").exists()
    assert not Outgoing.objects.across_node().exclude(state="delivered").exists()
    moved = {}
    for area in (SOURCE, TARGET):
        accounts = Account.objects.of(area).filter(kind="person_account")
        totals = accounts.aggregate(debits=Sum("debits_posted"), credits=Sum("credits_posted"))
        moved[area] = abs((totals["credits"] or 0) - (totals["debits"] or 0))
    assert moved == {SOURCE: 0, TARGET: transfers * BALANCE_FEN}, moved
    breaks = [*verify_ledger(), *verify_proofs()]
    assert not breaks, breaks[:5]
    return {
        "cases_completed": 2 * transfers,
        "envelopes": Envelope.objects.across_node().count(),
        "breaks": 0,
    }


def main() -> None:
    """Print the table, or JSON with `--json`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--people", type=int, default=PEOPLE, help="people of the batched run")
    parser.add_argument("--singly", type=int, default=SINGLY, help="people driven one by one")
    parser.add_argument("--profile", action="store_true", help="where the time goes (on stderr)")
    parser.add_argument("--worker", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        home, *numbers = options.worker
        people, singly, profile = map(int, numbers)
        print(json.dumps(_worker(Path(home), people, singly, bool(profile))))
        return
    report = run(options.people, options.singly, options.profile)
    if options.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
        return
    _show(report, print)


def _show(report: dict[str, Any], say: Callable[[str], None]) -> None:
    for vendor, result in report["results"].items():
        facts = {**result["machine"], **result["durable"]}
        say(f"{vendor}: {', '.join(f'{name} {value}' for name, value in facts.items())}")
        for name, mode in result["modes"].items():
            goal = GOALS[name]
            say(
                f"  {name:11}{mode['transfers']:>5} transfers in {mode['seconds']:6.2f} s:"
                f" {mode['transfers_per_second']:6.1f}/s (goal {goal}),"
                f" {mode['steps_per_second']} steps/s, {mode['messages_per_second']} messages/s"
                f" (bank, not counted: {mode['bank_seconds_not_counted']} s);"
                f" own CPU {mode['own_cpu_ms_per_transfer']} ms per transfer"
            )
            parts = [f"{part} {share} %" for part, share in mode["parts_percent"].items()]
            say(f"    {', '.join(parts)}")
        say(f"  proved: {result['proved']}")


if __name__ == "__main__":
    main()
