"""Every page in its states, drawn from view objects: good HTML and the words people need."""

from __future__ import annotations

import uuid
from datetime import date
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory

from jiexu.core.base.actors import Role
from jiexu.core.base.decision import Badge, Decision, Reason, Repair, Source
from jiexu.core.base.errors import NotAllowed
from jiexu.core.base.periods import Month
from jiexu.core.ledger.balances import Balance
from jiexu.core.ledger.chart import Phase
from jiexu.core.ledger.postings import AccountRef
from jiexu.core.procedures.asked import Field
from jiexu.faces.portal import places
from jiexu.faces.portal.apply import Checked, outcome_of
from jiexu.faces.portal.forms import INSUTYPES, ConsentForm, PlaceForm, SignInForm
from jiexu.faces.portal.home import grouped
from jiexu.faces.portal.named import named
from jiexu.faces.portal.side import Choice, Sides
from jiexu.faces.portal.words import answer
from jiexu.faces.ui import gallery
from jiexu.faces.ui.asked import questions
from jiexu.faces.ui.busy import Busy
from jiexu.faces.ui.page_rules import faults
from jiexu.faces.workbench.bank import STATES
from jiexu.faces.workbench.desk import Desk
from jiexu.records.ledger.queries import StatementLine
from jiexu.records.procedures.views import ActionView
from jiexu.records.registry.views import CoverView
from jiexu.records.settlement.views import BatchView, LineView, OrderView

CITIZEN = SimpleNamespace(is_authenticated=True, display_name=gallery.LONG_NAME)
NOBODY = SimpleNamespace(is_authenticated=False)
REFUSED = {"text": "韦丽刚刚办过这一步，您看的是旧内容。", "remedy": "请看清最新内容再决定。"}


@pytest.fixture(autouse=True)
def _plain_static(settings: Any) -> None:
    settings.STORAGES = {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


def draw(template: str, *, user: Any = CITIZEN, **context: Any) -> str:
    """The page as a browser gets it; it obeys the rules of pages, whatever its state."""
    request: HttpRequest = RequestFactory().get("/somewhere")
    request.user = user
    site = SimpleNamespace(demo=True, large=False, section="me", is_citizen=True, is_staff=True)
    html = render_to_string(template, {"site": site, **context}, request=request)
    assert faults(html) == []
    return html


def cover(**changes: Any) -> CoverView:
    view = CoverView(
        area="320100",
        area_name="江苏省南京市",
        person_id=1,
        psn_no="P1",
        psn_name="王秋实",
        insutype="310",
        insutype_label="职工基本医疗保险",
        plan="account",
        status="paused",
        status_label="暂停参保",
        valid_from=date(2026, 2, 28),
        emp_name="",
        last_month="2026-02",
        months_total=96,
        balance_fen=321456,
        reserved_fen=0,
        spells=(("2016-07", "2019-03"), ("2021-01", "2026-02")),
    )
    return msgspec.structs.replace(view, **changes)


def desk(role: Role = Role.CLERK) -> Desk:
    return Desk(
        area="450200",
        area_name="柳州市",
        agency_name="柳州市医疗保障事业管理中心",
        role=role,
        roles=(role,),
        username="weili",
    )


# Citizens ---------------------------------------------------------------------------------


def test_start_says_what_this_is_and_where_to_begin() -> None:
    html = draw("portal/start.html", user=NOBODY, draft={})
    assert "先看看能不能转、要多久" in html and "不用登录" in html
    assert "12393" in html
    assert "没有提交的申请" not in html
    assert "没有提交的申请" in draw("portal/start.html", draft={"from_area": "320100"})


def test_sign_in_empty_wrong_and_refused() -> None:
    assert "错误：" not in draw("portal/sign_in.html", user=NOBODY, form=SignInForm(), next="")
    html = draw("portal/sign_in.html", user=NOBODY, form=SignInForm({}), next="/me")
    assert '<a href="#id_username">请填写用户名</a>' in html
    assert "<title>错误：登录" in html
    form = SignInForm({"username": "wang", "password": "geheim-123"})
    html = draw("portal/sign_in.html", user=NOBODY, form=form, refused=REFUSED, next="")
    assert REFUSED["text"] in html and REFUSED["remedy"] in html
    assert "geheim-123" not in html


def me(**context: Any) -> str:
    base = {
        "covers": [],
        "mine": grouped(context.pop("cases", ())),
        "draft": {},
        "first": Month(2016, 7),
        "last": Month(2026, 3),
    }
    return draw("portal/me.html", **(base | context))


def test_me_without_anything_says_so() -> None:
    html = me()
    assert "没有转移业务" in html
    assert "没有查到参保记录" in html
    assert gallery.LONG_NAME in html


def test_me_shows_places_months_balances_and_cases() -> None:
    resident = cover(area="450200", area_name="柳州市", insutype="390", balance_fen=0, spells=())
    html = me(
        covers=[cover(reserved_fen=100), resident],
        cases=[gallery.case(late=True), gallery.case("refused", "none", promised_on=None)],
    )
    assert html.count("个人账户余额") == 1
    assert "3,214.56 元" in html and "其中" in html and "1.00 元" in html
    assert "2016年7月—2019年3月" in html
    assert "没有参保月份。" in html
    assert "已超期" in html and "不予受理" in html


@pytest.mark.parametrize(
    ("draft", "begin"),
    [
        ({}, "/transfer/from"),
        ({"from_area": "320100"}, "/transfer/to"),
        ({"from_area": "320100", "to_area": "450200"}, "/transfer/check"),
    ],
)
def test_the_task_list_leads_on_where_it_was_left(draft: dict[str, str], begin: str) -> None:
    html = draw("portal/transfer_tasks.html", complete="to_area" in draft, **named(draft))
    assert f'class="btn" href="{begin}"' in html
    assert html.count("已填") == len(draft)


DRAFT = {"from_area": "320100", "insutype": "310", "to_area": "450200", "insutype_to": "390"}
SIDES = Sides(
    choices=(
        Choice(value="to", label="转入地：柳州市", why="答复最快。", possible=True),
        Choice(value="from", label="转出地：南京市", why="先核对原参保地的记录。", possible=True),
    ),
    recommended="to",
    start="to",
    label="转入地：柳州市",
    why="答复最快。",
)


def checked(decision: Decision) -> tuple[Checked, ...]:
    """The answer for the one old place of the draft."""
    place = named(DRAFT)["sources"][0]
    return (Checked(place=place, answer=answer(decision), stop_area=""),)


def place(template: str, **context: Any) -> str:
    base = {
        "form": PlaceForm(),
        "q": "",
        "choices": (),
        "mine": False,
        "groups": places.by_province(),
        "insutypes": INSUTYPES,
        "chosen": "",
        "chosen_insutype": "310",
        "draft": {},
    }
    return draw(template, **(base | context))


@pytest.mark.parametrize("template", ["portal/transfer_from.html", "portal/transfer_to.html"])
def test_a_place_is_chosen_from_all_found_or_my_own(template: str) -> None:
    everywhere = place(template)
    assert '<optgroup label="广西壮族自治区">' in everywhere
    assert '<option value="450200">柳州市</option>' in everywhere
    found = place(template, q="柳州", choices=places.hits("柳州"))
    assert 'type="radio" name="area" value="450200"' in found
    assert "没有找到这个地方" in place(template, q="不存在的地方")
    own = place(template, choices=(("320100", "江苏省南京市"),), mine=True, chosen="320100")
    assert "您参保过的地方" in own
    assert 'value="320100" id="id_area" checked' in own
    assert "在那里参加的是" not in own


@pytest.mark.parametrize(
    ("area", "text"), [("", "请选择一个地方"), ("450000", "请从列表中选择一个统筹区")]
)
def test_a_place_that_is_none_is_explained_at_the_field(area: str, text: str) -> None:
    html = place("portal/transfer_from.html", form=PlaceForm({"area": area}))
    assert f'<a href="#id_area">{text}</a>' in html
    assert "<title>错误：从哪里转出" in html


@pytest.mark.parametrize("text", ["柳州", "广西柳州", "4502", " 柳 州 市 "])
def test_typed_places_lead_to_the_pool(text: str) -> None:
    assert places.hits(text)[0] == ("450200", "广西壮族自治区柳州市")


def test_a_row_that_only_leads_to_a_pool_is_offered_as_its_pool() -> None:
    assert [code for code, _ in places.hits("北京市市本级")] == ["110000"]
    assert places.hits("450000") == places.hits("") == ()


def test_all_pools_can_be_chosen_once() -> None:
    codes = [code for _, pools in places.by_province() for code, _ in pools]
    assert len(codes) == len(set(codes)) > 330
    assert PlaceForm({"area": codes[0]}).is_valid()


LAW = Source(
    badge=Badge.NATION,
    title="基本医疗保险关系转移接续暂行办法",
    number="医保办发〔2021〕43号",
    area="100000",
    from_="2021-12-01",
    confidence="high",
)
PAUSE = Reason(
    code="SOURCE_NOT_PAUSED",
    text="南京市显示您仍是正常参保，还没有停保。",
    rule="transfer",
    sources=(LAW,),
    repair=Repair(who="原单位", how="在南京市办理停保。", from_="2026-04-01"),
)


def check(outcome: str, **changes: Any) -> str:
    decision = Decision(question="transfer", outcome=outcome, **changes)
    answers = checked(decision)
    return draw(
        "portal/transfer_check.html",
        checked=answers,
        outcome=outcome_of(answers),
        title=answers[0].answer.headline,
        known=True,
        **named(DRAFT),
    )


def test_what_will_happen_when_it_can_be_done() -> None:
    html = check(
        "accept",
        provisional=True,
        values={
            "moves": ["record", "years", "balance"],
            "money_route": "remit",
            "money_amount": "3214.56",
            "out_due": "2026-12-29",
            "in_due": "2027-01-06",
            "wait_months": 0,
            "retroactive": True,
            "provisional_route": True,
            "promised_in_due": "2026-12-31",
            "basis": [
                {"value": "in_due", "rule": "收到《信息表》后五日办结。", "sources": [LAW]},
                {"value": "wait_months", "rule": "收到《信息表》后五日办结。", "sources": [LAW]},
            ],
        },
        reasons=(Reason(code="OK", text="两地条件都符合。", rule="transfer", sources=(LAW,)),),
        notes=("资金到账没有全国统一期限。",),
    )
    for words in (
        "可以转移",
        "参保关系、缴费年限、个人账户余额",
        "3214.56 元",
        "2027年1月6日",
        "2026年12月31日",
        "（暂定）",
        "不经过您的银行卡",
        "没有等待期",
        "可以追溯",
        "当地规定尚待核实",
        "国家规定",
        "继续，核对并提交",
    ):
        assert words in html
    assert html.count("收到《信息表》后五日办结。") == 1


def test_what_is_missing_who_mends_it_and_from_when() -> None:
    html = check("not_yet", values={"earliest": "2026-04-01"}, reasons=(PAUSE,))
    for words in (
        "现在还不能转",
        "最早 <strong>2026年4月1日</strong> 可以办",
        PAUSE.text,
        "原单位：在南京市办理停保。（最早 2026年4月1日）",
        "医保办发〔2021〕43号",
        "仍要正式申请，取得书面答复",
    ):
        assert words in html
    assert "继续，核对并提交" not in html


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("refuse", "这种情况不能转移"),
        ("not_needed", "不需要转移"),
        ("local_rule_unknown", "当地规则还没有查到"),
        ("something_new", "还不能判断"),
    ],
)
def test_other_answers_have_their_headline_and_no_way_to_send_blindly(
    outcome: str, words: str
) -> None:
    html = check(outcome)
    assert words in html
    assert "继续，核对并提交" not in html


@pytest.mark.parametrize(
    "route", ["remit", "credit_first", "netting", "stays", "to_bank", "none", "unknown"]
)
def test_every_money_route_of_the_contract_has_words(route: str) -> None:
    assert answer(
        Decision(question="transfer", outcome="accept", values={"money_route": route})
    ).route


def answers(**context: Any) -> str:
    base = {
        "checked": checked(Decision(question="transfer", outcome="accept")),
        "sides": SIDES,
        "form": ConsentForm(),
        "key": uuid.UUID(int=7),
        "refused": None,
    }
    return draw("portal/transfer_answers.html", **(named(DRAFT) | base | context))


def test_answers_can_be_checked_changed_and_agreed() -> None:
    html = answers()
    assert html.count(">更改<") == 4  # who, from, to, at which side
    assert 'name="key" value="00000000-0000-0000-0000-000000000007"' in html
    assert "个人账户就不能再用了" in html
    assert "城乡居民基本医疗保险" in html
    missing = answers(form=ConsentForm({"key": str(uuid.UUID(int=7))}))
    assert '<a href="#id_confirm">请确认您已看清并同意，否则不能提交</a>' in missing
    assert REFUSED["text"] in answers(refused=REFUSED)
    soon = answers(checked=checked(Decision(question="transfer", outcome="not_yet")))
    assert "写明理由和依据的答复" in soon


BUSY = Busy(title="正在向转出地核验", words="本页会自动更新。", again="?try=2", stop="?try=stop")


def test_sent_has_number_date_and_holder() -> None:
    html = draw("portal/transfer_done.html", case=gallery.case("accepted", "waiting"), busy=None)
    for words in ("申请已经受理", "ZY45020026030500000017X", "2026年3月26日", "柳州市医疗保障"):
        assert words in html
    case = gallery.case("checking", "waiting", promised_on=None)
    html = draw("portal/transfer_done.html", case=case, busy=BUSY)
    assert "申请已经收到" in html and "核验后给出" in html and "停止自动刷新" in html


def refused_case() -> Any:
    return gallery.case(
        "refused",
        "none",
        refusals=((PAUSE.text, "原单位：在南京市办理停保。", "国家规定 医保办发〔2021〕43号"),),
        remedies="可自收到之日起 60 日内申请行政复议。",
        holder_label="—",
        promised_on=None,
        clocks=(),
        papers=(),
        timeline=(),
    )


def test_a_refusal_has_reason_way_on_source_and_remedy() -> None:
    for template in ("portal/transfer_done.html", "portal/case.html"):
        html = draw(template, case=refused_case(), busy=None)
        for words in (PAUSE.text, "办理停保", "医保办发〔2021〕43号", "60 日内申请行政复议"):
            assert words in html
        assert "申请已经受理" not in html


@pytest.mark.parametrize(
    ("record_leg", "fund_leg"),
    [
        ("checking", "waiting"),
        ("accepted", "waiting"),
        ("form_received", "fixed"),
        ("done", "in_transit"),
        ("done", "arrived"),
        ("done", "credited"),
        ("done", "none"),
        ("not_yet", "none"),
    ],
)
def test_progress_in_every_stage(record_leg: str, fund_leg: str) -> None:
    case = gallery.case(record_leg, fund_leg, psn_name=gallery.LONG_NAME, clocks=gallery.CLOCKS)
    html = draw("portal/case.html", case=case, busy=BUSY if record_leg == "checking" else None)
    assert case.state_label in html
    assert ("已经办完" in html) == (case.state == "completed")


def test_a_paper_says_that_its_seal_is_not_official_in_the_demo() -> None:
    html = draw("portal/case.html", case=gallery.case(), busy=None)
    assert "已加盖电子签章（非官方签章）" in html
    assert "还没有出具文书" in draw("portal/case.html", case=gallery.case(papers=()), busy=None)


def movement(**changes: Any) -> StatementLine:
    line = StatementLine(
        id=1,
        key="k",
        code="transfer_out_reserved",
        label="转出金额占用",
        phase=Phase.PENDING,
        debit=AccountRef("person_account", "P1"),
        credit=AccountRef("in_transit", "ZY1"),
        amount_fen=321456,
        case_no="ZY1",
        business_date=date(2026, 3, 11),
        recorded_at=gallery.at(11),
        posted_fen=0,
        reserved_fen=321456,
        balance=Balance(posted_fen=321456, reserved_fen=321456, available_fen=0),
    )
    return msgspec.structs.replace(line, **changes)


def test_the_statement_of_an_account() -> None:
    spent = movement(label="转出金额出账", posted_fen=-321456, reserved_fen=-321456)
    html = draw(
        "portal/statement.html",
        balance=movement().balance,
        lines=(movement(), spent),
        area_name="江苏省南京市",
    )
    for words in ("−3,214.56", "不能再用", "占用 3,214.56 元", "占用结束"):
        assert words in html
    empty = Balance(posted_fen=0, reserved_fen=0, available_fen=0)
    html = draw("portal/statement.html", balance=empty, lines=(), area_name="江苏省南京市")
    assert "没有收支" in html


# Staff --------------------------------------------------------------------------------------


def test_desks_by_agency_and_role() -> None:
    html = draw(
        "workbench/desks.html", places=[("450200", "柳州市中心", [(Role.CLERK, "经办人员")])]
    )
    assert 'name="role" value="clerk"' in html
    assert "您还没有经办权限" in draw("workbench/desks.html", places=[])


def test_the_queue_empty_and_full() -> None:
    html = draw("workbench/queue.html", desk=desk(), tab="queue", cases=[])
    assert "没有要您处理的业务" in html
    doubtful = gallery.case("form_received", "fixed", doubts=("姓名不一致",), late=True)
    nobody = gallery.case("accepted", "waiting", amount_fen=None, promised_on=None)
    html = draw("workbench/queue.html", desk=desk(), tab="queue", cases=[doubtful, nobody])
    assert "姓名不一致" in html and "已超期" in html
    assert f"/work/450200/cases/in/{doubtful.case_no}" in html


def test_the_list_of_cases_searched_paged_and_empty() -> None:
    page = SimpleNamespace(items=(gallery.case(),), page=2, pages=3, total=60)
    html = draw("workbench/cases.html", desk=desk(), tab="cases", page=page, q="王")
    assert "共 60 件" in html and 'value="王"' in html
    none = SimpleNamespace(items=(), page=1, pages=1, total=0)
    for q, words in (("王", "没有找到"), ("", "还没有业务")):
        assert words in draw("workbench/cases.html", desk=desk(), tab="cases", page=none, q=q)


def case_page(case: Any, actions: Any = (), refused: Any = None, ledger: Any = ()) -> str:
    return draw(
        "workbench/case.html",
        desk=desk(),
        tab="cases",
        case=case,
        half_label="转入",
        actions=actions,
        refused=refused,
        ledger=ledger,
    )


def test_a_clerk_compares_sees_the_doubt_and_acts_on_this_version() -> None:
    case = gallery.case("form_received", "fixed", doubts=("转出资金与信息表不一致",), version=7)
    move = ActionView(event="write_record", label="核对并转入年限", warning="本案有疑点。")
    html = case_page(
        case, [(move, uuid.UUID(int=1), questions([Field(name="note", label="说明")]))]
    )
    assert "转出资金与信息表不一致" in html
    assert html.count("<strong>不一致</strong>") == 1
    for hidden in (
        'name="event" value="write_record"',
        'name="version" value="7"',
        'name="key" value="00000000-0000-0000-0000-000000000001"',
        'name="field-note"',
    ):
        assert hidden in html


def test_the_money_of_a_case_is_shown_as_it_is_booked() -> None:
    html = case_page(gallery.case(), ledger=(movement(),))
    assert "转出金额占用" in html
    assert "个人账户 → 在途资金" in html
    assert "本案还没有账务记录" in case_page(gallery.case())


def test_a_clerk_with_nothing_to_do_is_told_who_has_it() -> None:
    html = case_page(gallery.case(comparison=(), clocks=()))
    assert "现在没有要您以“经办人员”的身份办理的" in html
    assert "办理方：柳州市医疗保障事业管理中心" in html


def test_what_only_the_other_side_told_is_not_called_equal() -> None:
    html = case_page(gallery.case(comparison=(("缴费月数", "—", "62 个月", True),)))
    assert "供核对" in html and "一致" not in html


def test_a_stale_page_is_refused_in_words_and_shows_what_is_now() -> None:
    html = case_page(gallery.case(version=8), refused=REFUSED)
    assert REFUSED["text"] in html
    assert "<title>错误：" in html


def order(number: int = 1, **changes: Any) -> OrderView:
    view = OrderView(
        id=number,
        case_no="ZY45020026030500000017X",
        psn_name=gallery.RARE_NAME,
        amount_fen=321456,
        payee_name="柳州市医疗保障事业管理中心",
        payee_bank="中国建设银行柳州城中支行",
        payee_account_masked="4505****0188",
        state="waiting",
        state_label="待制单",
        bank_answer="",
        created_at=gallery.at(11),
    )
    return msgspec.structs.replace(view, **changes)


def batch(**changes: Any) -> BatchView:
    view = BatchView(
        number="PL450200260312ABCD1234",
        state="prepared",
        state_label="待复核",
        count=1,
        total_fen=321456,
        prepared_by="zhang",
        prepared_at=gallery.at(12),
        approved_by="",
        approved_at=None,
        version=1,
        orders=(order(state="failed", bank_answer="户名不符"),),
    )
    return msgspec.structs.replace(view, **changes)


def payments(role: Role, **context: Any) -> str:
    base = {
        "desk": desk(role),
        "tab": "payments",
        "orders": (order(1), order(2, amount_fen=10)),
        "total_fen": 321466,
        "batches": (batch(), batch(number="PL2", state="rejected", state_label="已退回")),
        "may_prepare": role == Role.FINANCE_PREPARER,
        "key": uuid.UUID(int=3),
        "errors": (),
        "refused": None,
    }
    return draw("workbench/payments.html", **(base | context))


def test_a_preparer_chooses_orders() -> None:
    html = payments(Role.FINANCE_PREPARER)
    assert html.count('name="order"') == 2
    assert "3,214.66 元" in html
    assert "把选中的制成一个批次" in html
    wrong = payments(Role.FINANCE_PREPARER, errors=[("orders", "请至少勾选一笔付款")])
    assert '<a href="#orders">请至少勾选一笔付款</a>' in wrong
    empty = payments(Role.FINANCE_PREPARER, orders=(), batches=())
    assert "没有等待制单的付款" in empty and "还没有付款批次" in empty


def test_others_are_told_who_prepares() -> None:
    html = payments(Role.FINANCE_APPROVER)
    assert 'name="order"' not in html
    assert "制单由“财务经办”办理，您现在的身份是“财务复核”" in html


def batch_page(role: Role, *, mine: bool, view: BatchView, refused: Any = None) -> str:
    return draw(
        "workbench/batch.html",
        desk=desk(role),
        tab="payments",
        batch=view,
        mine=mine,
        may_approve=role == Role.FINANCE_APPROVER,
        key=uuid.UUID(int=4),
        refused=refused,
    )


def test_the_second_person_approves_or_sends_back() -> None:
    html = batch_page(Role.FINANCE_APPROVER, mine=False, view=batch())
    assert "批准付款 3,214.56 元" in html and "退回制单" in html
    assert "户名不符" in html
    assert 'name="version" value="1"' in html


def test_the_preparer_sees_why_there_is_no_button() -> None:
    html = batch_page(Role.FINANCE_APPROVER, mine=True, view=batch())
    assert "这个批次是您制的单，要由另一个人复核" in html
    assert "批准付款" not in html


def test_others_and_later_states_have_no_button() -> None:
    html = batch_page(Role.SUPERVISOR, mine=False, view=batch())
    assert "复核由“财务复核”办理" in html and "批准付款" not in html
    done = batch(state="approved", state_label="已批准", approved_by="lisi")
    assert "批准付款" not in batch_page(Role.FINANCE_APPROVER, mine=False, view=done)
    back = batch(state="rejected", state_label="已退回", orders=())
    assert "已经没有付款" in batch_page(Role.FINANCE_APPROVER, mine=False, view=back)


def line(**changes: Any) -> LineView:
    view = LineView(
        id=5,
        booked_on=date(2026, 3, 16),
        direction="credit",
        amount_fen=321456,
        counterparty="南京市医疗保险管理中心",
        remark="",
        source="statement",
        returned=False,
        state="break",
        state_label="待人工处理",
        doubt="NO_NUMBER",
        doubt_label="附言里没有业务编号",
        case_no="",
        version=2,
        candidates=(gallery.case(),),
    )
    return msgspec.structs.replace(view, **changes)


def bank(lines: Any, *, state: str = "break", may_match: bool = True, errors: Any = ()) -> str:
    return draw(
        "workbench/bank.html",
        desk=desk(Role.FINANCE_PREPARER),
        tab="bank",
        state=state,
        states=STATES,
        lines=[(view, uuid.UUID(int=6), ()) for view in lines],
        may_match=may_match,
        errors=errors,
        refused=None,
    )


def test_a_line_is_joined_to_a_candidate_or_to_a_typed_number() -> None:
    html = bank([line(), line(id=6, candidates=())], errors=[("line-5", "请选择或填写")])
    assert "附言里没有业务编号" in html
    assert html.count('name="case_no"') == 1
    assert html.count('name="other"') == 2
    assert '<a href="#line-5">' in html


@pytest.mark.parametrize("state", [name for name, _ in STATES])
def test_bank_without_lines_says_why(state: str) -> None:
    assert 'class="empty"' in bank([], state=state)


def test_matched_lines_and_other_roles_have_no_form() -> None:
    assert 'name="line"' not in bank([line(case_no="ZY1")], may_match=False)


# When something is wrong ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "405", "500"])
def test_every_problem_has_a_page_that_says_what_to_do(name: str) -> None:
    html = draw(f"{name}.html", user=NOBODY)
    assert "请" in html


def test_the_page_of_a_defect_needs_nothing_that_may_be_broken() -> None:
    html = render_to_string("500.html")
    assert faults(html) == []
    assert "这是我们的错误" in html


def test_a_fault_is_said_in_its_own_words() -> None:
    error = NotAllowed("您不能看这一件。", "请换账号登录。")
    html = draw("ui/problem.html", title="没有权限", error=error)
    assert error.message in html and error.remedy in html


def test_the_money_of_a_case_is_one_line_wherever_it_is() -> None:
    moving = gallery.case("done", "in_transit", from_name="南京", to_name="柳州")
    assert moving.money_line == "3,214.56 元在途，南京 → 柳州，已付，等待到账"
    assert moving.money_line in me(cases=[moving])
    unknown = gallery.case("accepted", "waiting", amount_fen=None)
    assert unknown.money_line.startswith("金额待转出地核定，")
    assert gallery.case("done", "none").money_line == ""
