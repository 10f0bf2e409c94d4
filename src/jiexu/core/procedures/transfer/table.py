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
    answering,
    applying,
    correcting,
    crediting,
    errands,
    forming,
    life,
    paying,
    recording,
)
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
_STOPS = (("stopped", "none"), ("", "none"), STAYS)

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
          record={"form_received", "done"}, fund={"fixed", "arrived", "credited"},
          to={("", "in_transit"), STAYS}),
    _move(IN, "match_money", "匹配到账资金", {SYSTEM, PREPARER}, crediting.decide_match,
          record={"accepted", "form_received", "done"}, fund={"waiting", "fixed", "in_transit"},
          to={("", "arrived")}),
    _move(IN, "credit_account", "记入个人账户", {SYSTEM, APPROVER}, crediting.decide_credit,
          record={"form_received", "done"}, fund={"arrived"}, to={("", "credited")},
          auto=True, needs={"person"}),
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
          record=_LIFE_IN | {"stopped"}, fund=_LIVE_FUND, to=_STOPS,
          needs={"person", "relations"}),
    _move(IN, "correct_person", "更正姓名或证件号码", {CLERK}, correcting.decide_correct,
          record=_LIFE_IN, fund=_LIVE_FUND, needs={"person", "identity"},
          asks=correcting.Correction),

    _move(OUT, "request_received", "收到转移申请", {AGENCY}, answering.decide_request_received,
          record={"new"}, fund={"new"},
          to={("accepted", "waiting"), ("refused", "none"), ("not_yet", "none")},
          needs={"person", "relations", "spells", "account", "open_case"}),
    _move(OUT, "issue_form", "出具信息表", {SYSTEM, CLERK}, forming.decide_issue_form,
          record={"accepted"}, fund={"waiting"},
          to={("form_issued", "fixed"), ("form_issued", "none")}, auto=True,
          needs={"person", "relations", "spells", "account"}),
    _move(OUT, "seal_form", "加盖电子签章", {SYSTEM}, forming.decide_seal_form,
          record={"form_issued"}, fund={"fixed", "none"}, to={("form_sent", "")}),
    _move(OUT, "approve_payment", "批准付款", {APPROVER}, paying.decide_approve,
          record={"form_sent", "done"}, fund={"fixed"}, to={("", "approved")}, needs={"person"}),
    _move(OUT, "payment_failed", "银行退回", {SYSTEM, PREPARER}, paying.decide_failed,
          record={"form_sent", "done"}, fund={"approved"}, to={("", "returned")}),
    _move(OUT, "debit_seen", "银行已付款", {SYSTEM, PREPARER}, paying.decide_debit_seen,
          record={"form_sent", "done"}, fund={"approved"}, to={("", "paid")}, needs={"person"}),
    _move(OUT, "receipt_received", "收到办结回执", {AGENCY}, paying.decide_receipt_received,
          record={"form_sent", "done", "stopped"},
          fund={"fixed", "approved", "paid", "returned", "none"},
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
          record={"accepted", "form_sent"}, fund={"waiting", "fixed", "none"},
          to={("stopped", "none")},
          needs={"person", "relations", "spells", "account"}, asks=life.Stop),
    _move(OUT, "correct_person", "更正姓名或证件号码", {CLERK}, correcting.decide_correct,
          record=_LIFE_OUT, fund=_LIVE_FUND, needs={"person", "identity"},
          asks=correcting.Correction),
))
# fmt: on
