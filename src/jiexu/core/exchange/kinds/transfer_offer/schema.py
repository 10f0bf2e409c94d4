"""转出申请通知: the old place tells the new place that a person has applied there.

The new place checks its own side; if that passes it answers with its 申请通知 (transfer_request),
else with its 校验结果 (precheck_answer). Either side may start a case: 医保办发〔2021〕43号.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

VERSION = "1"


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`psn_cert_type`, `certno` and `psn_name` always travel together.

    `source_status` and `paused_on` say where the participation stands at the old place.
    """

    case_no: str
    applied_on: date
    channel: str
    applicant: Literal["self", "employer", "agent"]
    psn_cert_type: str
    certno: str
    psn_name: str
    insutype_out: Literal["310", "390"]
    insutype_in: Literal["310", "390"]
    trafout_admdvs: str
    trafin_admdvs: str
    plan_out: str
    source_status: str
    paused_on: date | None = None
