"""All moves of a transfer, both halves, both legs, on one page.

In half (转入): the citizen applies here; out half (转出): opened by the other side's message.
Moves marked `auto` run by themselves when nothing is doubtful; money is always approved by two
people (the preparer of the batch and, here, its approver).
"""

from __future__ import annotations

from functools import partial

from jiexu.core.base.actors import Role
from jiexu.core.procedures.machine import STAYS, Move, Table
from jiexu.core.procedures.machine import move as _move
from jiexu.core.procedures.transfer import (
    answering,
    applying,
    chaining,
    correcting,
    crediting,
    disputing,
    ending,
    errands,
    forming,
    life,
    paying,
    recording,
    redating,
    reissuing,
    starting,
    supplementing,
    talking,
)
from jiexu.core.procedures.transfer.states import (
    ENDED,
    FUND_STATES,
    IN,
    OUT,
    RECORD_STATES,
)

CITIZEN, EMPLOYER, CLERK, AGENCY, SYSTEM, TIMER = (
    Role.CITIZEN,
    Role.EMPLOYER,
    Role.CLERK,
    Role.AGENCY,
    Role.SYSTEM,
    Role.TIMER,
)
PREPARER, APPROVER = Role.FINANCE_PREPARER, Role.FINANCE_APPROVER


_BEGUN = RECORD_STATES - {"new"}
_LIVE_RECORD = RECORD_STATES - {"new"} - ENDED
_LIVE_FUND = FUND_STATES - {"new"}
_LIFE_IN = _LIVE_RECORD - {"asking", "form_issued", "form_sent"}
_LIFE_OUT = _LIVE_RECORD - {"checking", "closing", "form_received"}
_STOPS = (("stopped", "none"), ("", "none"), STAYS)


# fmt: off
def _beside(half: str) -> tuple[Move, ...]:
    """Moves beside the way of the case, the same in both halves: they change no leg."""
    first = {"checking", "accepted", "form_received"} if half == IN else {"asking", "accepted"}
    live = partial(_move, half, record=_LIVE_RECORD, fund=_LIVE_FUND)
    begun = partial(_move, half, record=_BEGUN, fund=_LIVE_FUND)
    early = partial(_move, half, record=first, fund=_LIVE_FUND)
    return (
        early("request_supplement", "要求补正", {CLERK},
              supplementing.decide_request_supplement,
              needs={"clocks"}, asks=supplementing.Request, aside=True),
        early("supplement", "补交材料", {CITIZEN, CLERK, EMPLOYER},
              supplementing.decide_supplement,
              needs={"clocks"}, asks=supplementing.Handed, when={supplementing.WANTED}),
        live("remind", "催办", {CITIZEN, CLERK, EMPLOYER}, talking.decide_remind,
              aside=True),
        live("clarify", "请对方协查", {CLERK}, talking.decide_clarify,
              asks=talking.Question, aside=True),
        begun("answer_enquiry", "答复协查", {CLERK}, talking.decide_answer_enquiry,
              asks=talking.Answer, when={"ENQUIRY_OPEN"}),
        begun("note", "已阅", {CLERK}, talking.decide_note,
              when={"REMINDED", "ANSWER_CAME", "ENQUIRY_SILENT", "AMOUNT_CORRECTED"}),
        begun("enquiry_received", "收到协查", {AGENCY}, talking.decide_enquiry_received,
              needs={"clocks"}),
        begun("enquiry_answered", "收到协查答复", {AGENCY},
              talking.decide_enquiry_answered),
        begun("enquiry_silent", "催问协查", {TIMER}, talking.decide_enquiry_silent),
        begun("dispute", "提出异议", {CITIZEN}, disputing.decide_dispute,
              asks=disputing.Objection, aside=True),
        begun("answer_dispute", "答复异议", {CLERK}, disputing.decide_answer_dispute,
              asks=disputing.Reply, when={disputing.DISPUTED}),
        live("date_changed", "收到期限变更", {AGENCY}, redating.decide_date_changed,
             needs={"clocks"}),
        live("date_recomputed", "重新计算期限", {TIMER},
              redating.decide_date_recomputed, needs={"clocks"}),
        begun("clock_late", "提醒超期", {TIMER}, recording.decide_clock_late),
    )


# fmt: on


# fmt: off
TRANSFER = Table("transfer", (
    _move(IN, "apply", "申请转移", {CITIZEN, EMPLOYER, CLERK}, applying.decide_apply,
          record={"new"}, fund={"new"}, to={("checking", "waiting")},
          needs={"person", "relations", "spells", "open_case", "double"}),
    _move(IN, "offer_received", "收到转出申请", {AGENCY}, starting.decide_offer_received,
          record={"new"}, fund={"new"},
          to={("checking", "waiting"), ("refused", "none"), ("not_yet", "none")},
          needs={"person", "relations", "spells", "open_case", "double"}),
    _move(IN, "answer_received", "收到校验结果", {AGENCY}, recording.decide_answer_received,
          record={"checking", "accepted", "closing"}, fund={"waiting"},
          to={("accepted", ""), ("refused", "none"), ("not_yet", "none")}, needs={"person"}),
    _move(IN, "form_received", "收到信息表", {AGENCY}, recording.decide_form_received,
          record={"accepted"}, fund={"waiting", "arrived"},
          to={("form_received", "fixed"), ("form_received", "none"), ("form_received", "")},
          needs={"person", "spells"}),
    _move(IN, "write_record", "核对并转入年限", {SYSTEM, CLERK}, recording.decide_write_record,
          record={"form_received"}, fund={"fixed", "in_transit", "arrived", "credited", "none"},
          to={("done", "")}, auto=True, needs={"person", "relations", "spells", "open_case"}),
    _move(IN, "remittance_noticed", "收到付款通知", {AGENCY}, crediting.decide_noticed,
          record={"form_received", "done"}, fund={"fixed", "arrived", "credited"},
          to={("", "in_transit"), STAYS}),
    _move(IN, "match_money", "匹配到账资金", {SYSTEM, PREPARER}, crediting.decide_match,
          record={"accepted", "form_received", "done"}, fund={"waiting", "fixed", "in_transit"},
          to={("", "arrived")}),
    _move(IN, "credit_account", "记入个人账户", {SYSTEM, APPROVER}, crediting.decide_credit,
          record={"form_received", "done"}, fund={"arrived"}, to={("", "credited")},
          auto=True, needs={"person"}),
    _move(IN, "form_corrected", "收到更正的信息表", {AGENCY}, reissuing.decide_form_corrected,
          record={"form_received", "done"}, fund=_LIVE_FUND, needs={"person", "spells"}),
    _move(IN, "withdraw", "撤回申请", {CITIZEN, CLERK, EMPLOYER}, ending.decide_withdraw,
          record={"checking", "accepted"}, fund={"waiting"}, to={("closing", "")}, aside=True),
    _move(IN, "decline", "不予受理", {CLERK}, ending.decide_decline,
          record={"checking", "accepted"}, fund={"waiting"}, to={("closing", "")},
          asks=ending.Declining, aside=True),
    _move(IN, "withdrawal_received", "收到终结通知", {AGENCY}, ending.decide_withdrawal_received,
          record={"checking", "accepted", "closing"}, fund={"waiting"},
          to={("withdrawn", "none"), ("refused", "none")}, needs={"person"}),
    _move(IN, "withdrawal_answered", "收到终结答复", {AGENCY}, ending.decide_withdrawal_answered,
          record={"closing"}, fund={"waiting"},
          to={("withdrawn", "none"), ("refused", "none"), ("checking", ""), ("accepted", "")},
          needs={"person"}),
    *_beside(IN),
    _move(IN, "errand_done", "登记外部办理结果", {CLERK}, errands.decide_errand_done,
          record=_BEGUN, fund=_LIVE_FUND),
    _move(IN, "errand_impossible", "登记无法外部办理", {CLERK}, errands.decide_errand_impossible,
          record=_BEGUN, fund=_LIVE_FUND),
    _move(IN, "report_life", "登记参保人变动", {CLERK}, life.decide_report_in,
          record=_LIFE_IN, fund=_LIVE_FUND, to={STAYS, ("stopped", "none"), ("refused", "none")},
          needs={"person", "relations"}, asks=life.Life),
    _move(IN, "life_event_received", "收到参保人变动通知", {AGENCY}, life.decide_answered_in,
          record=_LIFE_IN | {"stopped"}, fund=_LIVE_FUND, to=_STOPS,
          needs={"person", "relations"}),
    _move(IN, "correct_person", "更正姓名或证件号码", {CLERK}, correcting.decide_correct,
          record=_LIFE_IN, fund=_LIVE_FUND, needs={"person", "identity"},
          asks=correcting.Correction),

    _move(OUT, "apply_at_source", "申请转出", {CITIZEN, CLERK, EMPLOYER},
          starting.decide_apply_at_source,
          record={"new"}, fund={"new"}, to={("asking", "waiting")},
          needs={"person", "relations", "spells", "account", "open_case"}),
    _move(OUT, "answer_received", "收到校验结果", {AGENCY}, starting.decide_offer_declined,
          record={"asking"}, fund={"waiting"}, to={("refused", "none"), ("not_yet", "none")}),
    _move(OUT, "request_received", "收到转移申请", {AGENCY}, answering.decide_request_received,
          record={"new", "asking"}, fund={"new", "waiting"},
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
    _move(OUT, "incoming_settled", "等待的转入已办结", {TIMER}, chaining.decide_incoming_settled,
          record={"accepted"}, fund={"waiting"}, needs={"person", "open_case"}),
    _move(OUT, "correct_form", "更正信息表", {CLERK}, reissuing.decide_correct_form,
          record={"form_sent", "done"}, fund=_LIVE_FUND, needs={"person", "spells"},
          asks=reissuing.Reissue, aside=True),
    _move(OUT, "seal_correction", "加盖更正信息表的签章", {SYSTEM},
          reissuing.decide_seal_correction, record={"form_sent", "done"}, fund=_LIVE_FUND),
    _move(OUT, "withdraw", "撤回申请", {CITIZEN, CLERK, EMPLOYER}, ending.decide_withdraw,
          record={"asking", "accepted"}, fund={"waiting"}, to={("withdrawn", "none")},
          aside=True),
    _move(OUT, "decline", "不予受理", {CLERK}, ending.decide_decline,
          record={"asking", "accepted"}, fund={"waiting"}, to={("refused", "none")},
          asks=ending.Declining, aside=True),
    _move(OUT, "withdrawal_received", "收到终结通知", {AGENCY}, ending.decide_withdrawal_received,
          record={"asking", "accepted", "form_sent", "done"}, fund=_LIVE_FUND,
          to={("withdrawn", "none"), ("refused", "none"), STAYS}, needs={"person", "order"}),
    *_beside(OUT),
    _move(OUT, "errand_done", "登记外部办理结果", {CLERK}, errands.decide_errand_done,
          record=_BEGUN, fund=_LIVE_FUND),
    _move(OUT, "errand_impossible", "登记无法外部办理", {CLERK}, errands.decide_errand_impossible,
          record=_BEGUN, fund=_LIVE_FUND),
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
