"""险种 that the program itself speaks of; `codesets.label("insutype", code)` names them all."""

from __future__ import annotations

from typing import Final

EMPLOYEE: Final = "310"
"""职工基本医疗保险."""
RESIDENT: Final = "390"
"""城乡居民基本医疗保险."""
