"""The dispatcher: finds the command in the table, imports only its module, prints its faults.

Exit codes: what the command returns; 1 for a fault people can mend (told on stderr with its
remedy); 2 for a command or option that does not exist; 130 when interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from jiexu.core.base.errors import JiexuError
from jiexu.faces.cli.commands import COMMANDS


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Never raises for what a person did wrong; returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in {"-h", "--help", "help"}:
        print(_overview())
        return 0
    if words[0] == "--version":
        from importlib.metadata import version

        print(f"jiexu {version('jiexu')}")
        return 0
    command = COMMANDS.get(words[0])
    if command is None:
        print(
            f"错误：没有“{words[0]}”这个命令(unknown command)。\n\n{_overview()}", file=sys.stderr
        )
        return 2
    try:
        return _run(words[0], words[1:])
    except JiexuError as error:
        print(f"错误：{error.message}\n怎么办：{error.remedy}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("已中断。", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader, `head` for one, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _run(name: str, words: list[str]) -> int:
    import argparse

    class Parser(argparse.ArgumentParser):
        """Says in Chinese what argparse says in English, and names the help."""

        def error(self, message: str) -> NoReturn:
            print(
                f"错误：参数不对({message})。\n怎么办：用 {self.prog} --help 看用法。",
                file=sys.stderr,
            )
            self.exit(2)

    command = COMMANDS[name]
    module = import_module(command.module)
    parser = Parser(prog=f"jiexu {name}", description=f"{command.chinese} / {command.english}")
    module.add_arguments(parser)
    try:
        args = parser.parse_args(words)
    except SystemExit as stop:
        return int(stop.code or 0)
    return int(module.run(args))


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {one.chinese} / {one.english}" for name, one in COMMANDS.items()]
    return "\n".join(
        [
            "用法：jiexu 命令 [参数]    (usage: jiexu COMMAND [ARGUMENTS])",
            "",
            "命令 (commands):",
            *lines,
            "",
            "jiexu 命令 --help 看一个命令的用法 (help of one command)。",
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())
