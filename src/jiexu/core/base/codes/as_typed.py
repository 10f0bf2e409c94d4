"""What people and spreadsheets type, brought to the form the standards mean.

Chinese input methods give full-width digits and letters, paper is copied with blanks between
groups of digits. Both are undone, since no two different numbers can become one by it.
Control characters are left alone: they are refused where the value is checked.
"""

from __future__ import annotations

import unicodedata

# U+FF01..U+FF5E are the full-width forms of ASCII U+0021..U+007E, in the same order.
_HALF_WIDTH = {code + 0xFEE0: code for code in range(0x21, 0x7F)}
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})


def half_width(text: str) -> str:
    """Full-width digits, letters and signs become their ASCII twins; the rest stays."""
    return text.translate(_HALF_WIDTH)


def without_blanks(text: str) -> str:
    """Drop every kind of blank (Unicode Zs), but no tab, newline or other control character."""
    return "".join(char for char in text if not is_blank(char))


def is_blank(char: str) -> bool:
    """True for a space of any width, the ideographic one included."""
    return char == " " or unicodedata.category(char) == "Zs"


def is_hidden(char: str) -> bool:
    """True for what nobody sees and no paper shows: control, format, broken and unassigned."""
    return unicodedata.category(char) in _HIDDEN
