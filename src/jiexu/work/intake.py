"""What people ask for, from any face: checked, turned into steps, made by the unit of work."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from jiexu.core.base.actors import Actor
from jiexu.core.base.areas import area as area_of
from jiexu.core.base.areas import pooling_area
from jiexu.core.base.codes.certno import check_certno
from jiexu.core.base.codes.insutype import EMPLOYEE, RESIDENT
from jiexu.core.base.decision import Decision
from jiexu.core.base.errors import BadInput, Conflict, NotFound
from jiexu.core.exchange.canonical import digest_hex
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.core.procedures.asked import read_asked
from jiexu.core.procedures.case_number import day_of, make_case_no
from jiexu.core.procedures.known import PROCEDURES
from jiexu.core.procedures.outcome import Refusal, Step
from jiexu.core.procedures.transfer.checks import refusal_of
from jiexu.core.procedures.transfer.facts import Agent, Application
from jiexu.core.procedures.transfer.outside import (
    OTHER_SCHEMES,
    OUTSIDE_PLACES,
    place_outside,
    scheme_outside,
)
from jiexu.core.procedures.transfer.sending_back import AskSendBack
from jiexu.records.access.models import User
from jiexu.records.access.sealing import identity_index
from jiexu.records.procedures.models import Case, Command
from jiexu.records.registry.models import Agency
from jiexu.work import (
    bank_uploads,
    checking,
    gathering,
    partners,
    payment_files,
    payments,
    reconcile,
    sending_back,
)
from jiexu.work.ports import ports
from jiexu.work.results import Result

INSUTYPES = {EMPLOYEE, RESIDENT}
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_IDENTITY = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_MOST_TURNS = 20
MOST_SOURCES = 10

prepare_batch = payments.prepare_batch
approve_batch = payments.approve_batch
reject_batch = payments.reject_batch
match_line = reconcile.match_by_hand
note_appropriation = payment_files.note_appropriation
hand_out = payment_files.hand_out
upload_bank_file = bank_uploads.take_upload
keep_line = sending_back.keep_line


def send_line_back(
    actor: Actor, area: str, line_id: int, form: Mapping[str, str], version: int, now: datetime
) -> Result:
    """A preparer sends money back that nobody knows. What cannot be read is told with its field."""
    try:
        asked = read_asked(AskSendBack, form)
        return sending_back.send_line_back(actor, area, line_id, asked, version, now)
    except BadInput as error:
        return Result(
            ok=False, code=error.code, text=error.message, remedy=error.remedy, path=error.path
        )


def check_transfer(user: User | None, form: Mapping[str, str], today: date) -> Decision:
    """What would happen: the policy question, answered with what this node knows of the person.

    `form`: from_area, to_area, insutype, insutype_to, pooled_balance (`yes`: a wish that is
    answered). Nothing is written. Raises `BadInput`.
    """
    outside = _outside(form)
    if outside is not None:
        return Decision(question="transfer", outcome="refuse", reasons=outside.reasons)
    return checking.check(user, *_read(form), requests=_requests(form), today=today)


def apply_for_transfer(
    actor: Actor,
    form: Mapping[str, str],
    key: str,
    now: datetime,
    *,
    subject: bytes,
    channel: str = "online",
    applicant: str = "self",
    agent: Agent | None = None,
) -> Result:
    """Somebody applies for the person whose identity has the blind index `subject`.

    `form` as in `check_transfer`, and `start`: "to" (default) applies at the new place, "from" at
    the old one. Citizens apply online for themselves, employers online for their employees,
    clerks at the counter of their own agency. Raises `BadInput` for areas or schemes that cannot
    be, `NotFound` when this node does not host the place that is applied at.
    """
    outside = _outside(form)
    if outside is not None:
        return _refused(outside)
    source, target, insutype, insutype_to = _read(form)
    start = form.get("start") or "to"
    if start not in {"to", "from"}:
        raise BadInput("看不懂在哪一地申请。", "请选择转入地或转出地。", path="start")
    if source == target:
        same = checking.check(
            None, source, target, insutype, insutype_to, requests=_requests(form), today=now.date()
        )
        return _refused(
            msgspec.structs.replace(
                refusal_of(same),
                remedy="年限和个人账户照常使用；如只是换单位，请由新单位办理参保登记。",
            )
        )
    here, there = (target, source) if start == "to" else (source, target)
    _must_be_reachable(here, there, start, now)
    request = f"apply:{plain_key(key)}"
    case_no = case_no_for(target, request, actor.ref, now, at=here)
    step = Step(
        case_no=case_no,
        half="in" if start == "to" else "out",
        event="apply" if start == "to" else "apply_at_source",
        actor=actor,
        key=request,
        payload=Application(
            applied_on=day_of(case_no),
            channel=channel,
            applicant=applicant,
            insutype_out=insutype,
            insutype_in=insutype_to,
            trafout_admdvs=source,
            trafin_admdvs=target,
            agent=agent,
            requests=_requests(form),
        ),
        subject=subject,
    )
    return gathering.make(here, step, now)


def apply_for_transfers(
    actor: Actor,
    form: Mapping[str, str],
    sources: Sequence[str],
    key: str,
    now: datetime,
    *,
    subject: bytes,
    channel: str = "online",
    applicant: str = "self",
    agent: Agent | None = None,
    schemes: Mapping[str, str] | None = None,
) -> list[Result]:
    """One application for several old places: a case for each, in the order given.

    Each is accepted or refused for itself; `form` holds the new place and the schemes, `schemes`
    the scheme of an old place (as in `sources`) where it is another one. Raises as
    `apply_for_transfer`, before anything is written, for a place that cannot be.
    """
    if not 0 < len(sources) <= MOST_SOURCES:
        raise BadInput(
            f"一次可以申请 1 至 {MOST_SOURCES} 个转出地。", "请调整后再提交。", path="from_area"
        )
    schemes = schemes or {}
    forms = [
        {**form, "from_area": source} | ({"insutype": schemes[source]} if source in schemes else {})
        for source in sources
    ]
    places = []
    for one in forms:
        source, target, *_ = _read(one)
        places.append(source)
        if source != target:
            _must_be_reachable(target, source, "to", now)
    if len(set(places)) != len(places):
        raise BadInput("同一个转出地填写了两次。", "请去掉重复的。", path="from_area")
    plain = plain_key(key)
    return [
        apply_for_transfer(
            actor,
            {**one, "start": "to"},
            f"{plain}-{place}",
            now,
            subject=subject,
            channel=channel,
            applicant=applicant,
            agent=agent,
        )
        for place, one in zip(places, forms, strict=True)
    ]


def apply_at_counter(
    actor: Actor,
    area: str,
    certno: str,
    form: Mapping[str, str],
    key: str,
    now: datetime,
    *,
    applicant: str = "self",
    agent: Agent | None = None,
    subject: bytes = b"",
) -> Result:
    """A clerk of `area` applies for a person who stands at the window, found by `certno`, or
    found before by its blind index `subject`.

    The side follows from the clerk's own place. Raises `BadInput` for an identity number that
    cannot be (a typing error is no person without a record), and as `apply_for_transfer`.
    """
    number = "".join(certno.split()).upper()
    if _IDENTITY.fullmatch(number):
        number = check_certno(number, today=now.date()).text
    source, target, *_ = _read(form)
    if area not in {source, target}:
        raise BadInput("转出地和转入地都不是本机构。", "请到其中一地的窗口办理。", path="from_area")
    start = "to" if area == target else "from"
    return apply_for_transfer(
        actor,
        {**form, "start": start},
        key,
        now,
        subject=subject or identity_index(number),
        channel=f"counter_{start}",
        applicant=applicant,
        agent=agent,
    )


def _must_be_reachable(here: str, there: str, start: str, now: datetime) -> None:
    """This node hosts the place that is applied at; the other one is a partner at the least."""
    if not Agency.objects.filter(area=here, hosted=True).exists():
        side = "转入地" if start == "to" else "转出地"
        raise NotFound(
            f"{area_of(here).name}的经办机构不在本平台，不能在这里申请。",
            f"请在国家医保服务平台 App 的地方专区申请，或到{side}窗口办理。",
            code="AGENCY_NOT_HERE",
        )
    partners.ensure_partner(there, now)


def act(
    actor: Actor,
    area: str,
    case_no: str,
    half: str,
    event: str,
    form: Mapping[str, str],
    expected_version: int,
    key: str,
    now: datetime,
    *,
    subject: bytes = b"",
) -> Result:
    """A person makes a move that the table allows, with what it asks for (`form`: as typed).

    A citizen gives the blind index of their identity as `subject`, and acts on their own cases.

    What cannot be read is a refusal with the field named in `path`; nothing is changed.
    """
    procedure = _procedure_of(area, case_no, half)
    move = PROCEDURES[procedure].table.move(half, event)
    if move is None or move.opens:
        return Result(
            ok=False,
            case_no=case_no,
            code="NO_SUCH_MOVE",
            text="本业务没有这一步。",
            remedy="请刷新页面后重新选择。",
        )
    try:
        payload = None if move.asks is None else read_asked(move.asks, form)
    except BadInput as error:
        return Result(
            ok=False,
            case_no=case_no,
            half=half,
            code=error.code,
            text=error.message,
            remedy=error.remedy,
            path=error.path,
        )
    step = Step(
        case_no=case_no,
        half=half,
        event=event,
        actor=actor,
        key=f"act:{plain_key(key)}",
        payload=payload,
        expected_version=expected_version,
        subject=subject,
    )
    return gathering.make(area, step, now, procedure=procedure)


def _procedure_of(area: str, case_no: str, half: str) -> str:
    """The procedure of a case; that of transfers for one that is not there, to be refused so."""
    found = Case.objects.of(area).filter(case_no=case_no, half=half)
    return str(found.values_list("procedure", flat=True).first() or "transfer")


def plain_key(key: str) -> str:
    """The key of a form as it is kept, whatever was sent; none at all is a new one."""
    if not key:
        return f"{ports().serials():08d}"
    return key if _PLAIN_KEY.fullmatch(key) else sm3_hex(key.encode())


def case_no_for(
    area: str, request: str, applicant: str, now: datetime, prefix: str = "ZY", *, at: str = ""
) -> str:
    """A repeated form gets the number it got before, even on the next day; a new one a free number.

    The serial follows from the request and who makes it, so that two workers give the same number
    and a story the same one on every machine. `area` is the new place, whose number it is; `at`
    the place that is applied at, the same where nothing is said.
    """
    at = at or area
    before = Command.objects.of(at).filter(key=request).values_list("result", flat=True).first()
    if before is not None:
        return msgspec.json.decode(before, type=Result).case_no
    for turn in range(_MOST_TURNS):
        serial = int(digest_hex([request, applicant, turn])[:16], 16)
        number = make_case_no(area, now.date(), serial, prefix)
        if not Case.objects.of(at).filter(case_no=number).exists():
            return number
    raise Conflict("今天的业务流水号几乎用完。", "请稍后再提交。", code="NO_NUMBER")


def _read(form: Mapping[str, str]) -> tuple[str, str, str, str]:
    source = pooling_area(form.get("from_area", ""), path="from_area").code
    target = pooling_area(form.get("to_area", ""), path="to_area").code
    insutype = form.get("insutype") or EMPLOYEE
    insutype_to = form.get("insutype_to") or insutype
    for value in (insutype, insutype_to):
        if value not in INSUTYPES:
            raise BadInput(
                "只有职工医保和居民医保可以转移。",
                "请选择“职工基本医疗保险”或“城乡居民基本医疗保险”。",
                path="insutype",
                code="BAD_INSUTYPE",
            )
    return source, target, insutype, insutype_to


def _outside(form: Mapping[str, str]) -> Refusal | None:
    """A place or a scheme that no transfer exists for; `None` for all others."""
    for name in ("from_area", "to_area"):
        if form.get(name, "") in OUTSIDE_PLACES:
            return place_outside(form[name])
    for name in ("insutype", "insutype_to"):
        if form.get(name, "") in OTHER_SCHEMES:
            return scheme_outside(form[name])
    return None


def _requests(form: Mapping[str, str]) -> tuple[str, ...]:
    """What is asked for, where it is more than the rule gives."""
    wishes = form.get("pooled_balance") in {"yes", "on", "1", "true"}
    return ("years", "balance", "pooled_balance") if wishes else ()


def _refused(refusal: Refusal) -> Result:
    return Result(
        ok=False,
        code=refusal.code,
        text=refusal.text,
        remedy=refusal.remedy,
        reasons=refusal.reasons,
    )
