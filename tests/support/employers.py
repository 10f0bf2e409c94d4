"""Employers of the small country: on file, with people, and an agent who acts for them."""

from __future__ import annotations

from typing import Any

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.codes.check_digits import mod_31
from jiexu.records.access.sealing import identity_index
from jiexu.records.employers.queries import roster
from jiexu.records.employers.views import RosterLine, Said
from jiexu.records.registry.models import Relation
from jiexu.work import accounts, grants, rosters
from jiexu.work.stop_cover import apply_for_stop
from tests.support.country import SOURCE, TARGET, Country, Mover

PASSWORD = "correct-horse-9"
STOP_FORM = {
    "left_on": "2026-02-27",
    "evidence": "certificate",
    "evidence_text": "离职证明，2026-02-27 出具",
    "employer_state": "works",
}


def uscc(area: str, serial: int) -> str:
    """An invented number of an employer of an area."""
    body = f"91{area}MA{serial:07d}"
    return body + mod_31(body)


OLD, NEW, OTHER = uscc(SOURCE, 1), uscc(TARGET, 2), uscc(TARGET, 3)


def employers_on_file(country: Country, **status: str) -> None:
    """OLD at the old place, NEW and OTHER at the new one, each with an agent of its name."""
    for area, number, name, user in (
        (SOURCE, OLD, "云锦软件", "hr-old"),
        (TARGET, NEW, "龙城汽车", "hr-new"),
        (TARGET, OTHER, "柳江食品", "hr-other"),
    ):
        row = {
            "统一社会信用代码": number,
            "单位名称": name,
            "登记状态": status.get(user.replace("-", "_"), "正常"),
            "欠费起始年月": "",
        }
        country.node.import_rows("employers", area, [row])
        accounts.add_user(user, f"{name}经办", PASSWORD, country.now)
        grants.authorise(user, number, area, "operator", country.now)


def people(
    country: Country, movers: list[Mover], area: str, number: str, since: str, months: str = ""
) -> None:
    """Insured by an employer from a day on; `months` is the last paid month, if any."""
    rows = [{"姓名": one.name, "证件类型": "01", "证件号码": one.certno} for one in movers]
    country.node.import_rows("persons", area, rows)
    country.node.import_rows(
        "relations",
        area,
        [
            {
                "证件号码": one.certno,
                "险种": "310",
                "参保类型": "account",
                "状态": "normal",
                "起始日期": since,
                "单位名称": "某单位",
                "单位统一社会信用代码": number,
            }
            for one in movers
        ],
    )
    if months:
        country.node.import_rows(
            "contributions",
            area,
            [
                {
                    "证件号码": one.certno,
                    "险种": "310",
                    "类型": "actual",
                    "起始年月": since[:7],
                    "终止年月": months,
                    "缴费地": area,
                }
                for one in movers
            ],
        )


def agent(user: str, area: str) -> Actor:
    return Actor(role=Role.EMPLOYER, ref=user, agency=area)


def ask_to_stop(country: Country, mover: Mover, key: str = "", **form: str) -> Any:
    """A citizen asks the old place to end their cover."""
    actor = Actor(role=Role.CITIZEN, ref="citizen")
    return apply_for_stop(
        actor,
        SOURCE,
        STOP_FORM | form,
        key or country.key("stop"),
        country.now,
        subject=identity_index(mover.certno),
    )


def send(country: Country, user: str, area: str, number: str, kind: str, *lines: Said) -> str:
    return rosters.send_roster(
        agent(user, area), number, kind, lines, country.key("list"), country.now
    )


def answers(area: str, number: str, key: str) -> list[RosterLine]:
    return roster(area, number, key)[1]


def status_of(area: str, mover: Mover) -> list[tuple[str, str, str | None]]:
    """(status, from, to) of what is known now, in time order."""
    rows = Relation.objects.of(area).filter(
        person__certno_index=identity_index(mover.certno), superseded_at__isnull=True
    )
    return [
        (row.status, row.valid_from.isoformat(), row.valid_to.isoformat() if row.valid_to else None)
        for row in rows.order_by("valid_from")
    ]
