"""Checks of what is around the database: secrets, keys, folders, clock, environment."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import Max
from django.db.models.functions import Now

from jiexu.core.base.errors import JiexuError
from jiexu.records.audit.models import Entry
from jiexu.records.exchange.models import Key
from jiexu.records.registry.models import Agency
from jiexu.work.finding import Finding, note, ok, wrong
from jiexu.work.home import secrets_file
from jiexu.work.keys import signing_key
from jiexu.work.node_settings import unknown_settings
from jiexu.work.ports import ports

FREE_BYTES: Final = 512 * 1024 * 1024
"""Below this the node is not ready: the next commits or backups may not find room."""
EXPIRES: Final = timedelta(days=30)
CLOCK_APART: Final = timedelta(seconds=30)


def python(now: datetime) -> Iterator[Finding]:
    """The interpreter."""
    yield ok("Python", f"{sys.version.split()[0]}，{sys.platform}")


def secrets(now: datetime) -> Iterator[Finding]:
    """The secrets are read by their owner alone."""
    path = secrets_file(settings.HOME)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        yield wrong(
            "密钥文件",
            f"{path} 的权限是 {mode:04o}，别的用户也能读。",
            f"请运行 chmod 600 {path}，并确认没有外人读过。",
        )
    else:
        yield ok("密钥文件", f"{path} 只有所有者能读。请与数据库分开备份。")


def signer(now: datetime) -> Iterator[Finding]:
    """SM2 works here, with which backend."""
    backend = ports().signer
    describe = getattr(backend, "describe", None)
    pair = backend.generate()
    message = "自检".encode()
    signature = backend.sign(pair.private, message)
    if not backend.verify(pair.public, message, signature) or backend.verify(
        pair.public, message + b"!", signature
    ):
        yield wrong("SM2 签名", "自检没有通过。", "请检查 OpenSSL 或密码机后重新启动。")
    else:
        yield ok("SM2 签名", str(describe()) if describe else backend.name)


def keys(now: datetime) -> Iterator[Finding]:
    """Every hosted agency has a signing key in force that opens."""
    hosted = list(Agency.objects.filter(hosted=True).order_by("area"))
    if not hosted:
        yield note("签名密钥", "本节点还没有经办机构。", "请运行 jiexu agency add。")
    for agency in hosted:
        try:
            key_id, _ = signing_key(agency.area, now)
        except JiexuError as error:
            yield wrong("签名密钥", f"{agency.area} {agency.name}：{error.message}", error.remedy)
            continue
        ends = Key.objects.values_list("valid_to", flat=True).get(key_id=key_id)
        if ends is not None and ends < now + EXPIRES:
            text = f"{agency.area} {agency.name} 的密钥 {key_id[:8]} 在 {ends:%Y-%m-%d} 到期。"
            yield note("签名密钥", text, "请在到期前换发密钥，并把新公钥告诉各伙伴机构。")
        else:
            yield ok("签名密钥", f"{agency.area} {agency.name}：{key_id[:8]} 有效。")


def folders(now: datetime) -> Iterator[Finding]:
    """Home, exchange and bank folders can be written."""
    for name, folder in (
        ("节点目录", settings.HOME),
        ("交换目录", settings.EXCHANGE_FOLDER),
        ("银行目录", settings.BANK_FOLDER),
        ("附件目录", settings.ATTACHMENT_FOLDER),
    ):
        # One that is made when it is first needed must be makeable.
        there = next(one for one in (Path(folder), *Path(folder).parents) if one.exists())
        try:
            with tempfile.TemporaryFile(dir=there):
                pass
        except OSError as error:
            yield wrong(
                name,
                f"{folder} 不能写入（{error.strerror or error}）。",
                "请把目录的所有者改为运行本系统的用户。",
            )
        else:
            yield ok(name, f"{folder} 可以写入。")


def disk(now: datetime) -> Iterator[Finding]:
    """There is room for the next commits."""
    free = shutil.disk_usage(settings.HOME).free
    text = f"节点目录所在磁盘还有 {free // 1024**2} MB。"
    if free < FREE_BYTES:
        yield wrong("磁盘空间", text, f"请清理或扩容到 {FREE_BYTES // 1024**2} MB 以上。")
    else:
        yield ok("磁盘空间", text)


def wired(now: datetime) -> Iterator[Finding]:
    """Ports are joined to adapters."""
    try:
        _ = ports()
    except RuntimeError:
        yield wrong("接口", "程序的接口没有接上。", "请用 jiexu serve 启动，不要单独导入。")
    else:
        yield ok("接口", "全部接上。")


def clocks(now: datetime) -> Iterator[Finding]:
    """The clock is not behind what is written, nor apart from the database's."""
    newest = Entry.objects.across_node().aggregate(at=Max("at"))["at"]
    if newest is not None and newest > now + CLOCK_APART:
        yield wrong(
            "时钟",
            f"本机时间 {now:%Y-%m-%d %H:%M:%S} 早于最新的审计记录。",
            "请校准时钟（NTP）后再办理业务：法定时限按它计算。",
        )
        return
    if connection.vendor == "postgresql":
        theirs = Agency.objects.annotate(at=Now()).values_list("at", flat=True).first()
        if theirs is not None and abs(theirs - now) > CLOCK_APART:
            yield wrong(
                "时钟",
                f"本机与数据库的时间相差 {abs(theirs - now).total_seconds():.0f} 秒。",
                "请让两台机器使用同一个时间源（NTP）。",
            )
            return
    yield ok("时钟", f"{now:%Y-%m-%d %H:%M:%S %Z}，不早于任何记录。")


def environment(now: datetime) -> Iterator[Finding]:
    """Settings that do not fit each other or are mistyped."""
    for name in unknown_settings():
        text = f"环境变量 {name} 不认识，没有起作用。"
        yield note("设置", text, "请对照 jiexu doctor 列出的名称改正或删除。")
    if settings.DEMO and os.environ.get("JIEXU_HTTPS") == "1":
        text = "演示模式开着，又配置了 HTTPS：任何人都能一键登录。"
        yield wrong("设置", text, "如要正式使用，请去掉 JIEXU_DEMO。")
    local = {"127.0.0.1", "localhost", "[::1]"}
    if not set(settings.ALLOWED_HOSTS) <= local and not settings.SECURE_SSL_REDIRECT:
        text = "对外开放了主机名，却没有启用 HTTPS：密码会明文传输。"
        yield note("设置", text, "请在前面配置 HTTPS，并设 JIEXU_HTTPS=1。")
