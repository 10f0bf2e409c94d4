"""The arithmetic of check digits, apart from what the numbers mean."""

from __future__ import annotations

# GB 11643-1999: weight of place i (1 leftmost of 17) is 2 ** (18 - i) mod 11.
_WEIGHTS_11_2 = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_11_2 = "10X98765432"

# GB 32100-2015: weight of place i (1 leftmost of 17) is 3 ** (i - 1) mod 31.
_WEIGHTS_31 = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ALPHABET_31 = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100: digits and capitals without I, O, S, V, Z."""


def mod_11_2(digits: str) -> str:
    """Check character of 17 digits: ISO 7064 MOD 11-2 as GB 11643 uses it, `0`-`9` or `X`."""
    total = sum(w * int(d) for w, d in zip(_WEIGHTS_11_2, digits, strict=True))
    return _CHECK_11_2[total % 11]


def mod_31(characters: str) -> str:
    """Check character of the 17 characters of GB 32100."""
    total = sum(w * ALPHABET_31.index(c) for w, c in zip(_WEIGHTS_31, characters, strict=True))
    return ALPHABET_31[-total % 31]


def mod_11_10(digits: str) -> str:
    """Check digit of ISO 7064 MOD 11,10 for any number of digits."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10
        product = (total or 10) * 2 % 11
    return str((11 - product) % 10)


def luhn(digits: str) -> str:
    """Check digit of Luhn (ISO/IEC 7812-1 annex B) for any number of digits."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + (place + 1) % 2)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
