"""`jiexu worker`: sweeps the queues until stopped. Any number may run; any may be killed."""

from __future__ import annotations

import argparse
import signal

from jiexu.faces.cli.start import start_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--once", action="store_true", help="处理完现有的事就退出")


def run(args: argparse.Namespace) -> int:
    """Work; exit 0 when told to stop."""
    start_django()
    from jiexu.work.worker import run_for_ever, run_until_quiet

    if args.once:
        print(f"处理了 {run_until_quiet()} 件事。")
        return 0
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    run_for_ever(lambda: stopping)
    return 0
