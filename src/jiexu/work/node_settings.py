"""What an operator may set from the environment: names, meanings, and what is in force.

Passwords are never shown.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

import msgspec


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One environment variable: what it means (Chinese) and what holds without it."""

    name: str
    meaning: str
    default: str
    value: str | None = None


_SETTINGS = (
    ("JIEXU_HOME", "节点目录：密钥、SQLite 数据库、交换目录", "~/.jiexu"),
    (
        "JIEXU_DATABASE_URL",
        "数据库：sqlite:///文件 或 postgres://用户:口令@主机:端口/库名",
        "节点目录下的 jiexu.sqlite3",
    ),
    ("JIEXU_HOSTS", "允许访问的主机名，逗号分隔", "127.0.0.1,localhost,[::1]"),
    ("JIEXU_HTTPS", "1 表示对外是 HTTPS：Cookie 只走加密连接，HTTP 转到 HTTPS", "0"),
    ("JIEXU_ORIGINS", "允许提交表单的来源（https://…），逗号分隔", "空"),
    ("JIEXU_EXCHANGE", "与其他节点交换信封的目录", "节点目录下的 exchange"),
    ("JIEXU_ATTACHMENTS", "加密保存的扫描件和照片的目录", "节点目录下的 attachments"),
    ("JIEXU_BANK", "与银行交换文件的目录", "节点目录下的 bank"),
    (
        "JIEXU_PUBLIC_URL",
        "对外的网址（https://…）：印在文书二维码里的核验地址",
        "打开文书时所用的网址",
    ),
    ("JIEXU_FONTS", "补充字库的目录，逗号分隔：姓名中的生僻字", "空（缺字印编码，准确文字在附件）"),
    ("JIEXU_API_PER_MINUTE", "每个令牌或用户每分钟最多的接口请求数", "1200"),
    ("JIEXU_LOG", "日志级别：DEBUG、INFO、WARNING、ERROR", "WARNING"),
    ("JIEXU_DEMO", "1 表示演示：一键登录，绝不能用于真实数据", "0"),
    ("JIEXU_ADMIN_PASSWORD", "jiexu init 时第一个管理员的密码", "空（从终端输入）"),
    ("HOST", "jiexu serve 监听的地址", "127.0.0.1"),
    ("PORT", "jiexu serve 监听的端口", "8000"),
)
_PASSWORD = re.compile(r"(?<=://)([^:@/]*):.*(?=@)")
_IN_QUERY = re.compile(r"(?<=password=)[^&]*", re.IGNORECASE)


def settings_in_force(environment: Mapping[str, str] = os.environ) -> tuple[Setting, ...]:
    """All settings with their values; `None` where the default holds."""
    return tuple(
        Setting(
            name=name,
            meaning=meaning,
            default=default,
            value=_shown(name, environment[name]) if environment.get(name) else None,
        )
        for name, meaning, default in _SETTINGS
    )


def unknown_settings(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Variables that look like ours and are not: most often mistyped."""
    known = {name for name, _, _ in _SETTINGS}
    ours = (name for name in environment if name.startswith("JIEXU_"))
    return tuple(
        sorted(name for name in ours if name not in known and not name.startswith("JIEXU_TEST_"))
    )


def _shown(name: str, value: str) -> str:
    if "PASSWORD" in name:
        return "***"
    return _IN_QUERY.sub("***", _PASSWORD.sub(r"\1:***", value))
