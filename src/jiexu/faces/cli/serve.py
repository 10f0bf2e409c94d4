"""`jiexu serve`: web and workers in one; `--demo` first builds the demo country in a fresh home.

The command is a small supervisor: it starts the processes, starts one again that died, and ends
all of them when it is told to stop. Rows are the queues, so a process may die at any moment.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from jiexu.core.base.errors import JiexuError
from jiexu.faces.cli.start import start_django
from jiexu.work.home import create_secrets, home, secrets_file

_RESTART_PAUSE_SECONDS = 1.0
_THREADS = 2 * (os.cpu_count() or 1) + 1
"""Requests that wait for a commit together; more threads than this granian warns of."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"), help="监听地址")
    parser.add_argument(
        "--port", type=int, default=int(os.environ.get("PORT", "8000")), help="端口"
    )
    parser.add_argument("--web", type=int, default=2, help="网页进程数 (web processes)")
    parser.add_argument(
        "--threads", type=int, default=_THREADS, help="每个网页进程的线程数 (threads of each)"
    )
    parser.add_argument("--workers", type=int, default=1, help="后台进程数 (worker processes)")
    parser.add_argument("--demo", action="store_true", help="演示：先建演示国，带一键登录的人物")
    parser.add_argument("--people", type=int, default=3000, help="演示国的人数")


def run(args: argparse.Namespace) -> int:
    """Serve until stopped. Exit 0 when told to stop, 1 when the web cannot start."""
    if args.demo:
        _prepare_demo(args.people)
    start_django()
    _ready_database()
    commands = {
        "web": [
            *(sys.executable, "-m", "granian", "--interface", "wsgi"),
            *("--host", args.host, "--port", str(args.port)),
            *("--workers", str(args.web), "--blocking-threads", str(args.threads), "--no-ws"),
            *("--log-level", "warning"),
            "jiexu.config.wsgi:application",
        ],
    }
    for number in range(args.workers):
        commands[f"worker-{number + 1}"] = [sys.executable, "-m", "jiexu.faces.cli.main", "worker"]
    if args.demo:
        bank = os.environ["JIEXU_BANK"]
        commands["bank"] = [sys.executable, "-m", "jiexu.simulation.bank", bank]
    print(f"接续已启动：http://{args.host}:{args.port}/  （按 Ctrl+C 停止）", flush=True)
    if args.demo:
        print(f"演示人物：http://{args.host}:{args.port}/demo/", flush=True)
    return _supervise(commands)


def _prepare_demo(people: int) -> None:
    """A home of its own inside the current folder, built once; later starts continue it."""
    folder = Path(os.environ.get("JIEXU_HOME") or "var/demo").resolve()
    os.environ["JIEXU_HOME"] = str(folder)
    os.environ["JIEXU_DEMO"] = "1"
    os.environ["JIEXU_BANK"] = str(folder / "bank")
    if (folder / "demo-people.json").exists():
        return
    if secrets_file(folder).exists():
        raise JiexuError(
            f"{folder} 里有一个没有建完的节点，或者不是演示节点。",
            "如确认不要，请删除这个目录后重新运行；或用 JIEXU_HOME 指定另一个目录。",
            code="NOT_A_DEMO",
        )
    create_secrets(folder)
    print(f"正在建立演示国（{people} 人），只在第一次运行时需要……", flush=True)
    subprocess.run(  # noqa: S603  (our own module, no shell)
        [sys.executable, "-m", "jiexu.simulation.world", "--people", str(people)], check=True
    )


def _ready_database() -> None:
    """Apply migrations and collect static files: both do nothing when nothing is new."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)


def _supervise(commands: dict[str, list[str]]) -> int:
    running = {name: _start(command) for name, command in commands.items()}
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    started = time.monotonic()
    code = 0
    while not stopping:
        time.sleep(0.2)
        for name, process in running.items():
            if process.poll() is None or stopping:
                continue
            if name == "web" and time.monotonic() - started < 5:
                print("网页服务没有启动：端口可能已被占用，请换一个 PORT。", file=sys.stderr)
                stopping, code = True, 1
                break
            print(f"{name} 意外退出（{process.returncode}），正在重新启动。", file=sys.stderr)
            time.sleep(_RESTART_PAUSE_SECONDS)
            running[name] = _start(commands[name])
    for process in running.values():
        process.terminate()
    for process in running.values():
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
    return code


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, env={**os.environ, "JIEXU_HOME": str(home())})  # noqa: S603
