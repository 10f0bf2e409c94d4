"""What was asked and answered in a case, for the pages."""

from __future__ import annotations

from collections.abc import Mapping

from jiexu.core.procedures.transfer.disputing import ABOUT
from jiexu.core.procedures.transfer.facts import CaseRecord
from jiexu.records.procedures.models import Case
from jiexu.records.procedures.views import AskedView, TalkView

APPLICANTS = {"self": "本人", "employer": "用人单位", "agent": "代办人"}
CHANNELS = {
    "online": "网上",
    "platform": "国家平台",
    "counter_from": "转出地窗口",
    "counter_to": "转入地窗口",
}


def talks(row: Case, record: CaseRecord, names: Mapping[str, str]) -> tuple[TalkView, ...]:
    """Questions between the two agencies, the oldest first. Not for citizens' pages."""
    here = names.get(row.agency_id, row.agency_id)
    there = names.get(row.counterpart, row.counterpart)
    return tuple(
        TalkView(
            number=one.number,
            asker=here if one.ours else there,
            asked_on=one.asked_on,
            text=one.text or "催办",
            answer_by=one.answer_by,
            answered_on=one.answered_on,
            answer=one.answer,
        )
        for one in record.talks
    )


def supplements(record: CaseRecord) -> tuple[AskedView, ...]:
    """What the person was asked to hand in, and what they answered."""
    return tuple(
        AskedView(
            title="要求补正",
            text=one.wanted,
            on=one.asked_on,
            answered_on=one.answered_on,
            answer=one.answer,
        )
        for one in record.supplements
    )


def disputes(record: CaseRecord) -> tuple[AskedView, ...]:
    """What the person objected to, and what the agency answered."""
    return tuple(
        AskedView(
            title=ABOUT.get(one.about, one.about),
            text=one.words,
            on=one.raised_on,
            answered_on=one.answered_on,
            answer=one.answer,
        )
        for one in record.disputes
    )


def applicant(record: CaseRecord) -> str:
    """Who applied and where, in words; of an agent with name, relation and authority."""
    words = f"{APPLICANTS.get(record.applicant, record.applicant)}，"
    words += CHANNELS.get(record.channel, record.channel)
    if record.agent is not None:
        agent = record.agent
        words += f"；代办人 {agent.name}（{agent.relation}），依据：{agent.authority}"
    return words
