"""What a decision about a suspension may look at: plain values, loaded by the unit of work."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from jiexu.core.procedures.transfer.facts import PersonFacts, RelationFact, SpellFact

EVIDENCE = {
    "certificate": "离职证明（解除或终止劳动合同证明）",
    "contract": "新单位劳动合同或入职证明",
    "ruling": "仲裁裁决、判决或调解书",
    "none": "暂时没有书面材料",
}
EMPLOYER_STATES = {
    "works": "还在经营，但没有办停保",
    "silent": "联系不上",
    "closed": "已注销或吊销",
}


class StopApplication(msgspec.Struct, frozen=True, kw_only=True):
    """What the person (or the clerk at the counter) fills in."""

    left_on: Annotated[date, Meta(title="离职日期", description="最后在职的那一天。")]
    evidence: Annotated[
        Literal["certificate", "contract", "ruling", "none"],
        Meta(title="有什么材料", extra_json_schema={"labels": EVIDENCE}),
    ]
    evidence_text: Annotated[
        str,
        Meta(
            title="材料写了什么",
            description="例如文号、日期、出具单位；联系过原单位几次，对方怎么说。",
            extra_json_schema={"long": True},
        ),
    ]
    employer_state: Annotated[
        Literal["works", "silent", "closed"],
        Meta(title="原单位现在怎样", extra_json_schema={"labels": EMPLOYER_STATES}),
    ]
    employer_name: Annotated[
        str,
        Meta(title="原单位名称", description="参保记录里有单位的，可以不填。"),
    ] = ""
    attachment: Annotated[
        str, Meta(title="附件编号", description="已经上传材料的，填上传后的编号。")
    ] = ""


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `apply`: what was filled in, in which scheme, by which way."""

    told: StopApplication
    insutype: str
    applied_on: date
    channel: str
    applicant: str


class EmployerAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The old employer agrees."""

    stop_on: Annotated[
        date, Meta(title="停保日", description="从这一天起不再由本单位参保，通常是离职次月 1 日。")
    ]
    contact: Annotated[str, Meta(title="单位经办人", description="方便核实时联系。")] = ""


class EmployerObjection(msgspec.Struct, frozen=True, kw_only=True):
    """The old employer disagrees, and says why."""

    why: Annotated[str, Meta(title="异议理由", extra_json_schema={"long": True})]


class ClosedFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A clerk found that the employer no longer exists."""

    kind: Annotated[
        Literal["deregistered", "revoked"],
        Meta(
            title="登记状态",
            extra_json_schema={"labels": {"deregistered": "注销", "revoked": "吊销"}},
        ),
    ]
    proof: Annotated[
        str, Meta(title="查询依据", description="例如企业信用信息公示系统，查询日期。")
    ]


class StopDecision(msgspec.Struct, frozen=True, kw_only=True):
    """A clerk stops the cover."""

    stop_on: Annotated[
        date, Meta(title="停保日", description="从这一天起暂停参保；不能早于最后缴费的月份。")
    ]
    ground: Annotated[str, Meta(title="认定依据", extra_json_schema={"long": True})]
    arrears: Annotated[
        str, Meta(title="单位欠费情况", description="欠费由单位负责，只作记录，不影响本人停保。")
    ] = ""


REFUSALS = {
    "still_employed": "核实仍在原单位工作",
    "evidence_short": "材料不能证明已经离职",
    "other_identity": "材料与本人不符",
}


class StopRefusal(msgspec.Struct, frozen=True, kw_only=True):
    """A clerk does not stop the cover."""

    ground: Annotated[
        Literal["still_employed", "evidence_short", "other_identity"],
        Meta(title="不予停保的理由", extra_json_schema={"labels": REFUSALS}),
    ]
    why: Annotated[
        str, Meta(title="具体说明", description="写给本人看。", extra_json_schema={"long": True})
    ]
    paper: Annotated[
        str, Meta(title="依据文件", description="文件名称和文号；没有文件的不填，按经办惯例说明。")
    ] = ""


class StopRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What the case remembers between moves; sealed at rest."""

    applied_on: date
    channel: str
    applicant: str
    area: str
    insutype: str
    emp_name: str
    emp_uscc: str
    left_on: date
    evidence: str
    evidence_text: str
    attachment: str
    employer_state: str
    answer: str = ""
    stop_on: date | None = None
    arrears: str = ""


class EmployerFact(msgspec.Struct, frozen=True, kw_only=True):
    """An employer as the agency knows it; `arrears_since` is `yyyyMM` or empty."""

    uscc: str
    name: str
    status: str
    arrears_since: str


class StopFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All facts for one move. `acts_for` are the employers that the acting user may answer for.

    `open_case_no` is another suspension of the same person and scheme that is still open.
    """

    area: str
    agency_name: str
    case_no: str
    record_leg: str
    doubts: tuple[str, ...]
    record: StopRecord | None
    person: PersonFacts | None = None
    relations: tuple[RelationFact, ...] = ()
    spells: tuple[SpellFact, ...] = ()
    employers: tuple[EmployerFact, ...] = ()
    open_case_no: str = ""
    acts_for: frozenset[str] = frozenset()
    agency_phone: str = ""

    def relation(self, insutype: str) -> RelationFact | None:
        """The latest status in a scheme that has no end; `None` without one."""
        held = [one for one in self.relations if one.insutype == insutype and one.valid_to is None]
        return max(held, key=lambda one: one.valid_from, default=None)

    def employer(self, uscc: str) -> EmployerFact | None:
        return next((one for one in self.employers if uscc and one.uscc == uscc), None)

    def last_paid(self, insutype: str) -> str:
        """The last month paid in a scheme, `yyyyMM`; empty without one."""
        return max((one.end_ym for one in self.spells if one.insutype == insutype), default="")
