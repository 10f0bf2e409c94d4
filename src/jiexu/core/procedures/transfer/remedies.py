"""What a person may do against a decision, in the words that stand below every refusal."""

from __future__ import annotations

REMEDIES = "对不予受理决定不服的，可自收到之日起 60 日内申请行政复议，或者 6 个月内提起行政诉讼。"
