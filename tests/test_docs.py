"""The documentation is true: generated pages current, links and names real, glossary complete."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from django.urls import resolve

from jiexu.core.base.actors import Role
from jiexu.core.exchange.kinds import body_type, kinds
from jiexu.core.ledger.chart import chart
from jiexu.core.policy.check import check_all
from jiexu.core.procedures.transfer import states
from jiexu.faces.cli.commands import COMMANDS
from jiexu.faces.cli.main import main
from jiexu.work.node_settings import settings_in_force

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PACKAGE = ROOT / "src" / "jiexu"
PAGES = (
    ROOT / "README.md",
    ROOT / "README.zh-CN.md",
    *sorted(DOCS.rglob("*.md")),
)
APACHE_2_SHA256 = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
"""Of the licence's plain text as its authors publish it."""

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@pytest.fixture(scope="module")
def generate() -> Iterator[ModuleType]:
    """docs/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


# --- generated pages ------------------------------------------------------------------------------


def test_the_reference_is_current(generate: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    code = generate.main(["--check"])
    assert (code, capsys.readouterr().out) == (0, "")


def test_check_names_what_is_stale_missing_or_left_over(
    generate: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate.main([], tmp_path) == 0
    assert generate.main(["--check"], tmp_path) == 0
    capsys.readouterr()
    (tmp_path / "moves.md").write_text("# old\n", encoding="utf-8")
    (tmp_path / "accounts.md").unlink()
    (tmp_path / "gone.md").write_text("# gone\n", encoding="utf-8")
    assert generate.main(["--check"], tmp_path) == 1
    said = capsys.readouterr().out
    assert [name for name in ("accounts.md", "gone.md", "moves.md") if name in said] == [
        "accounts.md",
        "gone.md",
        "moves.md",
    ]
    assert "make docs" in said
    assert (tmp_path / "moves.md").read_text(encoding="utf-8") == "# old\n"
    assert generate.main([], tmp_path) == 0
    assert not (tmp_path / "gone.md").exists()
    assert generate.main(["--check"], tmp_path) == 0


def test_the_surroundings_do_not_show_in_the_pages(
    generate: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = generate.pages()
    monkeypatch.setenv("PORT", "9123")
    monkeypatch.setenv("JIEXU_DATABASE_URL", "postgres://nobody@example/none")
    monkeypatch.setenv("COLUMNS", "40")
    assert generate.pages() == before


# --- links and names ------------------------------------------------------------------------------

_LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_COMMAND = re.compile(r"(?<!from )(?<![\w./-])jiexu ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")
_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?")
_RINGS = ("core", "records", "work", "adapters", "faces", "simulation", "config")


def _links(page: Path, *, pictures: bool) -> list[Path]:
    found = []
    for mark, target in _LINK.findall(page.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path = target.partition("#")[0]
        if path and (mark == "!") is pictures:
            found.append((page.parent / path).resolve())
    return found


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    gone = [str(target) for target in _links(page, pictures=False) if not target.exists()]
    assert gone == []


@every_page
def test_pictures_are_there(page: Path) -> None:
    gone = [str(target) for target in _links(page, pictures=True) if not target.exists()]
    assert gone == []


def _code(page: Path) -> list[str]:
    """All code of a page: blocks and spans."""
    text = page.read_text(encoding="utf-8")
    blocks = [block for _, block in _FENCE.findall(text)]
    return [*blocks, *_INLINE.findall(_FENCE.sub("", text))]


@every_page
def test_files_named_in_code_exist(page: Path) -> None:
    gone = []
    for span in _INLINE.findall(_FENCE.sub("", page.read_text(encoding="utf-8"))):
        if _PATH.fullmatch(span) is None:
            continue
        top = span.partition("/")[0]
        base = PACKAGE if top in _RINGS else ROOT
        known = top in _RINGS or top in {"tests", "docs", "src", "benchmarks", "requirements"}
        if known and not (base / span).exists():
            gone.append(span)
    assert gone == []


@every_page
def test_commands_named_exist(page: Path, generate: ModuleType) -> None:
    parsers = generate.parsers()
    wrong = []
    for code in _code(page):
        for name, act in _COMMAND.findall(code):
            known = generate.acts(parsers[name]) if name in parsers else ()
            if name not in COMMANDS or (known and act and act not in known):
                wrong.append(f"jiexu {name} {act}".strip())
    assert wrong == []


def test_the_readme_shows_every_command_that_a_node_needs() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES[:2]:
        said = "\n".join(_code(page))
        made = set(re.findall(r"\bmake ([a-z]+)", said))
        assert {"run", "test"} <= made <= targets
        shown = {name for name, _ in _COMMAND.findall(said)}
        assert {"init", "user", "agency", "import", "serve", "worker", "doctor"} <= shown
        assert {"backup", "restore", "ledger", "audit", "assess", "demo"} <= shown


def test_both_readmes_show_the_same_commands() -> None:
    english, chinese = (
        {match for code in _code(page) for match in _COMMAND.findall(code)} for page in PAGES[:2]
    )
    assert english == chinese


def test_texts_of_the_product_point_to_pages_that_exist() -> None:
    gone = {
        name
        for path in PACKAGE.rglob("*.py")
        for name in re.findall(r"docs/[\w/-]+\.md", path.read_text(encoding="utf-8"))
        if not (ROOT / name).exists()
    }
    assert gone == set()


@every_page
def test_no_path_of_a_machine_is_told(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert str(ROOT) not in text
    assert re.findall(r"(?<![\w.])/(?:home|root|Users|mnt|tmp)/\S*", text) == []
    assert tempfile.gettempdir() + "/" not in text
    assert re.findall(r"index-url|[A-Z]:\\\\", text) == []


def test_every_variable_that_is_read_is_a_known_setting() -> None:
    read = {
        name
        for path in PACKAGE.rglob("*.py")
        for name in re.findall(
            r"""(?:environ(?:\.get\(|\[|\.setdefault\()|_VARIABLE = )"(\w+)\"""",
            path.read_text(encoding="utf-8"),
        )
    }
    assert read - {"DJANGO_SETTINGS_MODULE"} == {
        one.name for one in settings_in_force(environment={})
    }


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/me", "/work/450200/queue"])
def test_addresses_that_the_documents_name_answer_here(address: str) -> None:
    assert resolve(address)


def test_the_answers_in_the_readmes_are_those_of_the_product(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for page in PAGES[:2]:
        block = next(code for code in _code(page) if "jiexu assess transfer" in code)
        facts, command, answer = re.fullmatch(
            r"\$ cat facts\.json\n(.+?)\n\n\$ jiexu (.+?)\n(.+)", block, re.DOTALL
        ).groups()  # type: ignore[union-attr]
        file = tmp_path / "facts.json"
        file.write_text(facts, encoding="utf-8")
        words = [str(file) if word == "facts.json" else word for word in command.split()]
        assert main(words) == 0
        assert capsys.readouterr().out.startswith(answer)


# --- glossary -------------------------------------------------------------------------------------


def _glossary() -> dict[str, dict[str, str]]:
    """Heading → code word → official term. A cell may name several code words."""
    sections: dict[str, dict[str, str]] = {}
    heading = ""
    for line in (DOCS / "glossary.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 4:
            assert all(cells), line
            for word in _INLINE.findall(cells[1]):
                sections.setdefault(heading, {})[word] = cells[0]
    return sections


@pytest.mark.parametrize(
    ("heading", "labels"),
    [
        ("State of a half", states.STATE_LABELS),
        ("Record leg", states.RECORD_LABELS),
        ("Fund leg", states.FUND_LABELS),
    ],
)
def test_every_state_stands_in_the_glossary_with_its_label(
    heading: str, labels: dict[str, str]
) -> None:
    assert _glossary()[heading] == labels


def test_both_halves_stand_in_the_glossary() -> None:
    case = _glossary()["Case"]
    assert {half: case.get(half) for half in states.HALVES} == states.HALVES


def test_every_kind_of_message_and_every_field_stands_in_the_glossary(
    generate: ModuleType,
) -> None:
    sections = _glossary()
    assert set(sections["Messages"]) == set(kinds())
    words = {word for section in sections.values() for word in section}
    fields = {
        field.encode_name
        for kind in kinds()
        for struct in generate._structs(body_type(kind))
        for field in msgspec.structs.fields(struct)
    }
    assert fields - words == set()


def test_every_kind_of_account_and_every_code_stands_in_the_glossary_with_its_label() -> None:
    money = _glossary()["Money"]
    wanted = {kind: one.label for kind, one in chart().accounts.items()}
    wanted |= {code: one.label for code, one in chart().codes.items()}
    assert {word: money.get(word) for word in wanted} == wanted


def test_every_role_stands_in_the_glossary() -> None:
    assert set(_glossary()["Roles"]) == {role.value for role in Role}


# --- decisions, guides, licence -------------------------------------------------------------------


def test_decisions_are_numbered_without_a_hole_and_have_all_parts() -> None:
    files = sorted((DOCS / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in files] == list(range(1, len(files) + 1))
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert re.match(rf"# {path.name[:4]}\.? \S", text), path.name
        headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences", "Rejected"], path.name
        assert len(text.splitlines()) <= 60, path.name


def test_the_area_file_of_the_guide_is_a_good_one(tmp_path: Path) -> None:
    text = (DOCS / "guides" / "add-an-area.md").read_text(encoding="utf-8")
    block = next(body for language, body in _FENCE.findall(text) if language == "toml")
    folder = tmp_path / "hubei"
    folder.mkdir()
    (folder / "420100.toml").write_text(re.sub(r"^   ", "", block, flags=re.M), encoding="utf-8")
    assert [str(problem) for problem in check_all(tmp_path)] == []


def test_architecture_is_one_page() -> None:
    assert len((DOCS / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) <= 100


def test_the_licence_is_the_one_that_is_named() -> None:
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == APACHE_2_SHA256
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
