"""Death and the rest at each stage: what stops, what goes on, and the money is always somewhere."""

from __future__ import annotations

from typing import Any

import pytest
from tests.records.test_audit_verify import behind_the_laws
from tests.support.country import SOURCE, TARGET, Country, Mover, rows

from jiexu.core.base.actors import Role
from jiexu.records.access.sealing import identity_index
from jiexu.records.audit.verify import verify as verify_audit
from jiexu.records.procedures.queries import all_cases
from jiexu.work import dispatch, intake, receive


def report(
    country: Country, case_no: str, half: str, kind: str, on: str = "2026-03-11", **form: str
) -> Any:
    area = {"in": TARGET, "out": SOURCE}[half]
    version = country.case(case_no, half)["version"]
    actor = country.actor(Role.CLERK, area=area)
    form = {"kind": kind, "on": on, "evidence": "证明 12 号", **form}
    return intake.act(
        actor, area, case_no, half, "report_life", form, version, country.key(), country.now
    )


def correct(country: Country, case_no: str, half: str, **form: str) -> Any:
    area = {"in": TARGET, "out": SOURCE}[half]
    version = country.case(case_no, half)["version"]
    actor = country.actor(Role.CLERK, area=area)
    form = {"evidence": "户口簿更名记载", **form}
    return intake.act(
        actor, area, case_no, half, "correct_person", form, version, country.key(), country.now
    )


def rename(mover: Mover, area: str, name: str) -> None:
    from jiexu.records.isolation import acting_for, writing
    from jiexu.records.registry.models import Person

    with acting_for(area), writing():
        Person.objects.of(area).filter(certno_index=identity_index(mover.certno)).update(
            psn_name=name
        )


def money(country: Country, mover: Mover) -> tuple[int, int, int]:
    """Posted and reserved at the old place, posted at the new one."""
    old = country.node.balance(SOURCE, mover.certno)
    return old["posted_fen"], old["reserved_fen"], country.held(TARGET, mover)


@pytest.mark.parametrize("half", ["in", "out"])
@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("death", "参保人已经死亡，参保关系终止，不再办理转移接续。"),
        ("army", "参保人入伍，按军人保险办理，不办理统筹区之间的转移接续。"),
        ("emigration", "参保人出境定居，没有转入的统筹区，不办理转移接续。"),
    ],
)
def test_before_the_form_everything_stops(
    country: Country, half: str, kind: str, text: str
) -> None:
    (mover,) = country.add_movers(1)
    (case_no,) = country.apply_all()
    country.clock.forward(minutes=1)
    dispatch.dispatch_due(country.now)
    receive.apply_due(country.now)
    dispatch.dispatch_due(country.now)
    receive.apply_due(country.now)
    answer = report(country, case_no, half, kind)
    assert answer.ok, answer
    country.settle()
    assert country.states(case_no) == {
        "in": ("stopped", "stopped", "none"),
        "out": ("stopped", "stopped", "none"),
    }
    assert money(country, mover) == (mover.balance_fen, 0, 0)
    for side, number in (("in", f"ZJ{case_no[2:]}"), ("out", f"ZJ{case_no[2:]}-ZC")):
        papers = country.case(case_no, side)["papers"]
        assert (number, "closing", True) in [(p["number"], p["kind"], p["sealed"]) for p in papers]
    for side in ("in", "out"):
        view = country.case(case_no, side)
        assert view["refusals"][0][0] == text
        assert view["refusals"][0][1]
        assert "行政复议" in view["remedies"]
    assert country.breaks() == []


def test_while_the_old_place_is_asked_it_ends_at_once(country: Country) -> None:
    (mover,) = country.add_movers(1)
    (case_no,) = country.apply_all()
    assert report(country, case_no, "in", "death").ok
    assert country.states(case_no)["in"] == ("stopped", "stopped", "none")
    country.settle()
    assert country.states(case_no)["out"] == ("stopped", "stopped", "none")
    assert money(country, mover) == (mover.balance_fen, 0, 0)
    assert country.breaks() == []


@pytest.mark.parametrize("half", ["in", "out"])
@pytest.mark.parametrize("batched", [False, True])
def test_money_that_waits_for_approval_is_free_again(
    country: Country, half: str, batched: bool
) -> None:
    (mover, other) = country.add_movers(2)
    case_no, second = country.to_the_form()
    assert money(country, mover)[1] == mover.balance_fen
    number = country.prepare()["case_no"] if batched else ""
    assert report(country, case_no, half, "death").ok
    country.settle()
    # The months were written before; the money stays with the old account.
    assert country.states(case_no) == {
        "in": ("completed", "done", "none"),
        "out": ("completed", "done", "none"),
    }
    assert money(country, mover) == (mover.balance_fen, 0, 0)
    for side in ("in", "out"):
        view = country.case(case_no, side)
        assert view["refusals"] == ()
        assert "由继承人向" in view["informed"][-1][1]
    if batched:
        # The batch no longer fits: it is sent back, and the other order is paid in a new one.
        answer = country.approve(number)
        assert (answer["ok"], answer["code"]) == (False, "ORDER_CANCELLED")
        assert case_no in answer["text"]
        assert answer["remedy"].startswith("请退回本批")
        actor = country.actor(Role.FINANCE_APPROVER, f"approves-{SOURCE}")
        assert intake.reject_batch(actor, SOURCE, number, 1, country.key(), country.now).ok
    country.pay()
    country.settle()
    country.bank_round()
    country.settle()
    assert country.held(TARGET, other) == other.balance_fen
    assert country.states(second)["in"] == ("completed", "done", "credited")
    assert money(country, mover) == (mover.balance_fen, 0, 0)
    assert country.breaks() == []


@pytest.mark.parametrize("half", ["in", "out"])
@pytest.mark.parametrize("stage", ["approved", "paid"])
def test_money_that_has_left_is_credited_for_the_heirs(
    country: Country, half: str, stage: str
) -> None:
    (mover,) = country.add_movers(1)
    (case_no,) = country.to_the_form()
    country.pay()
    if stage == "paid":
        country.settle()
        country.bank_round()
    answer = report(country, case_no, half, "death")
    assert answer.ok, answer
    country.settle()
    country.bank_round()
    country.settle()
    assert country.states(case_no) == {
        "in": ("completed", "done", "credited"),
        "out": ("completed", "done", "paid"),
    }
    assert money(country, mover) == (0, 0, mover.balance_fen)
    said = " ".join(country.transcript(case_no))
    assert "供本人或继承人申请处理" in said
    assert country.breaks() == []


def test_a_case_that_is_over_hears_no_more(country: Country) -> None:
    country.add_movers(1)
    (case_no,) = country.to_the_end()
    for half in ("in", "out"):
        answer = report(country, case_no, half, "death")
        assert (answer.code, answer.text) == (
            "CASE_OVER",
            "本案已经办结，不再登记参保人变动。",
        )
        assert answer.remedy == "请在参保登记中办理；余额由本人或继承人向账户所在地申请。"


def test_tomorrow_has_not_happened(country: Country) -> None:
    country.add_movers(1)
    (case_no,) = country.to_the_form()
    answer = report(country, case_no, "out", "death", on="2026-03-12")
    assert (answer.code, answer.text) == ("NOT_YET_HAPPENED", "发生日期 2026-03-12 还没有到。")


def test_a_retirement_before_acceptance_is_refused(country: Country) -> None:
    (mover,) = country.add_movers(1)
    (case_no,) = country.apply_all()
    assert report(country, case_no, "in", "retirement", on="2026-03-01").ok
    assert country.states(case_no)["in"] == ("refused", "refused", "none")
    country.settle()
    assert country.states(case_no)["out"] == ("stopped", "stopped", "none")
    assert money(country, mover) == (mover.balance_fen, 0, 0)
    view = country.case(case_no, "in")
    assert view["refusals"][0][0] == "退休人员的职工医保关系不办理转移接续。"
    again = country.apply(mover)
    assert (again["ok"], again["code"]) == (False, "RETIREE")


def test_a_retirement_after_acceptance_is_a_clerks_decision(country: Country) -> None:
    (mover,) = country.add_movers(1)
    (case_no,) = country.to_the_form()
    country.clock.forward(days=2)
    assert report(country, case_no, "out", "retirement", on="2026-03-12").ok
    assert "RETIRED" not in str(country.case(case_no, "out")["doubts"])
    assert "受理后退休" in country.case(case_no, "out")["doubts"][0]
    assert country.states(case_no)["out"][2] == "fixed"
    assert money(country, mover)[1] == mover.balance_fen


def test_a_corrected_name_clears_the_doubt_and_the_case_goes_on(country: Country) -> None:
    (mover,) = country.add_movers(1)
    rename(mover, SOURCE, "曾用名")
    (case_no,) = country.apply_all()
    country.settle()
    assert country.states(case_no)["out"] == ("open", "accepted", "waiting")
    answer = correct(country, case_no, "out", psn_name=mover.name)
    assert answer.ok, answer
    country.settle()
    assert country.states(case_no)["in"][1] == "done"
    assert country.case(case_no, "out")["doubts"] == ()
    (former,) = rows("registry.FormerIdentity")
    assert (former.psn_name, former.evidence) == ("曾用名", "户口簿更名记载")
    assert "对方更正了参保人信息" in " ".join(country.transcript(case_no))
    assert country.breaks() == []


def test_a_corrected_number_still_finds_the_person_by_the_old_one(country: Country) -> None:
    (mover, other) = country.add_movers(2)
    case_no, _ = country.to_the_form()
    taken = correct(country, case_no, "out", certno=other.certno)
    assert (taken.code, taken.text) == (
        "IDENTITY_TAKEN",
        "这个证件号码在本机构已属于另一个人员编号，可能是重号。",
    )
    wrong = correct(country, case_no, "out", certno="320198199203154526")
    assert not wrong.ok
    same = correct(country, case_no, "out", psn_name=mover.name)
    assert same.code == "NOTHING_TO_CORRECT"
    new = "320198199203154525"
    answer = correct(country, case_no, "out", certno=new)
    assert answer.ok, answer
    country.settle()
    assert "更正了参保人" in country.case(case_no, "in")["doubts"][0]
    assert correct(country, case_no, "in", certno=new).ok
    country.settle()
    assert country.case(case_no, "in")["doubts"] == ()
    for text in (mover.certno, new):
        assert [one.case_no for one in all_cases(SOURCE, text).items] == [case_no]
    # Under the old number the application is still this person's, under the new one as well.
    for certno in (mover.certno, new):
        form = {"from_area": SOURCE, "to_area": TARGET, "insutype": "310"}
        again = country.node.apply_for_certno(certno, form, country.key("apply"))
        assert (again["code"], case_no in again["text"]) == ("ALREADY_OPEN", True)
    assert country.breaks() == []


def test_two_numbers_of_one_person_are_found_when_applying(country: Country) -> None:
    (mover,) = country.add_movers(1)
    one = mover.certno
    country.node.import_rows(
        "persons",
        TARGET,
        [
            {
                "姓名": mover.name,
                "证件类型": "99",
                "证件号码": f"{one[:6]}{one[8:17]}",
                "性别": "男" if int(one[16]) % 2 else "女",
                "出生日期": f"{one[6:10]}-{one[10:12]}-{one[12:14]}",
                "人员编号": "OLD-1",
            }
        ],
    )
    answer = country.apply(mover)
    assert (answer["code"], answer["text"]) == (
        "DOUBLE_PERSON_NUMBER",
        "您在柳州经办中心有两个人员编号（重号，另一个是 OLD-1），"
        "要先合并，年限和余额才不会转到不用的编号下。",
    )
    assert answer["remedy"] == (
        "本人：带身份证件到柳州经办中心窗口合并人员编号，合并后再申请；"
        "合并前原有的参保和缴费记录都保留。"
    )


@pytest.mark.parametrize(
    ("table", "column", "value", "text"),
    [
        ("registry_lifeevent", "evidence", "别的凭据", "没有登记过这项参保人变动"),
        ("registry_lifeevent", "kind", "army", "没有登记过这项参保人变动"),
        ("registry_formeridentity", "certno_index", b"x" * 32, "与查找用的索引不符"),
        ("registry_formeridentity", "case_no", "ZY1", "没有更正过身份信息"),
    ],
)
def test_the_proof_names_what_was_changed_about_a_person(
    country: Country, table: str, column: str, value: Any, text: str
) -> None:
    country.add_movers(2)
    first, second = country.apply_all()
    assert report(country, first, "in", "death").ok
    assert correct(country, second, "in", psn_name="新名字").ok
    assert country.breaks() == []
    row = rows("registry.LifeEvent" if "life" in table else "registry.FormerIdentity")[0]
    with behind_the_laws() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, row.pk])
    found = [str(one) for one in verify_audit()]
    assert len(found) == 1
    assert table in found[0]
    assert text in found[0]
