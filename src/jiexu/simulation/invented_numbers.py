"""Numbers that pass every check and belong to nobody.

Demo data must look right without touching anyone, so each number is drawn from a part of its
number space that is not given out:

- identity: county part 98 of a real city. GB/T 2260 numbers counties from 01 up and county-level
  cities from 81; no county has or had 98 (the insured-area lists use 99 for 市本级).
- mobile: 154. Eleven digits beginning with 1[3-9] as forms expect, but no operator holds 154.
- bank card: 9999. First digit 9 is national numbering, with the country code next
  (ISO/IEC 7812-1); 999 is no country. Other cards in 99 do exist (990027, 9988xx).
- organisation: organisation code beginning XU (虚). Codes begin with a digit or M since 2015;
  no series XU is known.
"""

from __future__ import annotations

from datetime import date
from random import Random

from jiexu.core.base.areas import area as area_of
from jiexu.core.base.codes.certno import Sex
from jiexu.core.base.codes.check_digits import ALPHABET_31, luhn, mod_11_2, mod_31

INVENTED_COUNTY = "98"
INVENTED_PHONE = "154"
INVENTED_BIN = "9999"
INVENTED_ORGANISATION = "XU"

_CARD_DIGITS = 19
_TOP_KINDS = frozenset({"province", "municipality", "prov_level"})
_XPCC_KINDS = frozenset({"xpcc", "xpcc_division", "xpcc_level"})
# GB 11714: weights of the eight places of an organisation code; its own check goes up to X.
_WEIGHTS_ORGANISATION = (3, 7, 9, 10, 5, 8, 4, 2)
_CHARACTERS_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def place_prefix(area: str) -> str:
    """Six digits that an invented identity number of somebody from `area` begins with.

    People of 兵团 hold numbers of Xinjiang (65); of 省本级 and municipalities, of the first city.
    """
    found = area_of(area)
    if found.kind in _XPCC_KINDS:
        return "6590" + INVENTED_COUNTY
    if found.kind in _TOP_KINDS:
        return found.code[:2] + "01" + INVENTED_COUNTY
    return found.code[:4] + INVENTED_COUNTY


def invent_certno(rng: Random, *, area: str, birth: date, sex: Sex) -> str:
    """An identity number with a right check digit; the order code is odd for men, else even."""
    order = rng.randrange(500) * 2 + (1 if sex == "M" else 0)
    body = f"{place_prefix(area)}{birth:%Y%m%d}{order:03d}"
    return body + mod_11_2(body)


def invent_phone(rng: Random) -> str:
    """An eleven-digit mobile number of a range that is not assigned."""
    return f"{INVENTED_PHONE}{rng.randrange(10**8):08d}"


def invent_bank_account(rng: Random) -> str:
    """A card number of 19 digits that fits Luhn and no bank."""
    free = _CARD_DIGITS - len(INVENTED_BIN) - 1
    body = f"{INVENTED_BIN}{rng.randrange(10**free):0{free}d}"
    return body + luhn(body)


def invent_uscc(rng: Random, *, area: str) -> str:
    """A unified social credit code of a company (91), both its check digits right."""
    free = "".join(rng.choice(ALPHABET_31) for _ in range(6))
    organisation = INVENTED_ORGANISATION + free
    body = f"91{place_prefix(area)}{organisation}{_organisation_check(organisation)}"
    return body + mod_31(body)


def _organisation_check(characters: str) -> str:
    """Check character of GB 11714, which GB 32100 keeps as place 17."""
    values = (_CHARACTERS_36.index(char) for char in characters)
    total = sum(w * value for w, value in zip(_WEIGHTS_ORGANISATION, values, strict=True))
    return "0123456789X"[-total % 11]
