"""ISO 20022: pain.001.001.09 out; pain.002, camt.053 and camt.054 in."""

from __future__ import annotations

import re

from jiexu.adapters.banks import camt, pain_001, pain_002
from jiexu.adapters.banks.csv_text import unreadable
from jiexu.adapters.banks.formats import Batch, Format
from jiexu.adapters.banks.xml_tree import parse
from jiexu.work.ports import BankFile

_MESSAGE = re.compile(
    r"urn:iso:std:iso:20022:tech:xsd:(pain\.002|camt\.053|camt\.054)\.001\.(0[2-9]|1[0-9])"
)
_READERS = {
    "pain.002": pain_002.read_result,
    "camt.053": camt.read_statement,
    "camt.054": camt.read_notification,
}


class Iso20022:
    name = "iso20022"
    label = "ISO 20022 报文（pain.001 / camt.053）"
    suffix = ".xml"
    media_type = "application/xml"

    def write(self, batch: Batch) -> bytes:
        return pain_001.write(batch)

    def read(self, name: str, data: bytes) -> BankFile:
        namespace, root = parse(data)
        said = _MESSAGE.fullmatch(namespace)
        if said is None or root.tag != "Document":
            raise unreadable(
                "不是能读的报文，应当是 pain.002（回执）、camt.053（对账单）或 camt.054（通知）。",
                line=root.line,
                remedy="请确认放入的是银行的回执或对账单。",
            )
        return _READERS[said[1]](root, name, data)


FORMAT: Format = Iso20022()
