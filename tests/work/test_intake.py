"""What people ask for, and every refusal they may be answered with, in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from tests.support.country import SOURCE, TARGET, THIRD, Country, Mover, account_of, rows

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.errors import BadInput, NotFound
from jiexu.core.procedures.case_number import check_case_no, day_of
from jiexu.core.procedures.outcome import Step
from jiexu.core.procedures.transfer.facts import Application
from jiexu.records.access.sealing import identity_index, vault
from jiexu.records.isolation import writing
from jiexu.records.procedures.models import Case
from jiexu.records.registry.models import Agency, Person, Relation
from jiexu.simulation.clockwork import SHANGHAI
from jiexu.work import unit_of_work
from jiexu.work.intake import act, apply_for_transfer, check_transfer
from jiexu.work.results import Result

CITIZEN = Actor(role=Role.CITIZEN, ref="citizen")


def ask(
    country: Country, mover: Mover, key: str = "k", actor: Actor = CITIZEN, **form: str
) -> Result:
    asked = {"from_area": SOURCE, "to_area": TARGET, "insutype": "310", **form}
    return apply_for_transfer(actor, asked, key, country.now, subject=identity_index(mover.certno))


def words(result: Result) -> tuple[str, str, str]:
    assert not result.ok, result
    return result.code, result.text, result.remedy


def set_status(mover: Mover, area: str, status: str) -> None:
    """The last status of a person, as if it had always been so."""
    person = Person.objects.of(area).get(certno_index=identity_index(mover.certno))
    with writing():
        Relation.objects.of(area).filter(person=person, valid_to__isnull=True).update(status=status)


def declined(country: Country, number: str) -> Any:
    """Both halves of a case that the old place declined, and what the new place shows."""
    states = country.states(number)
    shown = country.case(number, "in")["refusals"]
    return states, shown


def test_an_application_opens_one_case(country: Country) -> None:
    (mover,) = country.add_movers(1)
    result = ask(country, mover)
    assert (result.ok, result.record_leg, result.fund_leg) == (True, "checking", "waiting")
    assert check_case_no(result.case_no) == result.case_no
    assert day_of(result.case_no) == country.now.date()
    again = ask(country, mover)
    assert (again.ok, again.repeated, again.case_no) == (True, True, result.case_no)
    assert len(rows("procedures.Case")) == 1


def test_the_answer_is_the_same_after_midnight(country: Country) -> None:
    """Sent at 23:59, sent again when no answer came: one case, not a refusal."""
    (mover,) = country.add_movers(1)
    country.clock.set(datetime(2026, 3, 11, 23, 59, 59, tzinfo=SHANGHAI))
    first = ask(country, mover)
    country.clock.forward(seconds=2)
    again = ask(country, mover)
    assert (again.ok, again.repeated, again.case_no) == (True, True, first.case_no)


def test_keys_that_end_alike_are_different_requests(country: Country) -> None:
    """The number of a case follows from the whole key: strangers never meet in one case."""
    one, two = country.add_movers(2)
    first = ask(country, one, "aaaa-12345678")
    second = ask(country, two, "bbbb-12345678")
    assert (first.ok, second.ok) == (True, True)
    assert first.case_no != second.case_no


@pytest.mark.parametrize("key", ["", "键", "a\0b", "x" * 5000, "../..", "a b"])
def test_any_key_is_taken(country: Country, key: str) -> None:
    one, two = country.add_movers(2)
    first = ask(country, one, key)
    assert first.ok, first
    if key:
        assert ask(country, one, key).repeated
    else:
        assert ask(country, two, key).ok  # without a key every form is a new one


def test_a_number_that_is_taken_is_not_given_again(country: Country) -> None:
    """Some serial will come twice on a busy day, and nobody is refused for it."""
    one, two = country.add_movers(2)
    with transaction.atomic():
        wanted = ask(country, one, "the-key").case_no
        transaction.set_rollback(True)
    step = Step(
        case_no=wanted,
        half="in",
        event="apply",
        actor=CITIZEN,
        key="apply:another-key",
        payload=Application(
            applied_on=country.now.date(),
            channel="online",
            applicant="self",
            insutype_out="310",
            insutype_in="310",
            trafout_admdvs=SOURCE,
        ),
        subject=identity_index(two.certno),
    )
    assert unit_of_work.apply(TARGET, [step], now=country.now)[0].ok
    given = ask(country, one, "the-key")
    assert given.ok, given
    assert given.case_no != wanted
    assert ask(country, one, "the-key").case_no == given.case_no


def test_same_pooling_area(country: Country) -> None:
    (mover,) = country.add_movers(1)
    for area in (TARGET, "450202"):  # the city and one of its districts
        assert words(ask(country, mover, from_area=area)) == (
            "SAME_POOLING_AREA",
            "转出地和转入地同属一个统筹区（柳州市），不需要办理转移接续。",
            "年限和个人账户照常使用；如只是换单位，请由新单位办理参保登记。",
        )


def test_an_agency_that_is_not_hosted_here(country: Country) -> None:
    (mover,) = country.add_movers(1)
    with pytest.raises(NotFound) as refused:
        ask(country, mover, to_area=THIRD)
    assert (refused.value.code, refused.value.message, refused.value.remedy) == (
        "AGENCY_NOT_HERE",
        "杭州市的经办机构不在本平台，不能在这里申请。",
        "请在国家医保服务平台 App 的地方专区申请，或到转入地窗口办理。",
    )
    far = ask(country, mover, from_area=THIRD)
    assert far.ok, far  # anybody may come from anywhere: asked through the national platform
    row = Agency.objects.get(area=THIRD)
    assert (row.partner, row.hosted, row.name) == (
        "platform",
        False,
        "浙江省杭州市医疗保障经办机构",
    )


def test_a_province_is_no_place_to_come_from(country: Country) -> None:
    (mover,) = country.add_movers(1)
    with pytest.raises(BadInput) as refused:
        ask(country, mover, from_area="330000")
    assert (refused.value.code, refused.value.path) == ("NOT_A_POOL", "from_area")
    assert not Agency.objects.filter(area="330000").exists()


@pytest.mark.parametrize("area", ["", "999999", "45020", "abc", "４５０２００"])
def test_an_area_that_does_not_exist(country: Country, area: str) -> None:
    (mover,) = country.add_movers(1)
    for path in ("from_area", "to_area"):
        try:
            result = ask(country, mover, **{path: area})
        except BadInput as refused:
            assert refused.path == path
            assert refused.message
            assert refused.remedy
        else:
            raise AssertionError(result)


@pytest.mark.parametrize("scheme", ["insutype", "insutype_to"])
def test_a_scheme_that_cannot_be_moved(country: Country, scheme: str) -> None:
    (mover,) = country.add_movers(1)
    with pytest.raises(BadInput) as refused:
        ask(country, mover, **{scheme: "340"})
    assert (refused.value.code, refused.value.path) == ("BAD_INSUTYPE", "insutype")
    assert refused.value.message == "只有职工医保和居民医保可以转移。"
    assert refused.value.remedy == "请选择“职工基本医疗保险”或“城乡居民基本医疗保险”。"


@pytest.mark.parametrize("scheme", ["insutype", "insutype_to"])
@pytest.mark.parametrize(
    ("code", "text", "way_on"),
    [
        (
            "320",
            "公务员医疗补助没有跨统筹区转移，只有职工医保（310）和居民医保（390）可以转移。",
            "本人或单位：转移职工医保即可；到新单位后由新单位按当地规定办理补助，"
            "原地的待遇随参保关系结束。",
        ),
        (
            "330",
            "大额医疗费用补助没有跨统筹区转移，只有职工医保（310）和居民医保（390）可以转移。",
            "本人：转移职工医保即可；到新参保地按当地规定参加，已交的保费一般不退，"
            "可向原参保地 12393 核实。",
        ),
        (
            "410",
            "长期护理保险没有跨统筹区转移，只有职工医保（310）和居民医保（390）可以转移。",
            "本人：转移基本医保即可；正在享受护理待遇的，"
            "先向新参保地核实当地有没有这项保险和怎样评估。",
        ),
        (
            "510",
            "生育保险已与职工基本医疗保险合并实施，不单独转移。",
            "本人：转移职工医保（310）即可；生育津贴的连续缴费月数按新参保地规定认定，"
            "没有领的津贴先在原参保地办完。",
        ),
    ],
)
def test_other_schemes_have_no_transfer_and_a_way_on(
    country: Country, scheme: str, code: str, text: str, way_on: str
) -> None:
    (mover,) = country.add_movers(1)
    refused = ask(country, mover, **{scheme: code})
    assert words(refused) == ("SCHEME_NOT_TRANSFERABLE", text, way_on)
    assert refused.reasons[0].sources[-1].number == "医保办发〔2021〕43号"
    form = {"from_area": SOURCE, "to_area": TARGET, scheme: code}
    decision = check_transfer(None, form, country.now.date())
    assert (decision.outcome, decision.reasons) == ("refuse", refused.reasons)
    assert rows("procedures.Case") == []


@pytest.mark.parametrize("side", ["from_area", "to_area"])
@pytest.mark.parametrize(
    ("place", "code", "text", "way_on"),
    [
        (
            "army",
            "ARMY_UNIT",
            "部队不是统筹区，与部队之间不按跨统筹区转移办理。",
            "军人退役医疗保险",
        ),
        (
            "outside",
            "OUTSIDE_THE_SCHEME",
            "这家单位的医疗保障没有纳入统筹区的基本医保，没有可以转移的关系。",
            "到新参保地办理参保登记",
        ),
    ],
)
def test_places_outside_the_measure(
    country: Country, side: str, place: str, code: str, text: str, way_on: str
) -> None:
    (mover,) = country.add_movers(1)
    refused = ask(country, mover, **{side: place})
    assert words(refused)[:2] == (code, text)
    assert way_on in refused.remedy
    assert refused.reasons[0].sources
    assert refused.reasons[0].repair is not None


def test_a_share_of_the_pooled_fund_is_explained_and_the_rest_goes_on(country: Country) -> None:
    (mover,) = country.add_movers(1)
    form = {"from_area": SOURCE, "to_area": TARGET, "insutype": "310", "pooled_balance": "yes"}
    assert check_transfer(None, form, country.now.date()).outcome == "accept"
    result = ask(country, mover, pooled_balance="yes")
    assert result.ok, result
    country.settle()
    told = country.case(result.case_no, "in")["informed"]
    assert [one[0] for one in told] == [
        "统筹基金由全体参保人共用，没有属于个人的“统筹账户余额”，不能转移、保留或提取。"
    ]
    assert "医保办发〔2021〕43号" in told[0][2]
    assert country.states(result.case_no)["in"] == ("open", "done", "fixed")


def test_a_person_unknown_at_the_new_place(country: Country) -> None:
    country.add_movers(1)
    stranger = Mover("某人", "320198199203154525", 0)
    assert words(ask(country, stranger)) == (
        "PERSON_UNKNOWN_HERE",
        "柳州经办中心没有您的参保记录，不能申请转入。",
        "请先在转入地办理参保登记并缴费，再来申请；单位职工由单位办理。"
        "已退休的不转移，请向退休地经办机构办理异地安置备案。",
    )


def test_a_second_application_while_one_is_open(country: Country) -> None:
    (mover,) = country.add_movers(1)
    first = ask(country, mover, "one")
    assert words(ask(country, mover, "two")) == (
        "ALREADY_OPEN",
        f"您已有一笔同险种的转移正在办理（{first.case_no}）。",
        "请先查看那一笔的进度；办结后才能再次申请。",
    )


def test_another_scheme_may_move_at_the_same_time(country: Country) -> None:
    """One transfer per scheme: the resident years follow while the employee transfer is open."""
    (mover,) = country.add_movers(1)
    country.enrol(SOURCE, [mover], since="2015-01", until="2018-12", insutype="390")
    assert ask(country, mover, "one").ok
    second = ask(country, mover, "two", insutype="390", insutype_to="310")
    assert second.ok, second
    country.settle()
    assert country.states(second.case_no)["out"][1] in {"form_sent", "done"}
    assert country.states(second.case_no)["in"][2] == "none"


@pytest.mark.parametrize("status", ["paused", "terminated"])
def test_not_enrolled_at_the_new_place(country: Country, status: str) -> None:
    (mover,) = country.add_movers(1)
    set_status(mover, TARGET, status)
    how = "处于暂停参保" if status == "paused" else "还没有参保"
    result = ask(country, mover)
    assert words(result) == (
        "DESTINATION_NOT_ENROLLED",
        f"在转入地柳州市{how}，不符合已按规定参加职工医保的条件。",
        "新用人单位（灵活就业人员由本人）：先在转入地柳州市办理职工医保参保登记并正常缴费。",
    )
    assert result.reasons[0].sources
    assert rows("procedures.Case") == []


def test_the_new_place_has_no_account_for_the_money(country: Country) -> None:
    (mover,) = country.add_movers(1)
    with writing():
        Agency.objects.filter(area=TARGET).update(account_sealed=None)
    assert words(ask(country, mover)) == (
        "RECEIPT_ACCOUNT_UNKNOWN",
        "柳州经办中心还没有登记收款账户，暂时不能受理转入。",
        "请联系转入地经办机构登记收款账户后再申请，或拨打 12393。",
    )


def test_the_old_place_is_not_paused(country: Country) -> None:
    """The refusal crosses as a message and arrives with its reason and its way on."""
    (mover,) = country.add_movers(1, paused=False)
    number = ask(country, mover).case_no
    country.settle()
    states, shown = declined(country, number)
    assert states == {
        "in": ("not_yet", "not_yet", "none"),
        "out": ("not_yet", "not_yet", "none"),
    }
    ((text, repair, source),) = shown
    assert text == "转出地南京市还是正常参保，没有中止参保。"
    assert "在转出地南京市办理停保（中止参保）登记" in repair
    assert source
    assert country.breaks() == []
    # Mended, and asked again: a new case goes through.
    set_status(mover, SOURCE, "paused")
    again = ask(country, mover, "again").case_no
    country.settle()
    # March is on record at both places: a clerk looks at it.
    assert country.states(again)["in"][1] == "form_received"
    assert Case.objects.of(TARGET).get(case_no=again).doubts == "MONTHS_OVERLAP"


def test_the_old_place_does_not_know_the_person(country: Country) -> None:
    (mover,) = country.add_movers(1)
    with writing():
        Person.objects.of(SOURCE).update(certno_index=b"x" * 32)
    number = ask(country, mover).case_no
    country.settle()
    states, shown = declined(country, number)
    assert states["in"] == states["out"] == ("refused", "refused", "none")
    assert [one[:2] for one in shown] == [
        (
            "南京经办中心没有查到这个人在该险种的参保记录。",
            "参保人：请核对转出地和证件号码；如曾用其他证件参保，请到窗口更正。",
        )
    ]
    assert country.breaks() == []


def test_two_new_places_ask_for_one_person(country: Country) -> None:
    """The old place takes the first; the second is told which case is open."""
    third = Country(country.bank_folder.parent / "third", areas=(THIRD,))
    third.bank.books.close()
    (mover,) = country.add_movers(1)
    country.enrol(THIRD, [mover], since="2026-03", until=None)
    one = ask(country, mover, "one").case_no
    two = ask(country, mover, "two", to_area=THIRD).case_no
    country.settle()
    out = {number: country.states(number)["out"][0] for number in (one, two)}
    assert sorted(out.values()) == ["open", "refused"]
    open_one = next(number for number, state in out.items() if state == "open")
    other = two if open_one == one else one
    view = country.case(other, "in", TARGET if other == one else THIRD)
    assert [refusal[:2] for refusal in view["refusals"]] == [
        (
            f"该险种已有一笔转出正在办理（{open_one}）。",
            "参保人：请先查看那一笔的进度，办结后再申请。",
        )
    ]
    assert country.breaks() == []


def test_a_name_that_differs_waits_for_a_clerk(country: Country) -> None:
    (mover,) = country.add_movers(1)
    with writing():
        Person.objects.of(TARGET).update(psn_name="别的名字")
    number = ask(country, mover).case_no
    country.settle()
    case = Case.objects.of(SOURCE).get(case_no=number)
    assert (case.record_leg, case.doubts, case.auto_event) == ("accepted", "NAME_DIFFERS", "")
    clerk = Actor(role=Role.CLERK, ref="jingban", agency=SOURCE)
    result = act(clerk, SOURCE, number, "out", "issue_form", {}, case.version, "key", country.now)
    assert result.ok, result
    country.settle()
    # The new place has its own doubt about the same name.
    there = Case.objects.of(TARGET).get(case_no=number)
    assert (there.record_leg, there.doubts) == ("form_received", "NAME_DIFFERS")
    other = Actor(role=Role.CLERK, ref="lz", agency=TARGET)
    assert act(other, TARGET, number, "in", "write_record", {}, there.version, "k", country.now).ok
    country.pay()
    country.settle()
    country.bank_round()
    country.settle()
    assert {state[0] for state in country.states(number).values()} == {"completed"}
    assert country.breaks() == []


def test_the_second_of_two_clerks(country: Country) -> None:
    (mover,) = country.add_movers(1)
    with writing():
        Person.objects.of(TARGET).update(psn_name="别的名字")
    number = ask(country, mover).case_no
    country.settle()
    version = Case.objects.of(SOURCE).get(case_no=number).version
    answers = [
        act(
            Actor(role=Role.CLERK, ref=name, agency=SOURCE),
            SOURCE,
            number,
            "out",
            "issue_form",
            {},
            version,
            f"key-{name}",
            country.now,
        )
        for name in ("first", "second")
    ]
    assert [answer.ok for answer in answers] == [True, False]
    assert words(answers[1]) == (
        "STALE",
        "您打开页面之后，本案已被他人或系统办理过，您的操作没有生效。",
        "请查看最新进度后再决定是否办理。",
    )


def test_a_clerk_of_another_agency(country: Country) -> None:
    (mover,) = country.add_movers(1)
    with writing():
        Person.objects.of(TARGET).update(psn_name="别的名字")
    number = ask(country, mover).case_no
    country.settle()
    version = Case.objects.of(SOURCE).get(case_no=number).version
    stranger = Actor(role=Role.CLERK, ref="lz", agency=TARGET)
    result = act(stranger, SOURCE, number, "out", "issue_form", {}, version, "k", country.now)
    assert words(result) == (
        "NOT_YOUR_AGENCY",
        "这件事由另一家经办机构办理，您不能代办。",
        "请在您本机构的工作台办理；需要对方办理的，请与对方机构联系。",
    )
    # At their own agency there is no such half.
    assert act(
        stranger, TARGET, number, "out", "issue_form", {}, version, "k", country.now
    ).code == ("WRONG_STATE")
    assert Case.objects.of(SOURCE).get(case_no=number).record_leg == "accepted"


@pytest.mark.parametrize(
    ("half", "event"),
    [("in", "apply"), ("out", "request_received"), ("in", "nothing"), ("sideways", "issue_form")],
)
def test_moves_that_a_case_page_does_not_have(country: Country, half: str, event: str) -> None:
    clerk = Actor(role=Role.CLERK, ref="jingban", agency=SOURCE)
    result = act(clerk, SOURCE, "ZY1", half, event, {}, 1, "k", country.now)
    assert words(result) == (
        "NO_SUCH_MOVE",
        "本业务没有这一步。",
        "请刷新页面后重新选择。",
    )


def test_a_clerk_may_not_act_as_a_message(country: Country) -> None:
    (mover,) = country.add_movers(1)
    number = ask(country, mover).case_no
    clerk = Actor(role=Role.CLERK, ref="lz", agency=TARGET)
    version = Case.objects.of(TARGET).get(case_no=number).version
    result = act(clerk, TARGET, number, "in", "answer_received", {}, version, "k", country.now)
    assert words(result) == (
        "NOT_YOUR_MOVE",
        "“收到校验结果”不能由您现在的身份办理。",
        "请由有相应权限的人员办理。",
    )


def test_the_form_reserves_what_is_there(country: Country) -> None:
    """The form says what is there when it is made, and reserves exactly that."""
    (mover,) = country.add_movers(1)
    (number,) = country.accepted()
    country.settle()
    held = country.node.balance(SOURCE, mover.certno)
    assert (held["posted_fen"], held["available_fen"]) == (mover.balance_fen, 0)
    assert Case.objects.of(TARGET).get(case_no=number).amount_fen == mover.balance_fen


def test_nobody_with_an_empty_account_waits_for_money(country: Country) -> None:
    (mover,) = country.add_movers(1)
    people = [Mover("甲乙丙", "320198199203154525", 0)]
    country.enrol(SOURCE, people, since="2020-01", until="2026-02")
    country.enrol(TARGET, people, since="2026-03", until=None)
    number = ask(country, people[0], "empty").case_no
    country.settle()
    assert country.states(number) == {
        "in": ("completed", "done", "none"),
        "out": ("completed", "done", "none"),
    }
    assert rows("settlement.Order") == []
    assert country.held(SOURCE, mover) == mover.balance_fen
    assert country.breaks() == []


def test_the_accounts_of_both_places_are_in_the_request(country: Country) -> None:
    """The money goes where the new place said, not where somebody else says."""
    country.add_movers(1)
    country.to_the_form()
    (order,) = rows("settlement.Order")
    assert vault().open(order.payee_account_sealed, context="order.account") == account_of(TARGET)
