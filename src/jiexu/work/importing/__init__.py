"""Taking over what an agency has on file: persons, relations, insured months,
balances, employers.

Each row is checked by itself with the core's checks and against what is known. A bad row is
refused alone, all its defects at once; good rows go in, 1,000 per commit. The same rows a second
time change nothing. `columns` knows the kinds, `table` reads files, `running` does it.
"""

from __future__ import annotations

from jiexu.work.importing.columns import KINDS
from jiexu.work.importing.report import Report, RowProblem, write_report
from jiexu.work.importing.running import import_rows, import_table
from jiexu.work.importing.table import Table, read_table

__all__ = [
    "KINDS",
    "Report",
    "RowProblem",
    "Table",
    "import_rows",
    "import_table",
    "read_table",
    "write_report",
]
