"""What stories are told with: offices, people with a past, and the acts that occur again and again.

A story says who lives where and what happens; a `Telling` does it through the doors of the stage
and asserts at every turn: an act that is not answered as the story says ends the story.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from jiexu.core.policy.questions.transfer import LABELS
from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, PlayedCase
from jiexu.simulation.stories.answers import REMEDIES, reasons_of

PASSWORD = "one-password-for-all-of-them"  # noqa: S105  (invented people of stories)
STAFF = (
    ("jingban", "经办员", "clerk"),
    ("zhidan", "制单员", "finance_preparer"),
    ("fuhe", "复核员", "finance_approver"),
)

_MOVED = frozenset({"credited", "paid", "credited_ahead", "owed"})


class Office(msgspec.Struct, frozen=True, kw_only=True):
    """An agency with its staff: `nj` gives the users nj_jingban, nj_zhidan and nj_fuhe."""

    area: str
    short: str
    name: str
    kind: str = "收入户"
    money: str = "5000000.00"

    def staff(self, post: str) -> str:
        return f"{self.short}_{post}"


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the story; `username` signs in where they live."""

    name: str
    certno: str
    username: str


class Telling:
    """One story on its stage."""

    def __init__(self, stage: Stage, story_id: str) -> None:
        self.stage = stage
        self.id = story_id
        self.offices: dict[str, Office] = {}
        self.lines: list[str] = []
        """What was said before there was a case, for the transcript."""
        self._users: set[tuple[int, str]] = set()

    # --- before the curtain -------------------------------------------------------------------

    def open(self, *offices: Office) -> None:
        """Open the agencies with their staff, and let the nodes know of each other."""
        for office in offices:
            self.offices[office.area] = office
            account = f"9999{office.area}000000"
            self.stage.open_agency(office.area, office.name, account, office.kind, office.money)
            for post, name, role in STAFF:
                node = self.stage.at(office.area)
                node.add_staff(office.staff(post), name, PASSWORD, role, office.area)
        self.stage.introduce()

    def insured(
        self,
        person: Person,
        area: str,
        *,
        months: Iterable[tuple[str, str]] = (),
        statuses: Iterable[tuple[str, str, str]] = (),
        insutype: str = "310",
        plan: str = "account",
        employer: str = "",
        balance: str = "",
        **relation: str,
    ) -> None:
        """A person's past at an agency, by import.

        `months`: runs of paid months (from, to) as YYYY-MM; `statuses`: (status, from, to) with
        status normal, paused or terminated and an open end as ""; further columns of the relation
        by their Chinese names.
        """
        node = self.stage.at(area)
        row = {"姓名": person.name, "证件类型": "01", "证件号码": person.certno}
        node.import_rows("persons", area, [row])
        shared = {"证件号码": person.certno, "险种": insutype}
        relations = [
            {
                **shared,
                "参保类型": plan,
                "状态": status,
                "起始日期": begin,
                "终止日期": end,
                "单位名称": employer if status == "normal" else "",
                **relation,
            }
            for status, begin, end in statuses
        ]
        paid = [
            {**shared, "类型": "actual", "起始年月": begin, "终止年月": end, "缴费地": area}
            for begin, end in months
        ]
        if relations:
            node.import_rows("relations", area, relations)
        if paid:
            node.import_rows("contributions", area, paid)
        if balance:
            money = [{"证件号码": person.certno, "个人账户余额": balance}]
            node.import_rows("balances", area, money)

    def resident(
        self, person: Person, area: str, year: int, *, since: str = "", until: str = ""
    ) -> None:
        """Insured as a resident for a year, paid in full; enrolled on `since`, at its beginning
        if not said otherwise.
        """
        self.insured(
            person,
            area,
            insutype="390",
            plan="pool_only",
            months=[(f"{year}-01", f"{year}-12")],
            statuses=[("normal", since or f"{year}-01-01", until or f"{year}-12-31")],
            参保年度=str(year),
        )

    def moved(
        self,
        person: Person,
        source: str,
        target: str,
        *,
        begin: str = "2019-03",
        left: str = "2026-02",
        joined: str = "2026-03",
        balance: str = "3214.56",
    ) -> None:
        """The usual past of an employee: insured at one place until `left`, at the other since."""
        self.left(person, source, begin=begin, left=left, balance=balance)
        self.joined(person, target, joined)

    def left(
        self, person: Person, area: str, *, begin: str, left: str = "2026-02", balance: str = ""
    ) -> None:
        """An employee from `begin` until `left` (YYYY-MM), paused since."""
        year, month = map(int, left.split("-"))
        after = f"{year + month // 12:04d}-{month % 12 + 1:02d}-01"
        last = f"{left}-{_days(year, month):02d}"
        self.insured(
            person,
            area,
            months=[(begin, left)],
            statuses=[("normal", f"{begin}-01", last), ("paused", after, "")],
            employer="原单位有限公司",
            balance=balance,
        )

    def joined(self, person: Person, area: str, since: str = "2026-03") -> None:
        """An employee here since a month that is paid, with a user name."""
        self.insured(
            person,
            area,
            months=[(since, since)],
            statuses=[("normal", f"{since}-01", "")],
            employer="新单位有限公司",
        )
        self.signs_up(person, area)

    def signs_up(self, person: Person, area: str) -> None:
        """A user name on the node of an agency; where one node hosts several, it is one user."""
        node = self.stage.at(area)
        if (id(node), person.username) in self._users:
            return
        self._users.add((id(node), person.username))
        node.add_citizen(person.username, person.name, PASSWORD, person.certno)

    def employs(self, area: str, name: str, uscc: str, agent: str, arrears: str = "") -> None:
        """An employer on file at an agency, and the user who acts for it there."""
        node = self.stage.at(area)
        row = {
            "统一社会信用代码": uscc,
            "单位名称": name,
            "登记状态": "正常",
            "欠费起始年月": arrears,
        }
        node.import_rows("employers", area, [row])
        node.add_employer_agent(agent, f"{name}经办人", PASSWORD, area, uscc)

    # --- acts ---------------------------------------------------------------------------------

    def check(self, person: Person, at: str, **form: str) -> dict[str, Any]:
        """The policy's answer, as the portal of the node of `at` gives it."""
        return dict(self.stage.at(at).check(person.username, form))

    def apply(self, person: Person, source: str, target: str, **form: str) -> str:
        """Apply at the new place; gives the case number."""
        answer = self.tries(person, source, target, **form)
        self.expect("the application is taken", answer["ok"], True, answer)
        return str(answer["case_no"])

    def tries(self, person: Person, source: str, target: str, **form: str) -> dict[str, Any]:
        """Apply at the new place and give the answer, whatever it is."""
        asked = {"from_area": source, "to_area": target, "insutype": "310", **form}
        key = f"{self.id}-{person.username}-{source}-{self.stage.now:%m%d%H%M}"
        return dict(self.stage.at(target).apply(person.username, asked, key))

    def tries_at_source(
        self, person: Person, source: str, target: str, **form: str
    ) -> dict[str, Any]:
        """Apply at the old place and give the answer, whatever it is."""
        asked = {"from_area": source, "to_area": target, "insutype": "310", **form}
        key = f"{self.id}-{person.username}-{target}-{self.stage.now:%m%d%H%M}"
        return dict(self.stage.at(source).apply(person.username, {**asked, "start": "from"}, key))

    def staff_does(
        self, area: str, post: str, case_no: str, half: str, event: str, **form: str
    ) -> dict[str, Any]:
        """A move from the case page, by `jingban`, `zhidan` or `fuhe` of an agency; gives the
        answer.
        """
        username = self.offices[area].staff(post)
        role = next(role for word, _, role in STAFF if word == post)
        node = self.stage.at(area)
        return dict(node.act(area, username, role, case_no, half, event, form))

    def citizen_does(
        self, person: Person, area: str, case_no: str, half: str, event: str, **form: str
    ) -> dict[str, Any]:
        """A move by the person themselves; gives the answer."""
        node = self.stage.at(area)
        return dict(node.act(area, person.username, "citizen", case_no, half, event, form))

    def pay(self, area: str) -> str:
        """Two people pay whatever waits at an agency; gives the number of the batch."""
        office, node = self.offices[area], self.stage.at(area)
        key = f"{self.id}-pay-{area}-{self.stage.now:%m%d%H%M}"
        batch = node.prepare_payments(area, office.staff("zhidan"), key)
        self.expect("a batch is prepared", batch["ok"], True, batch)
        approved = node.approve_payments(area, office.staff("fuhe"), batch["case_no"])
        self.expect("the batch is approved", approved["ok"], True, approved)
        return str(batch["case_no"])

    def bank_round(self, area: str) -> None:
        """Files go out, the bank works on the next working day, its answers are taken in."""
        self.stage.settle()
        self.stage.next_workday(area)
        self.stage.bank_works()
        self.stage.settle()

    def money_follows(self, area: str) -> None:
        """From the payment at the old place to the end."""
        self.stage.later(hours=2)
        self.pay(area)
        self.bank_round(area)

    def settle(self, **amount: float) -> None:
        """Time passes, a minute unless said otherwise, and everything that is due is done."""
        self.stage.later(**(amount or {"minutes": 1}))
        self.stage.settle()

    def sends(
        self, agent: str, area: str, uscc: str, kind: str, *lines: dict[str, str]
    ) -> list[dict[str, Any]]:
        """An employer's agent sends a list; gives its lines, answered."""
        node = self.stage.at(area)
        key = f"{self.id}-{kind}-{agent}-{self.stage.now:%m%d%H%M}"
        name = node.send_roster(area, agent, uscc, kind, list(lines), key)
        self.settle()
        return [dict(line) for line in node.roster(area, uscc, name)["lines"]]

    def at_counter(
        self, person: Person, area: str, source: str, target: str, **form: str
    ) -> dict[str, Any]:
        """The clerk of `area` applies for the person at the window; gives the answer."""
        asked = {"from_area": source, "to_area": target, "insutype": "310", **form}
        key = f"{self.id}-window-{person.username}-{source}-{self.stage.now:%m%d%H%M}"
        clerk = self.offices[area].staff("jingban")
        node = self.stage.at(area)
        return dict(node.apply_at_counter(area, clerk, person.certno, asked, key))

    def asks_to_stop(self, person: Person, area: str, **form: str) -> dict[str, Any]:
        """The person asks the old place to end a cover that the old employer does not end."""
        key = f"{self.id}-stop-{person.username}-{self.stage.now:%m%d%H%M}"
        return dict(self.stage.at(area).ask_to_stop(area, person.username, form, key))

    def case(self, area: str, case_no: str, half: str) -> dict[str, Any]:
        """One half, as its clerk sees it."""
        return dict(self.stage.at(area).case(area, case_no, half))

    # --- what must be so ----------------------------------------------------------------------

    def expect(self, what: str, found: object, wanted: object, said: object = None) -> None:
        """Ends the story unless `found` is what it says."""
        if found != wanted:
            more = f" ({said!r})" if said is not None else ""
            raise AssertionError(
                f"story {self.id}, {what}: found {found!r}, wanted {wanted!r}{more}"
            )

    def refused(self, answer: dict[str, Any], code: str, *words: str) -> None:
        """A refusal with its code, each of these words in its text, and a way on."""
        self.expect("refused", (answer["ok"], answer["code"]), (False, code), answer)
        for word in words:
            self.expect(f"says {word}", word in answer["text"] + answer["remedy"], True, answer)
        self.expect("a way on", bool(answer["remedy"]), True, answer)

    def titled(self, area: str, case_no: str, half: str, title: str) -> str:
        """What the timeline of a half says under a title, the last time it stands there."""
        items = self.case(area, case_no, half)["timeline"]
        found = [item["text"] for item in items if item["title"] == title]
        self.expect(
            f"“{title}” in the timeline", bool(found), True, [one["title"] for one in items]
        )
        return str(found[-1])

    def was_told(self, person: Person, area: str, title: str, *words: str) -> None:
        """The newest notice to the person at an agency: its title, and words of its text."""
        found = self.stage.at(area).told(area, person.certno)
        self.expect(f"{person.name} is told", found[-1][0] if found else "", title, found)
        for word in words:
            self.expect(f"says {word}", word in found[-1][1], True, found[-1])

    def says(self, person: Person, answer: dict[str, Any]) -> None:
        """An answer that opened no case goes into the transcript, with its reasons."""
        words = answer.get("text") or "".join(one["text"] for one in answer["reasons"])
        label = LABELS[answer["outcome"]] if "outcome" in answer else "没有受理"
        self.lines.append(f"{person.name} {self.stage.now:%Y-%m-%d %H:%M} {label}：{words}")

    def answers(self, decision: dict[str, Any], outcome: str, **values: object) -> None:
        """What the policy's answer comes to, and these of its values."""
        self.expect("the outcome", decision["outcome"], outcome, decision["reasons"])
        found = {name: decision["values"].get(name) for name in values}
        self.expect("its values", found, values)

    def rests_on(self, decision: dict[str, Any], value: str, badge: str, title: str) -> None:
        """The paper that a value of the policy's answer rests on."""
        sources = [
            (source["badge"], source["title"])
            for one in decision["values"]["basis"]
            if one["value"] == value
            for source in one["sources"]
        ]
        self.expect(f"the source of {value}", sources, [(badge, title)])

    def owes(self, payer: str, payee: str, net_fen: int) -> None:
        """Both agencies hold the same agreed list, and who pays the difference."""
        for area, pays in ((payer, True), (payee, False)):
            found = [
                (one["state"], one["we_pay"], one["net_fen"])
                for one in self.stage.at(area).clearings(area)
            ]
            self.expect(f"the list at {area}", found, [("agreed", pays, net_fen)])

    def because(
        self, person: Person, answer: dict[str, Any], *reasons: tuple[str, str, str, str]
    ) -> None:
        """The reasons of an answer, word for word: code, text, way on and source of each."""
        self.expect("the reasons", reasons_of(answer), list(reasons))
        self.says(person, answer)

    def declined(
        self, area: str, case_no: str, half: str, state: str, *reasons: tuple[str, str, str]
    ) -> dict[str, Any]:
        """A half that ended without a transfer: text, way on and source of each reason, word for
        word, and the remedies of law.
        """
        case = self.case(area, case_no, half)
        self.expect("ended", (case["state"], case["fund_leg"]), (state, "none"), case["refusals"])
        self.expect("the reasons", [tuple(one) for one in case["refusals"]], list(reasons))
        self.expect("the remedies", case["remedies"], REMEDIES)
        return case

    def timeline(self, area: str, case_no: str, half: str) -> list[str]:
        """What happened in a half, `title：text`."""
        items = self.case(area, case_no, half)["timeline"]
        return [f"{item['title']}：{item['text']}" for item in items]

    def answered(self, answer: dict[str, Any], code: str, text: str, remedy: str) -> None:
        """A refusal to the letter: what, why and what to do now."""
        said = (answer["ok"], answer["code"], answer["text"], answer["remedy"])
        self.expect(f"refused {code}", said, (False, code, text, remedy))

    def timeline_says(self, area: str, case_no: str, half: str, title: str, text: str) -> None:
        """The last entry of that title in the timeline of a half, to the letter."""
        found = [
            item["text"]
            for item in self.case(area, case_no, half)["timeline"]
            if item["title"] == title
        ]
        self.expect(f"{title} of {case_no}", found[-1:], [text])

    def papers(self, area: str, case_no: str, half: str, *kinds: str) -> None:
        """Which papers a half has, each with a seal that verifies."""
        papers = self.case(area, case_no, half)["papers"]
        self.expect(f"papers of {case_no}", sorted(one["kind"] for one in papers), sorted(kinds))
        self.expect("all sealed", all(one["sealed"] for one in papers), True)

    def promised(self, area: str, case_no: str, half: str, day: str, *, provisional: bool) -> None:
        """By which day the record is promised, and whether that day may still move."""
        case = self.case(area, case_no, half)
        found = (case["promised_on"], case["promised_provisional"])
        self.expect(f"promise of {case_no}", found, (day, provisional))

    def legs(self, area: str, case_no: str, half: str, record: str, fund: str) -> None:
        """Where a half stands on both legs."""
        case = self.case(area, case_no, half)
        found = (case["record_leg"], case["fund_leg"])
        self.expect(f"{half} of {case_no}", found, (record, fund))

    def holds(self, person: Person, area: str, balance_fen: int) -> None:
        """What the person's account at an agency holds."""
        found = self.stage.at(area).balance(area, person.certno)["posted_fen"]
        self.expect(f"balance of {person.name} at {area}", found, balance_fen)

    def played(self, *halves: tuple[str, str, str]) -> Played:
        """The report: `(area, case number, half)` in the order of the telling.

        Of two halves of one case the first named stands for it; papers are those of both.
        """
        told: dict[str, PlayedCase] = {}
        lines = list(self.lines)
        for area, case_no, half in halves:
            case = self.case(area, case_no, half)
            papers = [paper["number"] for paper in case["papers"]]
            if case_no in told:
                told[case_no].papers.extend(papers)
            else:
                moved = case["fund_leg"] in _MOVED
                told[case_no] = PlayedCase(
                    case_no=case_no,
                    state=case["state"],
                    record_leg=case["record_leg"],
                    fund_leg=case["fund_leg"],
                    moved_fen=(case["amount_fen"] or 0) if moved else 0,
                    papers=papers,
                    promised=case["promised_on"],
                    completed=case["completed_at"],
                )
            place = case["to_name"] if half == "in" else case["from_name"]
            lines += [
                f"{place} {item['at'][:16].replace('T', ' ')} {item['title']}：{item['text']}"
                for item in case["timeline"]
            ]
        return Played(cases=list(told.values()), transcript=lines)


def _days(year: int, month: int) -> int:
    """The last day of a month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in {4, 6, 9, 11} else 31
