"""`jiexu backup FILE`: the whole node in one file, while it works."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from jiexu.faces.cli.start import start_node


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("file", metavar="FILE", type=Path, help="备份文件（不能已存在）")
    parser.add_argument(
        "--with-secrets", action="store_true", help="连密钥一起备份：文件须像密钥一样保管"
    )


def run(args: argparse.Namespace) -> int:
    """Make it and say what it holds. Exit 0 when it is on the disk."""
    start_node()
    from jiexu.work.backup import make_backup
    from jiexu.work.ports import clock

    manifest = make_backup(
        args.file.resolve(),
        with_secrets=args.with_secrets,
        now=clock(),
        told=lambda line: print(line, file=sys.stderr, flush=True),
    )
    size = args.file.stat().st_size
    rows = sum(manifest.counts.values())
    print(f"备份完成：{args.file}（{size} 字节，{len(manifest.parts)} 个文件，{rows} 行数据）。")
    if manifest.with_secrets:
        print("注意：备份里有密钥。谁拿到它，谁就能读出全部证件号码和银行账号，请加密离线保存。")
    else:
        print("备份里没有密钥。请另行保管节点目录下的 secrets.toml：没有它，这份备份恢复不了。")
    return 0
