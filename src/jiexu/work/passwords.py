"""Passwords: which are too easily guessed."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from jiexu.core.base.errors import BadInput

MAX_PASSWORD: Final = 200
"""Longer ones are not hashed: hashing megabytes would be a way to stop the server."""

_WORDS: Final = {
    "password_too_short": "密码太短。",
    "password_too_common": "这个密码太常见，很容易被猜到。",
    "password_entirely_numeric": "密码不能全是数字。",
}


def check_password_strength(password: str, username: str) -> None:
    """Refuse a password that is easily guessed, all defects at once: `BadInput` WEAK_PASSWORD."""
    defects = []
    try:
        validate_password(password)
    except ValidationError as error:
        defects = [_WORDS.get(one.code or "", "".join(one.messages)) for one in error.error_list]
    if len(password) > MAX_PASSWORD:
        defects.append("密码太长。")
    if username.casefold() in password.casefold():
        defects.append("密码里不能含有用户名。")
    if defects:
        raise BadInput(
            "".join(defects),
            f"请设置 10 到 {MAX_PASSWORD} 个字符的密码，不要用常见词、纯数字或用户名。",
            path="password",
            code="WEAK_PASSWORD",
        )
