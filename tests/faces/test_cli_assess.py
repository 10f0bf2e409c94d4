"""`jiexu assess` as people and programs use it, and the dispatcher around it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jiexu.faces.cli.commands import COMMANDS
from jiexu.faces.cli.main import main

DEADLINE = {"start": "2026-03-02", "workdays": 10}
TRANSFER = {
    "on": "2026-03-02",
    "person": {"retired": True},
    "from": {"area": "450200", "insutype": "310", "status": "paused"},
    "to": {"area": "320100", "insutype": "310", "status": "normal"},
}


@pytest.fixture
def facts_file(tmp_path: Path) -> Path:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(DEADLINE), encoding="utf-8")
    return path


def test_answers_from_a_file(facts_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", "deadline", str(facts_file)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {
        *("question", "outcome", "values", "reasons", "parameters", "provisional", "notes"),
    }
    assert answer["values"]["due"] == "2026-03-16"


@pytest.mark.parametrize("words", [["assess", "transfer"], ["assess", "transfer", "-"]])
def test_answers_from_standard_input_with_or_without_bom(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = b"\xef\xbb\xbf" + json.dumps(TRANSFER).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    assert main(words) == 0  # a refusal is an answer
    answer = json.loads(capsys.readouterr().out)
    assert answer["outcome"] == "refuse"
    assert answer["reasons"][0]["sources"][0]["from"] == "2021-12-01"


def test_bad_facts_are_json_on_stdout_and_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.json"
    path.write_text('{"start": "2026-03-02"}', encoding="utf-8")
    for words in (["assess", "deadline", str(path)], ["assess", "deadline", str(path), "--table"]):
        assert main(words) == 2
        shown = capsys.readouterr()
        assert json.loads(shown.out) == {
            "code": "MISSING_FACT",
            "path": "workdays",
            "message": "缺少必需的事实 workdays。",
            "remedy": "请补上 workdays。",
        }
        assert shown.err == ""


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["assess", "deadline", "/nonexistent/facts.json"], "FILE_NOT_READABLE"),
        (["assess", "weather", "/nonexistent/facts.json"], "UNKNOWN_QUESTION"),
        (["assess", "weather", "--schema"], "UNKNOWN_QUESTION"),
    ],
)
def test_what_cannot_be_read_or_asked(
    words: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    error = json.loads(capsys.readouterr().out)
    assert error["code"] == code
    assert error["remedy"]


def test_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", "transfer", "--schema"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["$defs"]["TransferFacts"]["required"] == ["on", "from", "to"]


def test_table_is_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(TRANSFER), encoding="utf-8")
    assert main(["assess", "transfer", str(path), "--table"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("结论：不予受理\n转移类型：职工→职工\n")
    assert "原因 1：退休人员的职工医保关系不办理转移接续。（RETIREE）" in text
    assert (
        "来源：【国家规定】基本医疗保险关系转移接续暂行办法（未见官方正文，据转载） "
        "医保办发〔2021〕43号 第二条，2021-12-01 起（可信度高）"
    ) in text
    assert "怎么办：本人——医保关系留在退休地" in text


def test_table_of_a_deadline(facts_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", "deadline", str(facts_file), "--table"]) == 0
    assert capsys.readouterr().out.startswith("结论：已算出到期日\n到期日：2026-03-16\n")


def test_table_of_an_accepted_transfer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts: dict[str, Any] = {**TRANSFER, "on": "2026-12-25", "person": {"retired": False}}
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(facts), encoding="utf-8")
    assert main(["assess", "transfer", str(path), "--table"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("结论：可以受理（日期为暂定：有的年份放假安排尚未公布）\n")
    assert "是否跨省：是" in text
    assert "个人账户资金：逐笔汇划，到账核对后记入" in text
    assert "转移的内容：参保信息、缴费年限、个人账户余额" in text
    assert "\n依据：\n" in text
    assert "\n说明：\n" in text


def test_without_a_command_the_list_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["--help"], ["help"]):
        assert main(words) == 0
        shown = capsys.readouterr().out
        assert "用法：jiexu 命令 [参数]" in shown
        for name, command in COMMANDS.items():
            assert name in shown
            assert command.chinese in shown
            assert command.english in shown


def test_an_unknown_command_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["asses"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "错误：没有“asses”这个命令(unknown command)。" in shown.err
    assert "assess" in shown.err


def test_wrong_options_are_told_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess"]) == 2
    assert "错误：参数不对(" in capsys.readouterr().err
    assert main(["assess", "transfer", "--quick"]) == 2
    assert "怎么办：用 jiexu assess --help 看用法。" in capsys.readouterr().err
    assert main(["assess", "--help"]) == 0
    assert "QUESTION" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("jiexu ")


def test_a_fault_of_a_command_is_told_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = tmp_path / "cli_fault_command.py"
    module.write_text(
        "from jiexu.core.base.errors import NotFound\n"
        "def add_arguments(parser): pass\n"
        "def run(args): raise NotFound('没有这个案件。', '请核对业务号。')\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(COMMANDS, "fault", COMMANDS["assess"]._replace(module="cli_fault_command"))
    assert main(["fault"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == "错误：没有这个案件。\n怎么办：请核对业务号。\n"


@pytest.mark.parametrize("question", ["deadline", "transfer"])
def test_assess_loads_neither_django_nor_numpy_nor_other_questions(
    question: str, tmp_path: Path
) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({"deadline": DEADLINE, "transfer": TRANSFER}[question]))
    code = (
        "import sys\n"
        "from jiexu.faces.cli.main import main\n"
        f"assert main(['assess', {question!r}, {str(path)!r}]) == 0\n"
        "print(*sorted(sys.modules), sep='\\n', file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(done.stderr.split())
    heavy = {"django", "numpy", "rich", "cryptography", "ssl", "asyncio", "yaml"}
    assert not loaded & heavy
    other = {"deadline": "transfer", "transfer": "deadline"}[question]
    assert f"jiexu.core.policy.questions.{question}" in loaded
    assert f"jiexu.core.policy.questions.{other}" not in loaded
    commands = {one.module for one in COMMANDS.values()} - {"jiexu.faces.cli.assess"}
    assert not loaded & commands
    rings = ("config", "records", "work", "adapters", "simulation")
    assert not [one for one in loaded if one.startswith(tuple(f"jiexu.{ring}" for ring in rings))]
