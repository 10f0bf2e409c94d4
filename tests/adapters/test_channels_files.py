"""The shared folder: whole files or none, in order, once, and never outside the folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.adapters.channels import drop_folder
from jiexu.adapters.channels.files import FilesChannel
from jiexu.core.base.errors import BadInput
from jiexu.work.ports import ChannelDown, EnvelopeRefused

TO, FROM = "310000", "340100"


def everything(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_what_was_delivered_is_collected_in_order_and_put_away(tmp_path: Path) -> None:
    channel = FilesChannel(tmp_path)
    for seq in (10, 2, 1):
        channel.deliver(TO, FROM, seq, b'{"seq": %d}' % seq)
    channel.deliver("320100", FROM, 1, b"for another")
    found = list(channel.collect(TO))
    assert found == [
        ("340100-000000000001.json", b'{"seq": 1}'),
        ("340100-000000000002.json", b'{"seq": 2}'),
        ("340100-000000000010.json", b'{"seq": 10}'),
    ]
    channel.done(TO, found[0][0])
    channel.done(TO, found[1][0], refused="信封签名无效。")
    assert everything(tmp_path) == {
        "310000/done/340100-000000000001.json": b'{"seq": 1}',
        "310000/refused/340100-000000000002.json": b'{"seq": 2}',
        "310000/refused/340100-000000000002.json.txt": "信封签名无效。\n".encode(),
        "310000/in/340100-000000000010.json": b'{"seq": 10}',
        "320100/in/340100-000000000001.json": b"for another",
    }


def test_the_same_envelope_again_changes_nothing(tmp_path: Path) -> None:
    channel = FilesChannel(tmp_path)
    channel.deliver(TO, FROM, 1, b"one")
    channel.deliver(TO, FROM, 1, b"one")
    assert len(list(channel.collect(TO))) == 1
    channel.done(TO, "340100-000000000001.json")
    channel.deliver(TO, FROM, 1, b"one")
    assert list(channel.collect(TO)) == []
    channel.done(TO, "340100-000000000001.json")


def test_a_refused_envelope_may_be_delivered_again(tmp_path: Path) -> None:
    channel = FilesChannel(tmp_path)
    for _ in range(2):
        channel.deliver(TO, FROM, 1, b"one")
        assert [name for name, _ in channel.collect(TO)] == ["340100-000000000001.json"]
        channel.done(TO, "340100-000000000001.json", refused="不认识的公钥。")
    assert sorted(everything(tmp_path)) == [
        "310000/refused/340100-000000000001.json",
        "310000/refused/340100-000000000001.json.txt",
    ]


@pytest.mark.parametrize("collected", [False, True])
def test_another_envelope_of_the_same_number_is_refused(tmp_path: Path, collected: bool) -> None:
    channel = FilesChannel(tmp_path)
    channel.deliver(TO, FROM, 1, b"one")
    if collected:
        channel.done(TO, "340100-000000000001.json")
    with pytest.raises(EnvelopeRefused) as refused:
        channel.deliver(TO, FROM, 1, b"two")
    assert str(refused.value) == (
        "对方已经收到过序号为 1 的另一个信封。请核对序号后重新发送。"
        if collected
        else "文件 340100-000000000001.json 已经存在，而且内容不同；原文件没有改动。"
        "请核对编号是否重复使用，处理好原文件后再试。"
    )
    assert list(everything(tmp_path).values()) == [b"one"]


@pytest.mark.parametrize("area", ["../etc", "", "31000", "3100000", "31000/", "３１００００", ".."])
def test_an_address_never_leads_out_of_the_folder(tmp_path: Path, area: str) -> None:
    channel = FilesChannel(tmp_path / "exchange")
    words = "机构代码不是 6 位区划代码，不能用作目录名。请核对机构登记。"
    for receiver, sender in ((area, FROM), (TO, area)):
        with pytest.raises(EnvelopeRefused) as refused:
            channel.deliver(receiver, sender, 1, b"x")
        assert str(refused.value) == words
    with pytest.raises(BadInput, match="不是 6 位区划代码"):
        list(channel.collect(area))
    assert everything(tmp_path) == {}


@pytest.mark.parametrize(
    "name", ["../../outside.json", "/etc/passwd", "..", ".", "", "a/b.json", "a\0.json"]
)
def test_a_name_never_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside.json"
    outside.write_bytes(b"mine")
    channel = FilesChannel(tmp_path / "exchange")
    channel.deliver(TO, FROM, 1, b"x")
    with pytest.raises(BadInput, match=r"文件名不能带目录。请使用收件目录里的文件名。"):
        channel.done(TO, name, refused="x")
    assert outside.read_bytes() == b"mine"
    assert len(everything(tmp_path)) == 2


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_file_names_are_plain_and_differ_as_the_texts_do(left: str, right: str) -> None:
    try:
        names = [drop_folder.file_name(text, ".csv") for text in (left, right)]
    except UnicodeEncodeError:
        return  # a broken half of a character can be no number of a batch
    assert all(Path(name).name == name and not name.startswith(".") for name in names)
    assert (names[0] == names[1]) == (left == right)


def test_a_number_too_long_for_a_name_is_refused() -> None:
    for text in ("", "批" * 40):
        with pytest.raises(BadInput, match=r"编号为空或太长，不能用作文件名。请核对编号。"):
            drop_folder.file_name(text, ".csv")


def test_hidden_links_devices_and_other_files_are_left_alone(tmp_path: Path) -> None:
    channel = FilesChannel(tmp_path)
    channel.deliver(TO, FROM, 1, b"good")
    folder = tmp_path / TO / "in"
    (folder / ".0123456789abcdef.part").write_bytes(b"half")
    (folder / ".hidden.json").write_bytes(b"half")
    (folder / "note.txt").write_bytes(b"hello")
    (folder / "folder.json").mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (folder / "link.json").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "pipe.json")
    assert list(channel.collect(TO)) == [("340100-000000000001.json", b"good")]


def test_nothing_has_come_where_there_is_no_folder_yet(tmp_path: Path) -> None:
    assert list(FilesChannel(tmp_path / "none").collect(TO)) == []


def test_too_large_is_refused_going_out_and_left_alone_coming_in(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    channel = FilesChannel(tmp_path)
    with pytest.raises(EnvelopeRefused, match="信封超过 64 MB，对方不会收取。"):
        channel.deliver(TO, FROM, 1, bytes(drop_folder.LARGEST_BYTES + 1))
    (tmp_path / TO / "in").mkdir(parents=True)
    with (tmp_path / TO / "in" / "340100-000000000002.json").open("wb") as file:
        file.truncate(drop_folder.LARGEST_BYTES + 1)  # a hole: takes no room
    for _ in range(2):
        assert list(channel.collect(TO)) == []
    assert [record.getMessage() for record in caplog.records] == [
        "envelope 340100-000000000002.json for 310000 left alone: "
        "文件超过 64 MB，没有读取。请拆分后重新提供。"
    ]


def test_a_folder_that_cannot_be_written_is_a_channel_that_is_down(tmp_path: Path) -> None:
    (tmp_path / "exchange").write_bytes(b"a file where the folder should be")
    with pytest.raises(ChannelDown, match=r"^交换目录暂时不能写入（.+）。$"):
        FilesChannel(tmp_path / "exchange").deliver(TO, FROM, 1, b"x")


def test_two_workers_may_put_the_same_file_away(tmp_path: Path) -> None:
    channel = FilesChannel(tmp_path)
    channel.deliver(TO, FROM, 1, b"x")
    for _ in range(2):
        channel.done(TO, "340100-000000000001.json")
    assert list(everything(tmp_path)) == ["310000/done/340100-000000000001.json"]


def test_an_older_file_of_the_same_name_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / TO
    for data in (b"monday", b"tuesday", b"tuesday", b"wednesday"):
        drop_folder.put(folder / "in" / "x.csv", data)
        drop_folder.set_aside(folder, "x.csv", refused="看不懂。")
    kept = everything(folder / "refused")
    assert {name: data for name, data in kept.items() if name.endswith(".csv")} == {
        "x.csv": b"monday",
        "x~2.csv": b"tuesday",
        "x~3.csv": b"wednesday",
    }
    assert sorted(name for name in kept if name.endswith(".txt")) == [
        "x.csv.txt",
        "x~2.csv.txt",
        "x~3.csv.txt",
    ]


def test_a_name_as_long_as_the_file_system_allows_is_put_away_with_its_reason(
    tmp_path: Path,
) -> None:
    name = "长" * 83 + ".csv"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(b"x")
    drop_folder.set_aside(tmp_path, name, refused="看不懂。")
    assert (tmp_path / "refused" / name).read_bytes() == b"x"
    (reason,) = (tmp_path / "refused").glob("*.txt")
    assert reason.read_text(encoding="utf-8") == "看不懂。\n"


_WRITER = """
import sys
from pathlib import Path
from jiexu.adapters.channels.files import FilesChannel

channel = FilesChannel(Path(sys.argv[1]))
print("ready", flush=True)
for seq in range(int(sys.argv[2]), 10**9):
    channel.deliver("310000", "340100", seq, b"%012d" % seq * 400_000)
"""


def test_a_killed_writer_leaves_no_half_file_in_sight(tmp_path: Path) -> None:
    for attempt in range(4):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(tmp_path), str(attempt * 1000)],
            stdout=subprocess.PIPE,
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.05 + 0.037 * attempt)  # each time at another place of a 5 MB write
        writer.send_signal(signal.SIGKILL)
        writer.wait(timeout=20)
        writer.stdout.close()
    seen = 0
    for name, data in FilesChannel(tmp_path).collect(TO):
        assert data == name[7:19].encode() * 400_000
        seen += 1
    assert seen
