"""代职工申请转移: one line, one application, for the employer's own people alone."""

from __future__ import annotations

from jiexu.core.base.codes.insutype import EMPLOYEE
from jiexu.core.base.errors import BadInput, JiexuError
from jiexu.records.employers.views import Answered
from jiexu.work.importing import cells
from jiexu.work.intake import apply_for_transfer
from jiexu.work.roster_lines import TWICE, Line, own_employee, place_of, refused

NO_POOL_BALANCE = (
    "关于“统筹账户余额”：统筹基金由全体参保人共用，没有属于个人的部分，不存在可以转走的统筹余额。"
    "转移的是参保关系、缴费年限和个人账户余额；这一行能不能转，不因此受影响。"
)
_FAULTS = frozenset({"FAULT", "CONFLICT"})


def answer_transfer(line: Line) -> Answered | None:
    """Apply for one employee; `None` when a fault stood in the way and it has to be tried again.

    Source: 医保办发〔2021〕43号 art. 5 (the employer may apply for its employees).
    """
    note = NO_POOL_BALANCE if "统筹" in line.said.wish else ""
    answer = TWICE if line.twice else _answer(line)
    return None if answer is None else _with_note(answer, note)


def _answer(line: Line) -> Answered | None:
    found = own_employee(line)
    if isinstance(found, Answered):
        return found
    try:
        source = place_of(line.said.area)
        insutype = cells.insutype(line.said.insutype) if line.said.insutype else EMPLOYEE
        result = apply_for_transfer(
            line.actor,
            {
                "from_area": source,
                "to_area": line.area,
                "insutype": insutype,
                "insutype_to": EMPLOYEE,
            },
            line.key,
            line.now,
            subject=found.index,
            applicant="employer",
        )
    except BadInput as error:
        return refused(error)
    except JiexuError as error:
        return Answered(state="refused", code=error.code, text=error.message, remedy=error.remedy)
    if result.ok:
        return Answered(
            state="done", case_no=result.case_no, text="已提交，等待转出地校验。", remedy=""
        )
    if result.code in _FAULTS:
        return None
    mendable = bool(result.reasons) and all(one.repair is not None for one in result.reasons)
    return Answered(
        state="not_yet" if mendable else "refused",
        code=result.code,
        text=result.text,
        remedy=result.remedy,
    )


def _with_note(answer: Answered, note: str) -> Answered:
    return Answered(
        state=answer.state,
        case_no=answer.case_no,
        code=answer.code,
        text=answer.text,
        remedy=answer.remedy,
        note=note,
    )
