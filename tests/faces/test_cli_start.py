"""The real start of a node, as an operator types it.

What makes or needs a home of its own runs in a process of its own; what only reads and writes the
database is typed in this process, against the test database.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from jiexu.faces.cli.commands import COMMANDS
from jiexu.faces.cli.main import main
from jiexu.work import agencies

# One worker builds the node that the tests copy.
pytestmark = pytest.mark.xdist_group("cli-start")

AREA, FAR = "450200", "320100"
NAME = "柳州市医疗保险事业管理中心"
PASSWORD = "correct-horse-42"
CERTNO = "320198199203154525"
PERSONS = f"姓名,证件类型,证件号码,手机号\n沈若岚,01,{CERTNO},15400001234\n"


class Answer(NamedTuple):
    """What came of a command."""

    returncode: int
    stdout: str
    stderr: str


class Terminal(ABC):
    """Where commands are typed."""

    @abstractmethod
    def run(self, *words: str, told: str = "", **variables: str) -> Answer: ...

    def done(self, *words: str, told: str = "", **variables: str) -> str:
        answer = self.run(*words, told=told, **variables)
        assert (answer.returncode, answer.stderr) == (0, ""), answer
        return answer.stdout

    def refused(self, *words: str, told: str = "", **variables: str) -> str:
        answer = self.run(*words, told=told, **variables)
        assert answer.returncode == 1, answer
        assert "Traceback" not in answer.stderr
        return answer.stderr


class Here(Terminal):
    """Typed in this process, against the test database."""

    def __init__(self, capsys: Any, monkeypatch: Any) -> None:
        self.capsys = capsys
        self.monkeypatch = monkeypatch

    def run(self, *words: str, told: str = "", **variables: str) -> Answer:
        assert not variables
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(told))
        code = main(words)
        said = self.capsys.readouterr()
        return Answer(code, said.out, said.err)


class Node(Terminal):
    """A home, and the commands typed there, each a process of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def run(self, *words: str, told: str = "", **variables: str) -> Answer:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("JIEXU_")}
        kept.pop("DJANGO_SETTINGS_MODULE", None)
        answer = subprocess.run(
            [sys.executable, "-m", "jiexu.faces.cli.main", *words],
            input=told,
            env={**kept, "JIEXU_HOME": str(self.home), "PYTHONUTF8": "1", **variables},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        return Answer(answer.returncode, answer.stdout, answer.stderr)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    home = tmp_path_factory.mktemp("made") / "node"
    words = ("init", "--agency", AREA, "--name", NAME, "--password-stdin")
    return home, Node(home).done(*words, told=f"{PASSWORD}\n")


@pytest.fixture
def node(made: tuple[Path, str], tmp_path: Path) -> Node:
    shutil.copytree(made[0], tmp_path / "node")
    return Node(tmp_path / "node")


@pytest.fixture
def here(
    db: None, settings: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Terminal]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    now = datetime(2026, 11, 16, tzinfo=ZoneInfo("Asia/Shanghai"))
    agencies.open_agency(AREA, name=NAME, now=now, by="root")
    yield Here(capsys, monkeypatch)


@pytest.fixture
def nowhere(tmp_path: Path) -> Node:
    return Node(tmp_path / "none")


def test_the_commands_are_in_the_table() -> None:
    assert {"init", "user", "agency", "import"} <= set(COMMANDS)


def test_init_makes_a_node_and_says_what_comes_next(made: tuple[Path, str]) -> None:
    home, said = made
    assert sorted(path.name for path in home.iterdir()) == ["jiexu.sqlite3", "secrets.toml"]
    assert (home / "secrets.toml").stat().st_mode & 0o077 == 0
    for part in (
        f"节点已经建好：{home}",
        f"经办机构：{NAME}（{AREA}）",
        "系统管理员：admin",
        "下一步：",
        f"jiexu agency bank {AREA}",
        f"jiexu user add 用户名 --display-name 姓名 --role clerk --agency {AREA}",
        f"jiexu import 人员.csv --agency {AREA} --dry-run",
        f"jiexu agency card {AREA}",
        "jiexu serve",
    ):
        assert part in said
    assert PASSWORD not in said


def test_init_never_touches_a_node_that_exists(node: Node) -> None:
    before = (node.home / "secrets.toml").read_bytes()
    said = node.refused("init", "--agency", FAR, "--password-stdin", told=f"{PASSWORD}\n")
    assert said == (
        f"错误：这里已经有一个节点：{node.home}。\n"
        "怎么办：如要新建，请换一个 JIEXU_HOME 目录；如要增加机构，请用 jiexu agency add。\n"
    )
    assert (node.home / "secrets.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "told", "message", "remedy"),
    [
        (
            ["--agency", "450201"],
            f"{PASSWORD}\n",
            "450201不是统筹区，经办机构只能按统筹区开设。",
            "请改用柳州市（450200）。",
        ),
        (["--agency", "99"], f"{PASSWORD}\n", "区划代码应是 6 位数字。", "请从列表中选择参保地。"),
        (
            ["--agency", AREA],
            "1234567890\n",
            "这个密码太常见，很容易被猜到。密码不能全是数字。",
            "请设置 10 到 200 个字符的密码，不要用常见词、纯数字或用户名。",
        ),
        (
            ["--agency", AREA],
            "",
            "没有提供密码。",
            "请在终端里运行并输入密码，或加 --password-stdin 从标准输入读取，"
            "或设置环境变量 JIEXU_ADMIN_PASSWORD。",
        ),
        (
            ["--agency", AREA, "--admin", "a b"],
            f"{PASSWORD}\n",
            "用户名应有 2 到 60 个字符：文字、字母、数字和 . _ - @，以文字、字母或数字开头。",
            "请换一个用户名，例如姓名拼音或工号。",
        ),
        (
            ["--agency", AREA, "--name", "中"],
            f"{PASSWORD}\n",
            "机构名称应有 2 到 100 个字，不能有换行等看不见的字符。",
            "请填写经办机构公章上的全称。",
        ),
    ],
)
def test_a_refused_init_leaves_nothing(
    nowhere: Node, words: list[str], told: str, message: str, remedy: str
) -> None:
    said = nowhere.refused("init", *words, "--password-stdin", told=told)
    assert said == f"错误：{message}\n怎么办：{remedy}\n"
    assert not nowhere.home.exists()


def test_a_refused_init_keeps_what_was_in_the_folder(nowhere: Node) -> None:
    nowhere.home.mkdir()
    (nowhere.home / "notes.txt").write_text("mine", encoding="utf-8")
    nowhere.refused("init", "--agency", AREA, "--admin", "a b", JIEXU_ADMIN_PASSWORD=PASSWORD)
    assert [path.name for path in nowhere.home.iterdir()] == ["notes.txt"]


def test_init_reads_the_password_from_the_environment_and_names_the_agency(nowhere: Node) -> None:
    said = nowhere.done("init", "--agency", AREA, "--admin", "li", JIEXU_ADMIN_PASSWORD=PASSWORD)
    assert "经办机构：广西壮族自治区柳州市医疗保障经办机构（450200）" in said
    assert "li" in nowhere.done("user", "list")


def test_init_asks_nobody_who_is_not_there(nowhere: Node) -> None:
    assert "错误：没有提供密码。" in nowhere.refused("init", "--agency", AREA)


def test_init_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    said = Node(tmp_path / "file" / "node").refused("init", "--agency", AREA)
    assert "错误：不能在这里建立节点：" in said
    assert "怎么办：请用 JIEXU_HOME 指定一个可以写的目录。" in said


def test_init_does_not_share_the_database_of_another_node(node: Node, nowhere: Node) -> None:
    url = f"sqlite:///{node.home / 'jiexu.sqlite3'}"
    said = nowhere.refused(
        "init", "--agency", AREA, JIEXU_DATABASE_URL=url, JIEXU_ADMIN_PASSWORD=PASSWORD
    )
    assert "错误：这个数据库里已经有一个节点的数据，它的密钥不在这里。" in said
    assert not nowhere.home.exists()
    assert NAME in node.done("agency", "list")


def test_a_database_that_does_not_answer(node: Node, nowhere: Node) -> None:
    url = "postgres://nobody@127.0.0.1:1/none"
    for said in (
        node.refused("user", "list", JIEXU_DATABASE_URL=url),
        nowhere.refused(
            "init", "--agency", AREA, JIEXU_DATABASE_URL=url, JIEXU_ADMIN_PASSWORD=PASSWORD
        ),
    ):
        assert "错误：连不上数据库：" in said
        assert "怎么办：请检查数据库是否已启动，以及 JIEXU_DATABASE_URL 是否正确。" in said
    assert not nowhere.home.exists()


@pytest.mark.parametrize("words", [["user", "list"], ["agency", "list"], ["import", "a.csv"]])
def test_without_a_node_commands_say_so(nowhere: Node, words: list[str]) -> None:
    said = nowhere.refused(*words)
    assert said == (
        f"错误：这里还没有节点：{nowhere.home}。\n"
        "怎么办：请先运行 jiexu init --agency 统筹区代码，或用 JIEXU_HOME 指向已有的节点。\n"
    )


def test_without_tables_commands_say_so(node: Node) -> None:
    (node.home / "jiexu.sqlite3").unlink()
    said = node.refused("user", "list")
    assert "错误：数据库还没有建好，或者版本比程序旧。" in said
    assert "请先运行一次 jiexu serve（会自动升级数据库），再运行这个命令。" in said


def test_a_whole_start(node: Node, tmp_path: Path) -> None:
    path = tmp_path / "人员.csv"
    path.write_text(PERSONS, encoding="utf-8")
    add = ("user", "add", "jingban", "--role", "clerk", "--agency", AREA, "--password-stdin")
    assert node.done(*add, told=f"{PASSWORD}\n") == "已新建用户 jingban。\n"
    done = node.done("import", str(path))
    assert done == "人员：共 1 行，导入 1 行，没有变化 0 行，拒绝 0 行。\n"
    files = b"".join(file.read_bytes() for file in node.home.glob("jiexu.sqlite3*"))
    assert b"jingban" in files
    assert CERTNO.encode() not in files
    assert PASSWORD.encode() not in files


def test_users_are_added_granted_and_listed(here: Terminal) -> None:
    add = ("user", "add", "jingban", "--display-name", "李经办", "--password-stdin")
    role = ("--role", "经办人员", "--agency", AREA)
    assert here.done(*add, *role, told=f"{PASSWORD}\n") == "已新建用户 jingban。\n"
    given = here.done("user", "grant", "jingban", "supervisor", AREA)
    assert given == f"已授予：jingban，supervisor，{AREA}。\n"
    line = next(line for line in here.done("user", "list").splitlines() if "jingban" in line)
    assert "李经办" in line
    assert f"{AREA} 经办人员、{AREA} 监督" in line
    taken = here.done("user", "grant", "jingban", "clerk", AREA, "--end")
    assert taken == f"已取消：jingban，clerk，{AREA}。\n"
    assert "经办人员" not in here.done("user", "list")
    assert "jingban" in here.done("user", "list", "--agency", AREA)
    new = here.done("user", "password", "jingban", "--password-stdin", told="another-horse-43\n")
    assert new == "已重设 jingban 的密码。\n"
    assert "错误：用户名“jingban”已经有人使用" in here.refused(*add, told=f"{PASSWORD}\n")


def test_a_user_whose_role_is_refused_is_not_added(here: Terminal) -> None:
    add = ("user", "add", "jingban", "--password-stdin")
    said = here.refused(*add, "--role", "boss", "--agency", AREA, told=f"{PASSWORD}\n")
    assert "错误：没有“boss”这个可以授予的角色。" in said
    said = here.refused(*add, "--role", "clerk", told=f"{PASSWORD}\n")
    assert "错误：--role 和 --agency 要一起写。" in said
    assert "例如：--role clerk --agency 450200；也可以以后用 jiexu user grant 授予。" in said
    assert "错误：没有提供密码。" in here.refused(*add)
    assert "jingban" not in here.done("user", "list")


def test_a_citizen_is_bound_without_a_number_on_the_command_line(here: Terminal) -> None:
    add = ("user", "add", "ruolan", "--citizen", "--password-stdin")
    assert "错误：没有填写证件号码。" in here.refused(*add, told=f"{PASSWORD}\n")
    here.done(*add, told=f"{PASSWORD}\n{CERTNO}\n")
    listed = here.done("user", "list")
    assert "参保人" in listed
    assert CERTNO not in listed


def test_agencies_are_introduced_by_card(node: Node, nowhere: Node, tmp_path: Path) -> None:
    far = nowhere
    far.done("init", "--agency", FAR, JIEXU_ADMIN_PASSWORD=PASSWORD)
    bank = ("--receipt-kind", "收入户", "--bank-name", "示例银行", "--account-name", "南京")
    far.done("agency", "bank", FAR, *bank, "--account", "9999320100005678")
    card = tmp_path / "card.json"
    said = far.done("agency", "card", FAR, "--out", str(card))
    key_id = json.loads(card.read_text(encoding="utf-8"))["key_id"]
    assert f"念密钥编号的前 8 位：{key_id[:8]}" in said
    assert json.loads(far.done("agency", "card", FAR))["key_id"] == key_id

    wrong = node.refused("agency", "partner", str(card), "--told", "00000000")
    assert "错误：回电核对的密钥编号与名片不一致。" in wrong
    told = node.done("agency", "partner", str(card), "--told", key_id[:8])
    assert told == f"已登记伙伴机构 {FAR}。\n"
    listed = node.done("agency", "list")
    assert NAME in listed
    assert "收入户 示例银行 ************5678" in listed
    assert "9999320100005678" not in listed
    said = node.refused("agency", "bank", FAR, *bank, "--account", "9999320100009999")
    assert "错误：伙伴机构变更收款账户，须凭公函并回电核实。" in said
    missing = node.refused("agency", "partner", str(tmp_path / "no.json"), "--told", "1")
    assert "错误：读不了文件：" in missing


def test_a_second_agency_has_a_key_of_its_own(here: Terminal) -> None:
    said = here.done("agency", "add", FAR, "--name", "南京市医疗保险管理中心")
    assert said == f"已开设：南京市医疗保险管理中心（{FAR}）。\n"
    lines = here.done("agency", "list").splitlines()[1:]
    assert len({line.split()[3] for line in lines}) == 2
    assert "错误：320100（南京市医疗保险管理中心）已经登记过，但名称与这次不同" in here.refused(
        "agency", "add", FAR, "--name", "别的名字"
    )


def test_import_checks_first_and_reports_per_row(here: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "人员.csv"
    path.write_bytes((PERSONS + "张三,01,320198199203154526,,\n").encode("gb18030"))
    checked = here.run("import", str(path), "--agency", AREA, "--dry-run")
    assert checked.returncode == 1
    assert checked.stdout.splitlines()[0] == (
        "人员：共 2 行，可以导入 1 行，没有变化 0 行，拒绝 1 行。"
    )
    assert "以上是检查结果，没有写入任何数据。" in checked.stdout
    done = here.run("import", str(path))
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[:2] == [
        "人员：共 2 行，导入 1 行，没有变化 0 行，拒绝 1 行。",
        "  第 3 行，证件号码：身份证号码最后一位（校验码）与前面的数字对不上，"
        "至少有一位填错了。请对照证件逐位核对后重新填写。",
    ]
    report = tmp_path / "人员.csv.report.csv"
    assert f"逐行报告：{report}。" in done.stdout
    with report.open(encoding="utf-8-sig", newline="") as file:
        assert [row[:2] for row in csv.reader(file)] == [["行号", "栏目"], ["3", "证件号码"]]
    path.write_text(PERSONS, encoding="utf-8")
    again = here.done("import", str(path))
    assert again == "人员：共 1 行，导入 0 行，没有变化 1 行，拒绝 0 行。\n"
    assert CERTNO not in checked.stdout + done.stdout + again


def test_import_shows_ten_problems_and_the_unused_columns(here: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = "".join(f"{n},张三,01,{n}\n" for n in range(12))
    path.write_text(f"序号,姓名,证件类型,证件号码\n{rows}", encoding="utf-8")
    said = here.run("import", str(path)).stdout
    assert "没有用到的栏：序号。" in said
    assert said.count("身份证号码应是 18 位") == 10
    assert "……还有 2 处，见逐行报告。" in said


def test_import_asks_which_agency(here: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(PERSONS, encoding="utf-8")
    here.done("agency", "add", FAR, "--name", "南京市医疗保险管理中心")
    said = here.refused("import", str(path))
    assert said == (
        f"错误：本节点承办 2 个机构，不知道导入到哪一个。\n怎么办：请加 --agency：{FAR}、{AREA}。\n"
    )
    assert "错误：本节点没有承办110000的经办机构，不能导入。" in here.refused(
        "import", str(path), "--agency", "110000"
    )


def test_import_without_a_place_for_the_report(here: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(PERSONS, encoding="utf-8")
    (tmp_path / "a.csv.report.csv").mkdir()
    said = here.refused("import", str(path))
    assert "错误：不能写逐行报告：" in said
    assert "怎么办：请把文件放到可以写的目录；报告在别的程序中打开着的，请先关闭。" in said
