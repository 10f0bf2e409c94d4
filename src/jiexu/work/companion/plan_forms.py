"""Rows of a list of 信息表: the step that a sealed form would make, without its seal."""

from __future__ import annotations

from collections import Counter

from jiexu.core.base.periods import Month
from jiexu.core.base.periods import Spell as Months
from jiexu.core.exchange.kinds.information_form import schema as information_form
from jiexu.core.procedures.transfer.facts import UnsealedForm
from jiexu.records.registry.models import Agency
from jiexu.work.companion import list_cells
from jiexu.work.companion.finding_cases import find_case
from jiexu.work.companion.planning import Copying, Planned, make_step, past_day, read_identity
from jiexu.work.importing import cells
from jiexu.work.importing.rows import Row


def plan(copying: Copying, row: Row, evidence: str) -> Planned | None:
    """What a row of a list of 信息表 asks for; `None` when it was refused.

    The sum of months is taken as it is told: where it does not fit the periods, the case becomes
    doubtful (FORM_SUMS), as with a form that came by message.
    """
    number = row.read("partner_no", list_cells.partner_no)
    name = row.read("psn_name", list_cells.name)
    certno, cert_type = read_identity(copying, row)
    insutype = row.read("insutype", cells.insutype)
    spells = row.read("spells", list_cells.spells)
    months = row.read("months", list_cells.count)
    amount = row.read("amount", list_cells.money)
    issued = row.read("issued_on", past_day(copying.today))
    form_no = row.read_if_stated("number", list_cells.partner_no)
    if row.problems or number is None or certno is None or spells is None or issued is None:
        return None
    assert name and insutype and months is not None and amount
    case = find_case(copying.area, "in", row, partner_no=number, certno=certno)
    if case is None or case.person is None:
        return None
    each = {
        month
        for begin, end in spells
        for month in Months(Month.parse(begin), Month.parse(end)).each()
    }
    by_year = Counter(month.year for month in each)
    issuer = Agency.objects.filter(area=case.counterpart).values_list("name", flat=True).first()
    form = information_form.Form(
        number=form_no or f"PT{number}",
        case_no=case.case_no,
        issued_on=issued,
        issuer_name=issuer or case.counterpart,
        psn_cert_type=cert_type,
        certno=certno,
        psn_name=name,
        gend=case.person.gend,
        brdy=case.person.brdy,
        insutype=insutype,
        trafout_admdvs=case.counterpart,
        trafin_admdvs=copying.area,
        spells=tuple(
            information_form.Spell(
                insutype=insutype,
                kind="actual",
                begn_ym=begin,
                end_ym=end,
                paid_admdvs=case.counterpart,
            )
            for begin, end in spells
        ),
        clct_mons=months,
        years=tuple(
            information_form.YearLine(year=year, clct_mons=by_year[year])
            for year in sorted(by_year)
        ),
        acct_trafout_amt=amount,
        payment_reference=number,
    )
    return make_step(
        copying,
        evidence,
        case_no=case.case_no,
        half="in",
        event="form_received",
        counterpart=case.counterpart,
        payload=UnsealedForm(form=form),
        partner_no=number,
    )
