"""Finds the system's OpenSSL (3 or later, with SM2) and declares the few functions SM2 needs.

The library the interpreter itself uses comes first, so a process holds one OpenSSL, not two. On
macOS only versioned names are tried: loading the unversioned system library ends the process.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
from collections.abc import Iterable, Iterator
from ctypes import POINTER, c_char_p, c_int, c_size_t, c_uint, c_ulong, c_void_p
from typing import Final, NamedTuple

from jiexu.adapters.signing.curve import SignerUnavailable

_OLDEST: Final = 0x30000000
_OPENSSL_VERSION: Final = 0

_LINUX: Final = ("libcrypto.so.3", "libcrypto.so.4")
_MACOS: Final = tuple(
    folder + name
    for name in ("libcrypto.3.dylib", "libcrypto.4.dylib")
    for folder in (
        "/opt/homebrew/opt/openssl@3/lib/",
        "/usr/local/opt/openssl@3/lib/",
        "/opt/local/libexec/openssl3/lib/",
        "",
    )
)


class Param(ctypes.Structure):
    """OSSL_PARAM: one named value handed to OpenSSL. A list of them ends with an empty one."""

    _fields_ = (
        ("key", c_char_p),
        ("data_type", c_uint),
        ("data", c_void_p),
        ("data_size", c_size_t),
        ("return_size", c_size_t),
    )


_p, _i, _z, _s = c_void_p, c_int, c_size_t, c_char_p
_FUNCTIONS: Final[dict[str, tuple[object, tuple[object, ...]]]] = {
    "OpenSSL_version_num": (c_ulong, ()),
    "OpenSSL_version": (_s, (_i,)),
    "ERR_clear_error": (None, ()),
    "OBJ_sn2nid": (_i, (_s,)),
    "EC_GROUP_new_by_curve_name": (_p, (_i,)),
    "EC_POINT_new": (_p, (_p,)),
    "EC_POINT_clear_free": (None, (_p,)),
    "EC_POINT_mul": (_i, (_p, _p, _p, _p, _p, _p)),
    "EC_POINT_point2oct": (_z, (_p, _p, _i, _s, _z, _p)),
    "BN_bin2bn": (_p, (_s, _i, _p)),
    "BN_clear_free": (None, (_p,)),
    "EVP_PKEY_CTX_new_from_name": (_p, (_p, _s, _s)),
    "EVP_PKEY_CTX_new_from_pkey": (_p, (_p, _p, _s)),
    "EVP_PKEY_CTX_free": (None, (_p,)),
    "EVP_PKEY_fromdata_init": (_i, (_p,)),
    "EVP_PKEY_fromdata": (_i, (_p, POINTER(_p), _i, POINTER(Param))),
    "EVP_PKEY_free": (None, (_p,)),
    "EVP_PKEY_sign_init": (_i, (_p,)),
    "EVP_PKEY_sign": (_i, (_p, _s, POINTER(_z), _s, _z)),
    "EVP_PKEY_verify_init": (_i, (_p,)),
    "EVP_PKEY_verify": (_i, (_p, _s, _z, _s, _z)),
}


class Found(NamedTuple):
    """The library with its functions declared, its own version text, and its SM2 curve."""

    library: ctypes.CDLL
    version: str
    group: int


def load(names: Iterable[str] | None = None) -> Found:
    """The first OpenSSL that fits, among `names` or in the usual places of this system.

    Raises `SignerUnavailable`, naming what was tried, when none does.
    """
    tried = []
    for name in _candidates() if names is None else names:
        found = _open(name)
        if isinstance(found, Found):
            return found
        tried.append(found)
    raise SignerUnavailable(
        f"没有找到带 SM2 的 OpenSSL 3（{'；'.join(tried) or '没有候选文件'}）。",
        "请安装 OpenSSL 3.0 以上版本；在此之前由备用后端签名。",
    )


def _open(name: str) -> Found | str:
    """The library of this name, or why it does not fit (Chinese)."""
    try:
        library = ctypes.CDLL(name)
        _declare(library, "OpenSSL_version_num", "OpenSSL_version")
    except (OSError, AttributeError):
        return f"{name} 无法加载"
    version = library.OpenSSL_version(_OPENSSL_VERSION).decode()
    if library.OpenSSL_version_num() < _OLDEST:
        return f"{name} 是 {version}，低于 3.0"
    _declare(library, *_FUNCTIONS)
    # The name may be known and the curve left out: distributions build it so.
    group = library.EC_GROUP_new_by_curve_name(library.OBJ_sn2nid(b"SM2"))
    if not group:
        library.ERR_clear_error()
        return f"{name} 是 {version}，不含 SM2"
    return Found(library, version, group)


def _candidates() -> Iterator[str]:
    try:
        import _hashlib

        # A symbol asked of this module is also looked for in the libcrypto it is linked to.
        yield _hashlib.__file__
    except (ImportError, AttributeError):
        pass  # an interpreter built without OpenSSL, or with it inside
    if sys.platform == "darwin":
        yield from _MACOS
        return
    yield from _LINUX
    if found := ctypes.util.find_library("crypto"):
        yield found


def _declare(library: ctypes.CDLL, *names: str) -> None:
    for name in names:
        function = getattr(library, name)
        function.restype, function.argtypes = _FUNCTIONS[name]
