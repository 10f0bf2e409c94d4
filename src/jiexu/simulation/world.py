"""Builds the demo country: agencies, a few thousand invented people, and cases at every stage.

Everything goes through import and real moves, never by rows past the unit of work. The same seed
gives the same people on any machine; only the days follow the calendar of today.
`python -m jiexu.simulation.world` builds it in the node of `JIEXU_HOME`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

from rich.progress import Progress, SpinnerColumn, TextColumn

from jiexu.simulation.cast import HERO_CERTNO, bring_in_cast
from jiexu.simulation.cast_of_stories import NAMED, bring_in_story_people
from jiexu.simulation.country import Country
from jiexu.simulation.offices import open_offices
from jiexu.simulation.other_kinds import bring_in_other_kinds
from jiexu.simulation.population import settle

SEED = 20260311


def build(people: int, folder: Path) -> None:
    """Build the country in this process's node; `folder` is the bank's. Writes demo-people.json."""
    from django.conf import settings

    from jiexu.simulation.node import LocalNode
    from jiexu.work.ports import clock

    country = Country(LocalNode(), Random(SEED), clock())
    country.taken |= {HERO_CERTNO, *(person.certno for person in NAMED)}
    with Progress(
        SpinnerColumn(), *Progress.get_default_columns(), TextColumn("{task.description}")
    ) as progress:
        open_offices(country, progress, folder)
        settle(country, progress, people)
        bring_in_cast(country)
        bring_in_other_kinds(country)
        bring_in_story_people(country)
        _move(country, progress, folder)
    listing = json.dumps(country.demo_people, ensure_ascii=False, indent=1)
    target = settings.HOME / "demo-people.json"
    part = target.with_suffix(".part")
    part.write_text(listing, encoding="utf-8")
    part.rename(target)  # last: a country without its list of people was not finished


def _move(country: Country, progress: Progress, folder: Path) -> None:
    """Real moves: most movers apply; some are paid, some wait, one has a doubt."""
    applying = country.movers[: len(country.movers) * 3 // 4]
    task = progress.add_task("业务", total=len(applying) + 4)
    for place, mover in enumerate(applying):
        form = {"from_area": mover.source, "to_area": mover.target, "insutype": "310"}
        country.node.apply_for_certno(mover.person.certno, form, f"demo-{place:04d}-{SEED}")
        progress.advance(task)
    country.node.sweep()
    progress.advance(task)
    for office in country.staffed[: len(country.staffed) // 2]:
        batch = country.node.prepare_payments(
            office.area, f"{office.short}_zhidan", f"demo-batch-{office.area}"
        )
        if batch["ok"]:
            country.node.approve_payments(office.area, f"{office.short}_fuhe", batch["case_no"])
    country.node.sweep()
    progress.advance(task)
    subprocess.run(  # noqa: S603  (our own module, no shell)
        [sys.executable, "-m", "jiexu.simulation.bank", str(folder), "--once"],
        check=True,
        timeout=120,
        stdout=subprocess.DEVNULL,
    )
    country.node.sweep()
    progress.advance(task)
    broken = country.node.verify()
    progress.advance(task)
    if broken:
        raise AssertionError("\n".join(broken))


def main() -> int:
    """Build the country in the node of `JIEXU_HOME`."""
    parser = argparse.ArgumentParser(prog="python -m jiexu.simulation.world")
    parser.add_argument("--people", type=int, default=3000)
    args = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.config.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    build(args.people, Path(settings.BANK_FOLDER))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
