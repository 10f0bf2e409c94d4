"""An employer, by hand: a question answered, a group applied for, two people leave.

Real servers and workers, without JavaScript; every page is checked by axe, and may be photographed.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from jiexu.simulation.people import InventedPerson, invent_people
from jiexu.simulation.stage import Stage
from jiexu.simulation.stories.s001 import PASSWORD
from tests.e2e.conftest import Country
from tests.e2e.test_browser_story import WIDTHS, Person
from tests.support.employers import NEW, OLD

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NANJING, LIUZHOU = "320100", "450200"


def _people() -> list[InventedPerson]:
    return list(
        invent_people(
            Random(5),
            count=4,
            area=NANJING,
            today=date(2026, 1, 1),
            born_between=(date(1980, 1, 1), date(1990, 1, 1)),
        )
    )


def _cast(stage: Stage) -> None:
    """Four people of a new employer; the old one has ended the cover of three of them."""
    stage.open_agency(NANJING, "南京市医疗保险管理中心", "9999320100000000", "收入户", "5000000.00")
    stage.open_agency(LIUZHOU, "柳州市医疗保险事业管理中心", "9999450200000000", "财政专户", "0.00")
    stage.introduce()
    today = stage.now.date()
    this = today.replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    for area, number, name, user in (
        (NANJING, OLD, "南京云锦软件有限公司", "hr-old"),
        (LIUZHOU, NEW, "柳州龙城汽车有限公司", "hr-new"),
    ):
        node = stage.at(area)
        row = {"统一社会信用代码": number, "单位名称": name, "登记状态": "正常"}
        node.import_rows("employers", area, [row])
        node.add_employer_agent(user, f"{name}经办", PASSWORD, area, number)
    stage.at(NANJING).add_staff("nj-clerk", "经办员", PASSWORD, "clerk", NANJING)
    found = _people()
    stage.at(LIUZHOU).add_citizen("mover", found[0].name, PASSWORD, found[0].certno)
    for area, number, since, until in (
        (NANJING, OLD, date(2019, 3, 1), f"{last:%Y-%m}"),
        (LIUZHOU, NEW, this, f"{this:%Y-%m}"),
    ):
        node = stage.at(area)
        persons = [{"姓名": p.name, "证件类型": "01", "证件号码": p.certno} for p in found]
        node.import_rows("persons", area, persons)
        relations = []
        for place, person in enumerate(found):
            row = {
                "证件号码": person.certno,
                "险种": "310",
                "参保类型": "account",
                "状态": "normal",
                "起始日期": since.isoformat(),
                "终止日期": "",
                "单位名称": "南京云锦软件有限公司" if area == NANJING else "柳州龙城汽车有限公司",
                "单位统一社会信用代码": number,
            }
            if area == NANJING and place:
                end = (this - timedelta(days=1)).isoformat()
                relations.append({**row, "终止日期": end})
                row |= {"状态": "paused", "起始日期": this.isoformat()}
            relations.append(row)
        node.import_rows("relations", area, relations)
        months = {"险种": "310", "类型": "actual", "缴费地": area}
        node.import_rows(
            "contributions",
            area,
            [
                {**months, "证件号码": p.certno, "起始年月": f"{since:%Y-%m}", "终止年月": until}
                for p in found
            ],
        )


@pytest.mark.parametrize(
    ("country", "size"),
    [(1, "desktop"), (1, "phone")],
    indirect=["country"],
    ids=["desktop", "phone"],
)
def test_an_employer_answers_applies_and_stops(
    country: Country, size: str, chromium: Any, tmp_path: Path
) -> None:
    country.prepare((NANJING, LIUZHOU), _cast)
    country.serve()
    width, seen = WIDTHS[size], set[str]()
    base = country.at(LIUZHOU)
    found = _people()

    citizen = Person(chromium, base, width, "citizen", seen)
    citizen.sign_in("mover")
    citizen.go(f"/stop/{NANJING}")
    citizen.press("提交停保申请")
    assert "请填写“离职日期”" in citizen.text()
    month_end = datetime.now().date().replace(day=1) - timedelta(days=1)  # noqa: DTZ005, TID251
    citizen.page.get_by_label("离职日期").fill(month_end.isoformat())
    citizen.page.get_by_label(re.compile("离职证明（")).check()
    citizen.page.get_by_label(re.compile("材料写了什么")).fill("离职证明，盖章")
    citizen.page.get_by_label(re.compile("还在经营")).check()
    citizen.press("提交停保申请")
    assert "已通知原单位，等待答复" in citizen.text()
    case_page = citizen.page.url.removeprefix(base)

    old = Person(chromium, base, width, "old", seen)
    old.sign_in("hr-old")
    at = f"/employer/{NANJING}/{OLD}"
    old.go(at)
    for page in ("people", "mend", "lists", "notices", "send/enrol", "send/stop"):
        old.go(f"{at}/{page}")
    old.go(f"{at}/notices/{case_page.rsplit('/', 1)[1]}")
    old.page.get_by_label("停保日", exact=True).fill((month_end + timedelta(days=1)).isoformat())
    old.press("确认已离职")
    citizen.wait_for(case_page, lambda text: "现在可以申请转移" in text, "the suspension")
    citizen.look()

    new = Person(chromium, base, width, "new", seen)
    new.sign_in("hr-new")
    at = f"/employer/{LIUZHOU}/{NEW}"
    new.go(f"{at}/send/transfer")
    roster = tmp_path / "名单.csv"
    lines = [f"{p.certno},{p.name},南京,310,统筹余额也转" for p in found]
    lines.append("320198199203154526,写错号码,南京,310,")
    roster.write_text("证件号码,姓名,原参保地,险种,其他要求\n" + "\n".join(lines), encoding="utf-8")
    new.page.get_by_label("名单文件").set_input_files(str(roster))
    new.press("上传并办理")
    new.page.wait_for_load_state()
    list_page = new.page.url.removeprefix(base).partition("?")[0]
    new.wait_for(list_page, lambda text: "已答复 5 / 5 行" in text, "all lines")
    new.look()
    text = new.text()
    assert "没有属于个人的部分" in text
    assert "没有办成 1" in text
    assert "校验码" in text
    assert found[0].certno not in text

    clerk = Person(chromium, base, width, "clerk", seen)
    clerk.sign_in("nj-clerk")
    clerk.go(f"/work/{NANJING}/stop")
    clerk.go(f"/work/{NANJING}/cases")
    clerk.go(f"/work/{NANJING}/cases/here/{case_page.rsplit('/', 1)[1]}")
    assert "本人和单位怎么说" in clerk.text()

    for what in ("ledger", "audit"):
        proof = country.command(LIUZHOU, what, "verify")
        assert proof.returncode == 0, proof.stdout + proof.stderr
    logs = "".join(path.read_text(encoding="utf-8") for path in country.folder.rglob("*.log"))
    assert "Traceback" not in logs
    assert found[0].certno not in logs
