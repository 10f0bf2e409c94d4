"""`jiexu demo`: plays every story in a fresh country and shows timelines, papers and money."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from jiexu.core.base.errors import JiexuError
from jiexu.core.base.money import yuan_for_people
from jiexu.simulation.fresh_databases import a_database_each
from jiexu.work.home import create_secrets

if TYPE_CHECKING:
    from jiexu.simulation.stories import Played, Story


class StoryReport(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    ok: bool
    cases: list[Any]
    error: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--json", action="store_true", help="只输出 JSON (JSON only)")
    parser.add_argument("--story", help="只演一个故事，例如 001 (one story only)")


def run(args: argparse.Namespace) -> int:
    """Play all stories, each in a temporary country of its own; exit 1 if anything breaks."""
    with tempfile.TemporaryDirectory(prefix="jiexu-demo-") as folder:
        _fresh_node(Path(folder))
        from jiexu.simulation.stories import stories

        chosen = [story for story in stories() if args.story in {None, story.id}]
        if not chosen:
            raise JiexuError(
                f"没有编号为 {args.story} 的故事。",
                f"现有：{'、'.join(story.id for story in stories())}。",
                code="NO_SUCH_STORY",
            )
        reports, breaks = [], []
        with a_database_each() as fresh:
            for story in chosen:
                fresh()
                report, broken = _play(story, args.json)
                reports.append(report)
                breaks.extend(broken)
    if args.json:
        answer = {"stories": reports, "invariant_breaks": breaks}
        print(msgspec.json.encode(answer).decode())
    else:
        print("全部证明通过。" if not breaks else "发现问题：\n" + "\n".join(breaks))
    return 0 if not breaks and all(report.ok for report in reports) else 1


def _fresh_node(folder: Path) -> None:
    """A new node in a temporary home."""
    create_secrets(folder)
    os.environ["JIEXU_HOME"] = str(folder)
    os.environ["JIEXU_EXCHANGE"] = str(folder / "exchange")
    os.environ["JIEXU_BANK"] = str(folder / "bank")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.config.settings")
    import django

    django.setup()


def _play(story: Story, quiet: bool) -> tuple[StoryReport, list[str]]:
    from django.conf import settings

    from jiexu.simulation.node import LocalNode
    from jiexu.simulation.stage import Stage

    shutil.rmtree(settings.BANK_FOLDER, ignore_errors=True)
    node = LocalNode()
    stage = Stage(
        dict.fromkeys(story.areas, node),
        Path(settings.BANK_FOLDER),
        datetime.fromisoformat(story.start),
    )
    if not quiet:
        print(f"\n【{story.id}】{story.title}")
    try:
        played = story.play(stage)
    except (AssertionError, JiexuError) as error:
        if not quiet:
            print(f"  没有演完：{error}", file=sys.stderr)
        report = StoryReport(id=story.id, title=story.title, ok=False, cases=[], error=str(error))
        return report, stage.breaks()
    if not quiet:
        _show(played)
    return StoryReport(id=story.id, title=story.title, ok=True, cases=played.cases), stage.breaks()


def _show(played: Played) -> None:
    for line in played.transcript:
        print(f"  {line}")
    for case in played.cases:
        print(
            f"  {case.case_no}：{yuan_for_people(case.moved_fen)} 元已划转；"
            f"承诺 {case.promised}，办结 {case.completed}；文书 {'、'.join(case.papers) or '无'}"
        )
