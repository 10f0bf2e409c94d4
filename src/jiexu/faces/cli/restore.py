"""`jiexu restore FILE`: a backup into an empty home and an empty database, then the proofs.

Exit 0 when everything is back and both proofs hold, 1 when a proof does not.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from jiexu.faces.cli.start import start_django
from jiexu.work.home import home


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("file", metavar="FILE", type=Path, help="备份文件")


def run(args: argparse.Namespace) -> int:
    """Restore, prove, and say the result. Raises `BackupError` where it must not be done."""
    from jiexu.work import archive, restore

    folder = home()
    manifest = archive.read_manifest(args.file)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=restore.STAGE) as stage:
        unpacked = archive.unpack(args.file, Path(stage), lambda line: None)
        _tell(f"清单和 {len(unpacked)} 个文件的 SM3 核对一致")
        restore.prepare(manifest, unpacked, folder)
        start_django()
        restore.fill(manifest, unpacked, _tell)
    made = f"{manifest.made_at:%Y-%m-%d %H:%M}"
    print(f"已恢复 {made} 的备份（{sum(manifest.counts.values())} 行数据），正在核对。")
    return _prove()


def _prove() -> int:
    """Both proofs over the restored node."""
    from jiexu.records.ledger.verify import verify as verify_ledger
    from jiexu.work.proofs import verify as verify_audit

    books, chain = verify_ledger(), verify_audit()
    for one in books[:100]:
        print(f"断点：{one.agency or '全节点'} {one.table} {one.row_id or ''}：{one.text}")
    for other in chain[:100]:
        print(f"断点：{other}")
    print(f"账目核对：{_result(len(books))}")
    print(f"审计核对：{_result(len(chain))}")
    if books or chain:
        print("怎么办：请不要启用这个节点；换一份备份恢复到新的空目录，并报告主管。")
        return 1
    print("可以启用：运行 jiexu serve。原节点必须已经停用，否则同一号码会用两次。")
    return 0


def _result(breaks: int) -> str:
    return f"不通过，有 {breaks} 处对不上。" if breaks else "通过。"


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
