"""How numbers and names are shown where they need not be read in full."""

from __future__ import annotations


def mask_certno(number: str) -> str:
    """An identity number as a screen may show it: 320102********1234.

    From 15 characters the first 6 and last 4 stay (area and serial, never the birthday); shorter
    ones, such as passports, keep 2 and 2; below 8 nothing stays.
    """
    if len(number) >= 15:
        return _starred(number, 6, 4)
    return _starred(number, 2, 2) if len(number) >= 8 else "*" * len(number)


def mask_name(name: str) -> str:
    """A name as a screen may show it: 张*, 张*丰, 欧**娜; a single character becomes a star."""
    return _starred(name, 1, 1 if len(name) > 2 else 0)


def name_initial(name: str) -> str:
    """A name of which strangers learn the first character alone: 张**."""
    return _starred(name, 1, 0)


def mask_bank(number: str) -> str:
    """A bank account number with only its last 4 digits: ***************1234; below 8, none."""
    return _starred(number, 0, 4) if len(number) >= 8 else "*" * len(number)


def _starred(text: str, first: int, last: int) -> str:
    """`text` with stars for all but the first and last characters; all stars if too short."""
    hidden = len(text) - first - last
    return "*" * len(text) if hidden < 1 else text[:first] + "*" * hidden + text[len(text) - last :]
