"""All moves of a transfer, both halves, both legs, on one page.

In half (转入): the citizen applies here; out half (转出): opened by the other side's message.
Moves marked `auto` run by themselves when nothing is doubtful; money is always approved by two
people (the preparer of the batch and, here, its approver).
"""

from __future__ import annotations

from jiexu.core.base.actors import Role
from jiexu.core.procedures.machine import STAYS, Table
from jiexu.core.procedures.machine import move as _move
from jiexu.core.procedures.transfer import (
    ahead,
    answering,
    applying,
    choosing,
    correcting,
    crediting,
    errands,
    forming,
    late,
    life,
    paying,
    recording,
    returning,
    sending_back,
)
from jiexu.core.procedures.transfer.releasing import STILL_HERE
from jiexu.core.procedures.transfer.states import FUND_STATES, IN, OUT, RECORD_STATES

CITIZEN, EMPLOYER, CLERK, AGENCY, SYSTEM, TIMER = (
    Role.CITIZEN,
    Role.EMPLOYER,
    Role.CLERK,
    Role.AGENCY,
    Role.SYSTEM,
    Role.TIMER,
)
PREPARER, APPROVER = Role.FINANCE_PREPARER, Role.FINANCE_APPROVER


_LIVE_RECORD = RECORD_STATES - {"new", "refused", "not_yet", "stopped"}
_LIVE_FUND = FUND_STATES - {"new"}
_LIFE_IN = _LIVE_RECORD - {"form_issued", "form_sent"}
_LIFE_OUT = _LIVE_RECORD - {"checking", "form_received"}
_STOPS_IN = (("stopped", "none"), ("", "none"), ("", "credited"), STAYS)
_STOPS = (("stopped", "none"), ("", "none"), ("", "paid"), ("", "owed"), STAYS)

_BEGUN_RECORD = RECORD_STATES - {"new"}
_BEGUN_FUND = FUND_STATES - {"new"}

# fmt: off
TRANSFER = Table("transfer", (
    _move(IN, "apply", "申请转移", {CITIZEN, EMPLOYER, CLERK}, applying.decide_apply,
          record={"new"}, fund={"new"}, to={("checking", "waiting")},
          needs={"person", "relations", "spells", "open_case", "double"}),
    _move(IN, "answer_received", "收到校验结果", {AGENCY}, recording.decide_answer_received,
          record={"checking"}, fund={"waiting"},
          to={("accepted", ""), ("refused", "none"), ("not_yet", "none")}, needs={"person"}),
    _move(IN, "form_received", "收到信息表", {AGENCY}, recording.decide_form_received,
          record={"accepted"}, fund={"waiting", "arrived"},
          to={("form_received", "fixed"), ("form_received", "none"), ("form_received", "")},
          needs={"person", "spells"}),
    _move(IN, "write_record", "核对并转入年限", {SYSTEM, CLERK}, recording.decide_write_record,
          record={"form_received"}, fund={"fixed", "in_transit", "arrived", "credited", "none"},
          to={("done", "")}, auto=True, needs={"person", "relations", "spells"}),
    _move(IN, "remittance_noticed", "收到付款通知", {AGENCY}, crediting.decide_noticed,
          record={"form_received", "done"},
          fund={"fixed", "in_transit", "arrived", "sending_back", "credited"},
          to={("", "in_transit"), STAYS}),
    _move(IN, "remittance_withdrawn", "收到退汇通知", {AGENCY}, returning.decide_withdrawn,
          record={"form_received", "done"},
          fund={"fixed", "in_transit", "arrived", "sending_back", "credited"},
          to={("", "fixed"), STAYS}),
    _move(IN, "late_money_told", "收到二次转移通知", {AGENCY}, late.decide_late_money_told,
          record={"done"},
          fund={"fixed", "in_transit", "arrived", "sending_back", "credited", "credited_ahead",
                "none"},
          to={("", "fixed"), STAYS}),
    _move(IN, "match_money", "匹配到账资金", {SYSTEM, PREPARER}, crediting.decide_match,
          record={"accepted", "form_received", "done"},
          fund={"waiting", "fixed", "in_transit", "arrived"}, to={("", "arrived")}),
    _move(IN, "credit_account", "记入个人账户", {SYSTEM, APPROVER}, crediting.decide_credit,
          record={"form_received", "done"}, fund={"arrived"},
          to={("", "credited"), ("", "fixed")}, auto=True, needs={"person"}),
    _move(IN, "credit_ahead", "先行记入个人账户", {SYSTEM}, ahead.decide_credit_ahead,
          record={"done"}, fund={"fixed"}, to={("", "credited_ahead")},
          auto=True, needs={"person"}),
    _move(IN, "cleared", "清算完成", {SYSTEM}, ahead.decide_cleared,
          record={"done"}, fund={"credited_ahead", "credited"},
          to={("", "credited"), STAYS}),
    _move(IN, "send_back", "退回来款", {PREPARER}, sending_back.decide_send_back,
          record={"form_received", "done"}, fund={"arrived"}, to={("", "sending_back")},
          asks=sending_back.AskSendBack),
    _move(IN, "approve_send_back", "批准退回来款", {APPROVER},
          sending_back.decide_approve_send_back,
          record={"form_received", "done"}, fund={"sending_back"}),
    _move(IN, "send_back_failed", "银行未能退回", {SYSTEM, PREPARER},
          sending_back.decide_send_back_failed,
          record={"form_received", "done"}, fund={"sending_back"}, to={("", "arrived")}),
    _move(IN, "send_back_seen", "来款已退回", {SYSTEM, PREPARER},
          sending_back.decide_send_back_seen,
          record={"form_received", "done"}, fund={"sending_back"},
          to={("", "arrived"), ("", "fixed"), ("", "credited")}),
    _move(IN, "errand_done", "登记外部办理结果", {CLERK}, errands.decide_errand_done,
          record=_BEGUN_RECORD, fund=_BEGUN_FUND),
    _move(IN, "errand_impossible", "登记无法外部办理", {CLERK}, errands.decide_errand_impossible,
          record=_BEGUN_RECORD, fund=_BEGUN_FUND),
    _move(IN, "clock_late", "提醒超期", {TIMER}, recording.decide_clock_late,
          record=_LIVE_RECORD, fund=_LIVE_FUND),
    _move(IN, "report_life", "登记参保人变动", {CLERK}, life.decide_report_in,
          record=_LIFE_IN, fund=_LIVE_FUND, to={STAYS, ("stopped", "none"), ("refused", "none")},
          needs={"person", "relations"}, asks=life.Life),
    _move(IN, "life_event_received", "收到参保人变动通知", {AGENCY}, life.decide_answered_in,
          record=_LIFE_IN | {"stopped"}, fund=_LIVE_FUND, to=_STOPS_IN,
          needs={"person", "relations"}),
    _move(IN, "correct_person", "更正姓名或证件号码", {CLERK}, correcting.decide_correct,
          record=_LIFE_IN, fund=_LIVE_FUND, needs={"person", "identity"},
          asks=correcting.Correction),

    _move(OUT, "request_received", "收到转移申请", {AGENCY}, answering.decide_request_received,
          record={"new"}, fund={"new"},
          to={("accepted", "waiting"), ("refused", "none"), ("not_yet", "none")},
          needs={"person", "relations", "spells", "account", "open_case"}),
    _move(OUT, "settle_by_hand", "人工确定资金去向", {CLERK}, choosing.decide_settle_by_hand,
          record={"accepted"}, fund={"waiting"}, asks=choosing.SettleByHand),
    _move(OUT, "give_bank_account", "登记本人银行账户", {CLERK},
          choosing.decide_give_bank_account, record={"accepted"}, fund={"waiting"},
          needs={"person"}, asks=choosing.BankAccountOfPerson),
    _move(OUT, "issue_form", "出具信息表", {SYSTEM, CLERK}, forming.decide_issue_form,
          record={"accepted"}, fund={"waiting"},
          to={("form_issued", "fixed"), ("form_issued", "none"), STAYS}, auto=True,
          needs={"person", "relations", "spells", "account", "claims"}),
    _move(OUT, "seal_form", "加盖电子签章", {SYSTEM}, forming.decide_seal_form,
          record={"form_issued"}, fund={"fixed", "none"},
          to={("form_sent", ""), ("form_sent", "owed")}, needs={"person"}),
    _move(OUT, "approve_payment", "批准付款", {APPROVER}, paying.decide_approve,
          record={"form_sent", "done"}, fund={"fixed"}, to={("", "approved")},
          needs={"person", "account"}),
    _move(OUT, "payment_failed", "银行退回", {SYSTEM, PREPARER}, paying.decide_failed,
          record={"form_sent", "done"}, fund={"approved"}, to={("", "returned")}),
    _move(OUT, "debit_seen", "银行已付款", {SYSTEM, PREPARER}, paying.decide_debit_seen,
          record={"form_sent", "done"}, fund={"approved", "returned", "fixed"},
          to={("", "paid")}, needs={"person"}),
    _move(OUT, "money_returned", "付出后退汇", {SYSTEM, PREPARER},
          returning.decide_money_returned,
          record={"form_sent", "done"}, fund={"paid"}, to={("", "returned")}),
    _move(OUT, "pay_again", "重新付款", {PREPARER}, returning.decide_pay_again,
          record={"form_sent", "done"}, fund={"returned"}, to={("", "fixed")},
          needs={"person"}, asks=returning.PayAgain),
    _move(OUT, "late_money", "二次转移", {CLERK, PREPARER, SYSTEM}, late.decide_late_money,
          record={"done"}, fund={"paid", "owed", "none"}, to={("", "fixed"), ("", "owed")},
          needs={"person", "account"}, asks=late.LateMoney),
    _move(OUT, "cleared", "清算完成", {SYSTEM}, ahead.decide_cleared,
          record={"form_sent", "done"}, fund={"owed", "paid"},
          to={("", "paid"), STAYS}),
    _move(OUT, "receipt_received", "收到办结回执", {AGENCY}, paying.decide_receipt_received,
          record={"form_sent", "done", "stopped"}, fund=_LIVE_FUND,
          to={("done", ""), STAYS}),
    _move(OUT, "errand_done", "登记外部办理结果", {CLERK}, errands.decide_errand_done,
          record=_BEGUN_RECORD, fund=_BEGUN_FUND),
    _move(OUT, "errand_impossible", "登记无法外部办理", {CLERK}, errands.decide_errand_impossible,
          record=_BEGUN_RECORD, fund=_BEGUN_FUND),
    _move(OUT, "clock_late", "提醒超期", {TIMER}, recording.decide_clock_late,
          record=_LIVE_RECORD, fund=_LIVE_FUND),
    _move(OUT, "report_life", "登记参保人变动", {CLERK}, life.decide_report_out,
          record=_LIFE_OUT, fund=_LIVE_FUND, to=_STOPS,
          needs={"person", "relations", "spells", "account"}, asks=life.Life),
    _move(OUT, "life_event_received", "收到参保人变动通知", {AGENCY}, life.decide_told_out,
          record=_LIFE_OUT | {"stopped"}, fund=_LIVE_FUND, to=_STOPS,
          needs={"person", "relations", "spells", "account"}),
    _move(OUT, "stop", "终止办理", {CLERK}, life.decide_stop,
          record={"accepted", "form_sent"}, fund=STILL_HERE,
          to={("stopped", "none")},
          needs={"person", "relations", "spells", "account"}, asks=life.Stop),
    _move(OUT, "correct_person", "更正姓名或证件号码", {CLERK}, correcting.decide_correct,
          record=_LIFE_OUT, fund=_LIVE_FUND, needs={"person", "identity"},
          asks=correcting.Correction),
))
# fmt: on
