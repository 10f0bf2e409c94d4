"""The people of the stories 000, 002, 003 and 004 in the demo country, before anything happens:
a visitor can play each story by hand. All days are counted back from today.
"""

from __future__ import annotations

from datetime import date, timedelta

from jiexu.simulation.country import CITIZENS, Country, unknown_password
from jiexu.simulation.population import first_day, month_back
from jiexu.simulation.stories import s000, s002, s003, s004
from jiexu.simulation.stories.telling import Person

EMPLOYERS = "用人单位"
"""The group under which agents of employers stand on the demo page."""
NAMED = (
    s000.CHUNYAN,
    s000.ZHIYUAN,
    s002.WULAN,
    s003.RETURNS,
    s003.POOL,
    s003.RUNNING,
    s003.RETIRED,
    s004.XIAOLAN,
)


def bring_in_story_people(country: Country) -> None:
    """Colleagues from 柳州, a silent old employer, a group and its employer, a former name."""
    _colleagues(country)
    _silent_employer(country)
    _group(country)
    _former_name(country)


def _colleagues(country: Country) -> None:
    """000: months of the break are paid back at the new place already."""
    one, two = s000.CHUNYAN, s000.ZHIYUAN
    _left(country, one, s000.LIUZHOU, 108, 4, "4860.35")
    _joined(country, one, s000.NANNING, 1, paid_since=3)
    _citizen(
        country,
        one,
        "从柳州到南宁换了工作，中间断了两个月，新单位已补缴：区内怎样划转没有查到规定，按国家办法暂定。",
    )
    _left(country, two, s000.LIUZHOU, 153, 2, "12058.77")
    _joined(country, two, s000.GUANGZHOU, 1)
    _citizen(country, two, "和韦春燕同时离开柳州，去了广州：跨省，没有中断。")


def _silent_employer(country: Country) -> None:
    """002: the old employer is on file, in arrears, and has an agent who may answer or not."""
    place = s002.HOHHOT
    _employer(country, place, s002.OLD_EMPLOYER, s002.USCC, month_back(country.today, 1))
    begin = month_back(country.today, 94)
    row = {"单位名称": s002.OLD_EMPLOYER, "单位统一社会信用代码": s002.USCC}
    _relations(country, s002.WULAN, place, [("normal", first_day(begin), "")], row)
    _months(country, s002.WULAN, place, begin, month_back(country.today, 2))
    _balance(country, s002.WULAN, place, "7903.08")
    _joined(country, s002.WULAN, s002.NANJING, 1)
    _citizen(
        country,
        s002.WULAN,
        "从呼和浩特到南京，原单位没有停保：先申请转移看看会怎样，再申请停保；"
        "原单位和呼和浩特经办的身份也可以用。",
    )
    _agent(
        country,
        "qingcheng",
        f"{s002.OLD_EMPLOYER}经办人",
        place,
        s002.USCC,
        "乌兰的原单位，有欠费：可以确认停保、提出异议，或者不理。",
    )


def _group(country: Country) -> None:
    """003: four who came from 南京, one of them not stopped, one retired."""
    _employer(country, s003.LIUZHOU, s003.EMPLOYER, s003.USCC)
    row = {"单位名称": s003.EMPLOYER, "单位统一社会信用代码": s003.USCC}
    for person, balance in (
        (s003.RETURNS, "6254.18"),
        (s003.POOL, "1832.60"),
        (s003.RETIRED, "4410.75"),
    ):
        retired = {"是否退休": "是"} if person is s003.RETIRED else {}
        _left(country, person, s003.NANJING, 86, 2, balance, **retired)
        _joined(country, person, s003.LIUZHOU, 1, **row)
    begin = month_back(country.today, 86)
    running = [("normal", first_day(begin), "")]
    _relations(country, s003.RUNNING, s003.NANJING, running, {"单位名称": "南京云锦软件有限公司"})
    _months(country, s003.RUNNING, s003.NANJING, begin, month_back(country.today, 2))
    _balance(country, s003.RUNNING, s003.NANJING, "990.00")
    _joined(country, s003.RUNNING, s003.LIUZHOU, 1, **row)
    _citizen(
        country,
        s003.POOL,
        "听说“统筹账户余额”也能转走，从南京到柳州：单位可以代为申请，也可以自己申请。",
    )
    _agent(
        country,
        s003.AGENT,
        f"{s003.EMPLOYER}经办人",
        s003.LIUZHOU,
        s003.USCC,
        "四名职工从南京来：成批代为申请转移，逐行看结果（一人没停保，一人已退休）。",
    )


def _former_name(country: Country) -> None:
    """004: 南京 has the name of before."""
    before = Person(name=s004.FORMER_NAME, certno=s004.XIAOLAN.certno, username="")
    _left(country, before, s004.NANJING, 60, 2, "3040.90")
    _joined(country, s004.XIAOLAN, s004.NANNING, 1)
    _citizen(
        country,
        s004.XIAOLAN,
        "南京登记的是曾用名农小兰，现在到南宁窗口申请：南宁经办可以要求补正，南京经办可以更正姓名。",
    )


def _left(
    country: Country, person: Person, area: str, since: int, until: int, balance: str, **more: str
) -> None:
    """Insured from so many months ago to so many; stopped from the month after."""
    begin, end = month_back(country.today, since), month_back(country.today, until)
    paused = first_day(month_back(country.today, until - 1))
    last = (date.fromisoformat(paused) - timedelta(days=1)).isoformat()
    spans = [("normal", first_day(begin), last), ("paused", paused, "")]
    _relations(country, person, area, spans, {"单位名称": "原单位有限公司", **more})
    _months(country, person, area, begin, end)
    _balance(country, person, area, balance)


def _joined(
    country: Country, person: Person, area: str, since: int, paid_since: int = 0, **more: str
) -> None:
    """Insured since so many months ago; months before that may be paid back."""
    begin = month_back(country.today, since)
    spans = [("normal", first_day(begin), "")]
    _relations(country, person, area, spans, {"单位名称": "新单位有限公司", **more})
    paid = month_back(country.today, max(since, paid_since))
    _months(country, person, area, paid, month_back(country.today, 0))


def _relations(
    country: Country,
    person: Person,
    area: str,
    spans: list[tuple[str, str, str]],
    more: dict[str, str],
) -> None:
    row = {"姓名": person.name, "证件类型": "01", "证件号码": person.certno}
    country.node.import_rows("persons", area, [row])
    same = {"证件号码": person.certno, "险种": "310", "参保类型": "account", **more}
    rows = [same | {"状态": how, "起始日期": begin, "终止日期": end} for how, begin, end in spans]
    country.node.import_rows("relations", area, rows)


def _months(country: Country, person: Person, area: str, begin: str, end: str) -> None:
    row = {"证件号码": person.certno, "险种": "310", "类型": "actual", "缴费地": area}
    country.node.import_rows("contributions", area, [row | {"起始年月": begin, "终止年月": end}])


def _balance(country: Country, person: Person, area: str, balance: str) -> None:
    row = {"证件号码": person.certno, "个人账户余额": balance}
    country.node.import_rows("balances", area, [row])


def _employer(country: Country, area: str, name: str, uscc: str, arrears: str = "") -> None:
    row = {"统一社会信用代码": uscc, "单位名称": name, "登记状态": "正常", "欠费起始年月": arrears}
    country.node.import_rows("employers", area, [row])


def _citizen(country: Country, person: Person, story: str) -> None:
    country.node.add_citizen(person.username, person.name, unknown_password(), person.certno)
    _shown(country, person.username, person.name, CITIZENS, story, "/me")


def _agent(country: Country, username: str, name: str, area: str, uscc: str, story: str) -> None:
    country.node.add_employer_agent(username, name, unknown_password(), area, uscc)
    _shown(country, username, name, EMPLOYERS, story, f"/employer/{area}/{uscc}")


def _shown(country: Country, username: str, name: str, group: str, story: str, go_to: str) -> None:
    country.demo_people.append(
        {"username": username, "name": name, "group": group, "story": story, "go_to": go_to}
    )
