"""Contents of the papers of a suspension: the notice to the old employer, and the decision."""

from __future__ import annotations

from datetime import date

import msgspec


class StopNotice(msgspec.Struct, frozen=True, kw_only=True):
    """停保核实通知: what the employer is asked, until when, and what follows from silence."""

    number: str
    case_no: str
    agency_name: str
    emp_name: str
    emp_uscc: str
    psn_name: str
    left_on: date
    issued_on: date
    answer_by: date
    answer_workdays: int
    basis: str


class StopDecisionPaper(msgspec.Struct, frozen=True, kw_only=True):
    """停保决定: from which day, on what ground; arrears are the employer's, not the person's."""

    number: str
    case_no: str
    agency_name: str
    psn_name: str
    emp_name: str
    stop_on: date
    ground: str
    arrears: str
    decided_on: date
