"""What programs send, and the few answers that are not views of the records."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from jiexu.core.base.decision import Reason
from jiexu.core.procedures.asked import Field
from jiexu.core.procedures.transfer.facts import Agent
from jiexu.records.ledger.queries import StatementLine
from jiexu.work.intake import MOST_SOURCES

Area = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$", description="六位医保区划代码")]
CaseNumber = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9]{1,40}$", description="业务流水号")]
Version = Annotated[
    int,
    msgspec.Meta(ge=0, le=2**31 - 1, description="看到的版本号；之后已有变化时不办理，答 409"),
]
RowId = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1, description="列表里的 id")]
Typed = Annotated[str, msgspec.Meta(max_length=2000)]


class _Sent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing that is not named is taken."""


Words = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Scheme = Annotated[str, msgspec.Meta(pattern=r"^(310|390)$")]


class ActsFor(_Sent, frozen=True, kw_only=True):
    """Whoever applies for the person (代办人 or 监护人), in the person's own account."""

    name: Annotated[Words, msgspec.Meta(title="代办人姓名")]
    relation: Annotated[Words, msgspec.Meta(title="与参保人的关系")]
    authority: Annotated[Words, msgspec.Meta(title="授权依据")]

    def as_fact(self) -> Agent:
        return Agent(name=self.name, relation=self.relation, authority=self.authority)


class Application(_Sent, frozen=True, kw_only=True):
    """An application for a transfer, by the citizen."""

    from_area: Annotated[Area, msgspec.Meta(title="转出地")]
    to_area: Annotated[Area, msgspec.Meta(title="转入地")]
    insutype: Annotated[str, msgspec.Meta(pattern=r"^(310|390)$", title="转出险种")] = "310"
    insutype_to: (
        Annotated[str, msgspec.Meta(pattern=r"^(310|390)$", title="转入险种，不写则与转出相同")]
        | None
    ) = None

    start: Annotated[
        Literal["to", "from"],
        msgspec.Meta(title="在哪一地申请：to 转入地（默认），from 转出地"),
    ] = "to"
    agent: Annotated[ActsFor | None, msgspec.Meta(title="代办人；本人申请时不写")] = None

    def form(self) -> dict[str, str]:
        said = msgspec.structs.asdict(self)
        return {name: text for name, text in said.items() if isinstance(text, str) and text}


class OldPlace(_Sent, frozen=True, kw_only=True):
    """One of several old places."""

    area: Annotated[Area, msgspec.Meta(title="转出地")]
    insutype: Annotated[Scheme, msgspec.Meta(title="转出险种")] = "310"


class Applications(_Sent, frozen=True, kw_only=True):
    """One application for several old places, at the new place."""

    sources: Annotated[
        list[OldPlace],
        msgspec.Meta(min_length=1, max_length=MOST_SOURCES, title="转出地，每个一件业务"),
    ]
    to_area: Annotated[Area, msgspec.Meta(title="转入地")]
    insutype_to: Annotated[Scheme, msgspec.Meta(title="转入险种")] = "310"
    agent: Annotated[ActsFor | None, msgspec.Meta(title="代办人；本人申请时不写")] = None


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What one old place of an application came to: a case, or why there is none."""

    from_area: str
    ok: bool
    case_no: str
    code: str
    text: str
    remedy: str
    reasons: tuple[Reason, ...]
    repeated: bool


class Move(_Sent, frozen=True, kw_only=True):
    """A move: the version that was seen, and what the move asks for."""

    version: Version
    fields: Annotated[
        dict[Typed, Typed | bool],
        msgspec.Meta(description="办理所需内容，名称见 acts 列表；金额写元，日期写 2026-03-09"),
    ] = {}


class CitizenMove(Move, frozen=True, kw_only=True):
    """A move by the citizen; `half` is that of the list of acts."""

    half: Annotated[str, msgspec.Meta(pattern=r"^(in|out)$")] = "in"


class Chosen(_Sent, frozen=True, kw_only=True):
    """Payments that go into one batch."""

    orders: Annotated[list[RowId], msgspec.Meta(min_length=1, max_length=1000)]


class Seen(_Sent, frozen=True, kw_only=True):
    """The version of the batch that was looked at."""

    version: Version


class Placed(_Sent, frozen=True, kw_only=True):
    """The case that a bank line belongs to."""

    case_no: CaseNumber
    version: Version


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What was done, and where the case (or batch) stands now.

    `repeated` says that this is the answer of an earlier, identical request.
    """

    case_no: str
    half: str
    state: str
    record_leg: str
    fund_leg: str
    version: int
    repeated: bool


class HeldRole(msgspec.Struct, frozen=True, kw_only=True):
    """A role the caller speaks for at one agency."""

    role: str
    role_label: str
    area: str
    agency_name: str


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who calls."""

    username: str
    display_name: str
    citizen: bool
    roles: tuple[HeldRole, ...]


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A personal account at one place: what it holds and every line of it, oldest first."""

    area: str
    area_name: str
    balance_fen: int
    reserved_fen: int
    lines: tuple[StatementLine, ...]


class AreaLine(msgspec.Struct, frozen=True, kw_only=True):
    """A pooling area (统筹区)."""

    code: str
    name: str


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """A move that may be made now, and what has to be sent with it."""

    half: str
    version: int
    event: str
    label: str
    warning: str
    fields: tuple[Field, ...]
