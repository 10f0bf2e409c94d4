"""employee-wait: when does employee cover begin after a break, or on first enrolment?

Two rules that are never added: the linkage of a transfer or change of scheme (医保办发〔2021〕43号,
with what areas add) and the local rule on arrears of those who stay. The wait of residents who
missed an enrolment window is the question `resident-wait`.
"""

from __future__ import annotations

from jiexu.core.policy.questions.employee_wait.deciding import decide
from jiexu.core.policy.questions.employee_wait.facts import EmployeeWaitFacts as Facts
from jiexu.core.policy.questions.employee_wait.labels import LABELS

__all__ = ["LABELS", "Facts", "decide"]
