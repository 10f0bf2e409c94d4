"""The one place that joins ports to adapters."""

from __future__ import annotations

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from jiexu.adapters.banks.folder import FolderBank
from jiexu.adapters.channels.files import FilesChannel
from jiexu.adapters.channels.loopback import Loopback
from jiexu.adapters.pdf.printer import TypstPrinter
from jiexu.adapters.signing import best_signer
from jiexu.adapters.storage.folder import FolderStore
from jiexu.work import receive
from jiexu.work.ports import Ports, clock, install

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _now() -> datetime:
    return datetime.now(tz=SHANGHAI)  # noqa: TID251  (the one clock of the product)


def wire() -> None:
    """Join everything; called once when Django starts."""
    install(
        Ports(
            clock=_now,
            serials=lambda: secrets.randbelow(10**8),
            signer=best_signer(),
            loopback=Loopback(lambda area, data: receive.accept(area, data, clock())),
            far=FilesChannel(settings.EXCHANGE_FOLDER),
            bank=FolderBank(settings.BANK_FOLDER),
            store=FolderStore(settings.ATTACHMENT_FOLDER),
            printer=TypstPrinter(settings.FONT_PLACES),
        )
    )
