"""A mistake in a parameter file is refused with the file, the line and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiexu.core.policy.check import check_all
from jiexu.core.policy.parameter_files import read
from jiexu.core.policy.parameters import ParameterError

HEAD = """\
area = "320100"
name = "南京市"

[sources.page]
title = "某页"
text = "reprint"

"""

GOOD = """\
[[transfer_out_workdays]]
value = 8
from = 2024-01-01
source = "page"
badge = "省市规定"
confidence = "medium"
checked = 2026-11-21
"""

ENTRY_LINE = 8


def _write(folder: Path, text: str, name: str = "320100.toml", province: str = "jiangsu") -> Path:
    path = folder / province / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_good_file_is_read(tmp_path: Path) -> None:
    found = read(_write(tmp_path, HEAD + GOOD))
    assert [one.value for one in found.parameters["transfer_out_workdays"]] == [8]


def _second(from_line: str) -> str:
    return GOOD + "\n" + GOOD.replace("from = 2024-01-01", from_line)


SEEDED = {
    "no source": (
        GOOD.replace('source = "page"\n', ""),
        ENTRY_LINE,
        "transfer_out_workdays 没有来源",
        "没有出处的数不能作为规则",
    ),
    "source not declared": (
        GOOD.replace('"page"', '"paper"'),
        ENTRY_LINE + 3,
        "引用的来源 paper 没有登记",
        "[sources.paper]",
    ),
    "unknown parameter": (
        GOOD.replace("transfer_out_workdays", "transfer_workdays"),
        ENTRY_LINE,
        "参数 transfer_workdays 没有在目录 catalogue.toml 里登记",
        "先在目录里登记",
    ),
    "wrong type": (
        GOOD.replace("value = 8", 'value = "8"'),
        ENTRY_LINE + 1,
        "transfer_out_workdays 的值应为不小于 0 的整数，写的是 '8'",
        "请按目录里登记的类型填写",
    ),
    "float": (
        GOOD.replace("value = 8", "value = 8.5"),
        ENTRY_LINE + 1,
        "写的是 8.5",
        "请按目录里登记的类型填写",
    ),
    "ends before it begins": (
        GOOD.replace("from = 2024-01-01", "from = 2024-01-01\nto = 2023-12-31"),
        ENTRY_LINE + 3,
        "的 to 早于 from",
        "两头都包含在内",
    ),
    "overlap": (
        _second("from = 2025-01-01"),
        ENTRY_LINE + 10,
        "transfer_out_workdays 的两个时段重叠",
        "使每一天只有一个值",
    ),
    "overlap by one day": (
        GOOD.replace("from = 2024-01-01", "to = 2025-01-01")
        + "\n"
        + GOOD.replace("from = 2024-01-01", "from = 2025-01-01"),
        ENTRY_LINE + 10,
        "transfer_out_workdays 的两个时段重叠",
        "使每一天只有一个值",
    ),
    "no badge": (
        GOOD.replace('badge = "省市规定"\n', ""),
        ENTRY_LINE,
        "transfer_out_workdays 没有标识",
        "国家规定、省市规定、经办承诺 或 网传",
    ),
    "unknown badge": (
        GOOD.replace("省市规定", "传说"),
        ENTRY_LINE + 4,
        "Invalid enum value '传说'",
        "请对照 parameter_files.py 开头的格式改正",
    ),
    "promise shown as a rule": (
        GOOD.replace("省市规定", "经办承诺"),
        ENTRY_LINE + 4,
        "的标识与目录不符",
        "请改正标识",
    ),
    "rule shown as a promise": (
        GOOD.replace("transfer_out_workdays", "promised_out_workdays"),
        ENTRY_LINE + 4,
        "的标识与目录不符",
        "请改正标识",
    ),
    "practice with a source": (
        GOOD.replace("value = 8", "value = 8\npractice = true"),
        ENTRY_LINE + 2,
        "是惯例，不能带来源或标识",
        "有出处就去掉 practice",
    ),
    "unknown key": (
        GOOD + "valeu = 3\n",
        ENTRY_LINE + 7,
        "unknown field `valeu`",
        "请对照 parameter_files.py 开头的格式改正",
    ),
    "never checked": (
        GOOD.replace("checked = 2026-11-21\n", ""),
        ENTRY_LINE,
        "missing required field `checked`",
        "请对照 parameter_files.py 开头的格式改正",
    ),
    "unknown confidence": (
        GOOD.replace("medium", "sure"),
        ENTRY_LINE + 5,
        "Invalid enum value 'sure'",
        "请对照 parameter_files.py 开头的格式改正",
    ),
    "set by the wrong level": (
        GOOD.replace("transfer_out_workdays", "retirees_excluded").replace("8", "true"),
        ENTRY_LINE,
        "参数 retirees_excluded 不能由本级（320100）设定",
        "请写在允许的上级文件里",
    ),
    "single table": (
        GOOD.replace("[[", "[").replace("]]", "]"),
        ENTRY_LINE,
        "应写成 [[transfer_out_workdays]]",
        "请用双方括号",
    ),
    "same key twice": (
        GOOD + "value = 9\n",
        ENTRY_LINE + 7,
        "不是合法的 TOML",
        "请改正这一行的写法",
    ),
    "impossible date": (
        GOOD.replace("2024-01-01", "2024-02-30"),
        ENTRY_LINE + 2,
        "不是合法的 TOML",
        "请改正这一行的写法",
    ),
}


@pytest.mark.parametrize("seeded", SEEDED)
def test_each_mistake_is_named_with_file_and_line(tmp_path: Path, seeded: str) -> None:
    text, line, message, remedy = SEEDED[seeded]
    path = _write(tmp_path, HEAD + text)
    with pytest.raises(ParameterError) as caught:
        read(path)
    error = caught.value
    assert (error.file, error.line) == (path, line)
    assert f"jiangsu/320100.toml 第 {line} 行" in error.message
    assert message in error.message
    assert remedy in error.remedy


def test_the_area_must_be_the_file_name(tmp_path: Path) -> None:
    path = _write(tmp_path, HEAD + GOOD, "320200.toml")
    with pytest.raises(ParameterError, match="与文件名 320200 不一致") as caught:
        read(path)
    assert caught.value.line == 1


def test_the_name_is_required(tmp_path: Path) -> None:
    path = _write(tmp_path, 'area = "320100"\n')
    with pytest.raises(ParameterError, match="缺少 name"):
        read(path)


def test_neighbouring_periods_do_not_overlap(tmp_path: Path) -> None:
    text = GOOD.replace("from = 2024-01-01", "from = 2024-01-01\nto = 2024-12-31") + _second(
        "from = 2025-01-01"
    ).removeprefix(GOOD)
    assert len(read(_write(tmp_path, HEAD + text)).parameters["transfer_out_workdays"]) == 2


def test_hearsay_may_stand_beside_the_rule(tmp_path: Path) -> None:
    text = GOOD + "\n" + GOOD.replace("省市规定", "网传").replace("value = 8", "value = 3")
    assert len(read(_write(tmp_path, HEAD + text)).parameters["transfer_out_workdays"]) == 2


NATION = (HEAD + GOOD).replace("320100", "100000").replace("南京市", "国家")


def _lines(folder: Path) -> list[str]:
    return [str(one) for one in check_all(folder, examples=False)]


def test_check_all_reports_every_file_and_goes_on(tmp_path: Path) -> None:
    _write(tmp_path, HEAD + SEEDED["no source"][0])
    _write(
        tmp_path,
        (HEAD + SEEDED["wrong type"][0]).replace("320100", "320200").replace("南京", "无锡"),
        "320200.toml",
    )
    found = check_all(tmp_path, examples=False)
    assert [(one.file.name, one.line) for one in found] == [
        ("320100.toml", ENTRY_LINE),
        ("320200.toml", ENTRY_LINE + 1),
    ]


def test_a_city_may_be_faster_but_not_slower_than_the_nation(tmp_path: Path) -> None:
    _write(tmp_path, NATION, "100000.toml", "nation")
    _write(tmp_path, HEAD + GOOD.replace("value = 8", "value = 7"))
    assert _lines(tmp_path) == []
    _write(tmp_path, HEAD + GOOD.replace("value = 8", "value = 9"))
    assert _lines(tmp_path) == [
        "jiangsu/320100.toml:9: transfer_out_workdays 是 9，不得高于上级（100000）的 8"
    ]


def test_a_guarantee_may_not_be_undercut(tmp_path: Path) -> None:
    guarantee = GOOD.replace("transfer_out_workdays", "no_wait_break_months")
    nation = (HEAD + guarantee).replace("320100", "100000").replace("南京市", "国家")
    _write(tmp_path, nation, "100000.toml", "nation")
    _write(tmp_path, HEAD + guarantee.replace("value = 8", "value = 2"))
    assert _lines(tmp_path) == [
        "jiangsu/320100.toml:9: no_wait_break_months 是 2，不得低于上级（100000）的 8"
    ]


def test_two_files_for_one_area(tmp_path: Path) -> None:
    _write(tmp_path, HEAD + GOOD)
    _write(tmp_path, HEAD + GOOD, province="zhejiang")
    assert _lines(tmp_path) == ["zhejiang/320100.toml:1: 320100 已经有文件 jiangsu/"]


def test_unknown_area_wrong_name_and_mixed_folder(tmp_path: Path) -> None:
    _write(tmp_path, (HEAD + GOOD).replace("320100", "329999"), "329999.toml")
    _write(tmp_path, HEAD.replace("南京", "北京") + GOOD)
    _write(tmp_path, (HEAD + GOOD).replace("320100", "450200"), "450200.toml")
    lines = _lines(tmp_path)
    assert any("jiangsu/329999.toml:1: 区划代码 329999 不在区划表中" in one for one in lines)
    assert "jiangsu/320100.toml:2: name 应为 南京市，写的是 北京市" in lines
    assert "jiangsu/450200.toml:1: 同一文件夹里有不同省份的文件" in lines


def test_a_gap_in_the_national_values(tmp_path: Path) -> None:
    text = GOOD.replace("from = 2024-01-01", "to = 2021-11-30") + "\n" + GOOD
    _write(
        tmp_path,
        (HEAD + text).replace("320100", "100000").replace("南京市", "全国"),
        "100000.toml",
        "nation",
    )
    assert _lines(tmp_path) == [
        "nation/100000.toml:16: transfer_out_workdays 在 2021-11-30 之后、2024-01-01 之前没有值"
    ]


EXAMPLE = """
[[examples]]
name = "十天"
question = "deadline"
outcome = "due"
[examples.facts]
start = "2026-03-02"
workdays = 10
[examples.values]
due = "2026-03-16"
"""


def test_an_example_that_no_longer_holds_is_a_problem(tmp_path: Path) -> None:
    _write(tmp_path, HEAD + EXAMPLE)
    assert check_all(tmp_path) == []
    _write(tmp_path, HEAD + EXAMPLE.replace("03-16", "03-17").replace('"due"\n[', '"late"\n['))
    assert [str(one) for one in check_all(tmp_path)] == [
        "jiangsu/320100.toml:9: 例子“十天”不再成立：outcome 应为 late，答的是 due",
        "jiangsu/320100.toml:9: 例子“十天”不再成立：due 应为 '2026-03-17'，答的是 '2026-03-16'",
    ]
    _write(tmp_path, HEAD + EXAMPLE.replace("workdays", "days"))
    assert "没有 days 这个事实" in str(check_all(tmp_path)[0])
    _write(tmp_path, HEAD + EXAMPLE.replace("outcome =", 'reasons = ["X"]\noutcome ='))
    assert "reasons 应为 ['X']，答的是 []" in str(check_all(tmp_path)[0])


def test_the_shipped_files_have_no_problem() -> None:
    assert check_all() == []
