"""《参保人员基本医疗保险信息表》: the record, and the amount that counts for the credit.

医保办发〔2021〕43号: made by the old place within 10 working days, with electronic seal.
`acct_trafout_amt` is 基本医疗保险个人账户实际转出资金, in yuan, the decisive figure.
"""

from __future__ import annotations

from datetime import date

import msgspec

VERSION = "1"


class Spell(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Unbroken insured months, `yyyyMM`, both ends included. `kind` actual 实际 or deemed 视同."""

    insutype: str
    kind: str
    begn_ym: str
    end_ym: str
    paid_admdvs: str


class YearLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One year of the annex: months paid in that year."""

    year: int
    clct_mons: int


class Seal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The electronic seal: one signature over a batch of papers and the proof for this one."""

    key_id: str
    root: str
    leaf_index: int
    leaf_count: int
    path: tuple[str, ...]
    signature: str


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The paper itself: what is sealed. A corrected one `replaces` the number before it."""

    number: str
    case_no: str
    issued_on: date
    issuer_name: str
    psn_cert_type: str
    certno: str
    psn_name: str
    gend: str
    brdy: date
    insutype: str
    trafout_admdvs: str
    trafin_admdvs: str
    spells: tuple[Spell, ...]
    clct_mons: int
    years: tuple[YearLine, ...]
    acct_trafout_amt: str
    payment_reference: str
    replaces: str = ""


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`money_route`: remit, or the regime under which the new place credits at once."""

    case_no: str
    form: Form
    seal: Seal
    money_route: str = "remit"
