"""Scans of a case: sealed on the disk, kept once, opened with a trace, never left lying about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.country import SOURCE, TARGET, Country, rows

from jiexu.adapters.storage.folder import FolderStore
from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.errors import BadInput, JiexuError, NotAllowed, NotFound
from jiexu.records.access.models import ReadEntry
from jiexu.work import accounts, attachments
from jiexu.work import ports as wiring

CLERK = Actor(role=Role.CLERK, ref="jing", agency=TARGET)
PNG = b"\x89PNG\r\n\x1a\n" + b"a picture of an identity card"


@pytest.fixture
def store(country: Country, tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "attachments"
    wiring.install(replace(wiring.ports(), store=FolderStore(folder)))
    yield folder


@pytest.fixture
def case_no(country: Country, store: Path) -> str:
    country.add_movers(1)
    return country.apply_all()[0]


def attach(country: Country, case_no: str, data: bytes = PNG, name: str = "身份证.png") -> str:
    return attachments.attach(CLERK, TARGET, case_no, "identity", name, data, country.now)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_it_is_sealed_and_opens_with_a_trace(country: Country, store: Path, case_no: str) -> None:
    number = attach(country, case_no)
    (file,) = files(store)
    assert b"picture" not in file.read_bytes()
    (view,) = attachments.attachments_of(TARGET, case_no)
    assert (view.number, view.name, view.media_type, view.purpose_label, view.by_citizen) == (
        *(number, "身份证.png", "image/png", "身份证件"),
        False,
    )
    reads = ReadEntry.objects.of(TARGET).count()
    content = attachments.open_attachment(CLERK, TARGET, number, country.now)
    assert (content.data, content.name) == (PNG, f"{number}.png")
    assert ReadEntry.objects.of(TARGET).count() == reads + 1
    assert country.breaks() == []


def test_the_same_again_is_one(country: Country, store: Path, case_no: str) -> None:
    assert attach(country, case_no) == attach(country, case_no, name="再传.png")
    assert len(rows("documents.Attachment")) == 1


def test_others_may_not(country: Country, store: Path, case_no: str) -> None:
    number = attach(country, case_no)
    there = Actor(role=Role.CLERK, ref="other", agency=SOURCE)
    finance = Actor(role=Role.FINANCE_PREPARER, ref="fei", agency=TARGET)
    for actor in (there, finance):
        with pytest.raises(NotAllowed):
            attachments.open_attachment(actor, TARGET, number, country.now)
        with pytest.raises(NotAllowed):
            attachments.attach(actor, TARGET, case_no, "identity", "a", PNG, country.now)
    with pytest.raises(NotFound):
        attachments.open_attachment(CLERK, TARGET, "FJ-none", country.now)


def test_citizens_bring_papers_to_their_own_case_alone(
    country: Country, store: Path, case_no: str
) -> None:
    (mover,) = country.movers
    me = accounts.add_user("me", mover.name, "password-1", country.now, certno=mover.certno)
    stranger = accounts.add_user(
        "else", "李四", "password-1", country.now, certno="110101199003070038"
    )
    citizen = Actor(role=Role.CITIZEN, ref="me")
    attachments.attach(
        citizen, TARGET, case_no, "evidence", "a.pdf", b"%PDF-1.7", country.now, user=me
    )
    for user in (stranger, None):
        with pytest.raises(NotFound):
            attachments.attach(
                citizen, TARGET, case_no, "evidence", "a", PNG, country.now, user=user
            )


@pytest.mark.parametrize(
    ("data", "purpose", "code"),
    [
        (b"", "identity", "EMPTY_ATTACHMENT"),
        (b"MZ\x90", "identity", "ATTACHMENT_KIND"),
        (b"<svg/>", "identity", "ATTACHMENT_KIND"),
        (PNG + b"x" * attachments.MOST_BYTES, "identity", "ATTACHMENT_TOO_BIG"),
        (PNG, "holiday", "BAD_PURPOSE"),
    ],
)
def test_what_is_refused(
    country: Country, store: Path, case_no: str, data: bytes, purpose: str, code: str
) -> None:
    with pytest.raises(BadInput) as refused:
        attachments.attach(CLERK, TARGET, case_no, purpose, "a.png", data, country.now)
    assert refused.value.code == code
    assert files(store) == []


def test_a_file_without_a_row_is_swept_when_nobody_can_be_writing(
    country: Country, store: Path, case_no: str
) -> None:
    number = attach(country, case_no)
    wiring.ports().store.put("ab" + "0" * 38, b"left behind")
    soon = wiring.ports().store.places().__iter__().__next__()[1] + timedelta(hours=1)
    assert attachments.sweep_orphans(soon) == 0
    assert attachments.sweep_orphans(soon + timedelta(days=2)) == 1
    assert attachments.open_attachment(CLERK, TARGET, number, country.now).data == PNG


def test_a_changed_file_does_not_open(country: Country, store: Path, case_no: str) -> None:
    number = attach(country, case_no)
    (file,) = files(store)
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(JiexuError):
        attachments.open_attachment(CLERK, TARGET, number, country.now)
    file.unlink()
    with pytest.raises(NotFound) as gone:
        attachments.open_attachment(CLERK, TARGET, number, country.now)
    assert gone.value.code == "ATTACHMENT_LOST"
