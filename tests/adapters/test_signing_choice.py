"""Which backend signs, what the operator is told, and what the wrapper leaves behind: nothing."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from ctypes.util import find_library
from pathlib import Path

import pytest

from jiexu.adapters.signing import (
    BACKENDS,
    Backend,
    SignerUnavailable,
    best_signer,
    choose,
    describe,
    libcrypto,
)
from jiexu.adapters.signing.openssl import OpensslSigner
from jiexu.adapters.signing.reference import ReferenceSigner
from jiexu.adapters.signing.selfcheck import self_check


def unavailable(reason: str) -> Backend:
    raise SignerUnavailable(reason, "请安装。")


def test_the_first_that_works_is_chosen_and_stays() -> None:
    signer, reasons = choose()
    assert signer.name == ("tongsuo" if reasons else "openssl")
    assert best_signer() is best_signer()
    assert best_signer().name == signer.name
    assert describe().startswith(signer.describe())


@pytest.mark.parametrize(("missing", "name"), [(0, "openssl"), (1, "tongsuo"), (2, "reference")])
def test_the_next_takes_over_with_the_reasons(missing: int, name: str) -> None:
    gone = [lambda i=i: unavailable(f"第{i}个不可用。") for i in range(missing)]
    signer, reasons = choose([*gone, *BACKENDS[missing:]])
    assert signer.name == name
    assert reasons == tuple(f"第{i}个不可用。" for i in range(missing))
    assert signer.describe().startswith("SM2 签名由")


def test_nothing_at_all_is_said_with_every_reason() -> None:
    with pytest.raises(SignerUnavailable) as refused:
        choose([lambda: unavailable("甲不可用。"), lambda: unavailable("乙不可用。")])
    assert str(refused.value) == (
        "没有可用的 SM2 签名后端：甲不可用。乙不可用。请安装 OpenSSL 3.0 以上版本后重试。"
    )


def test_the_operator_reads_why_a_fallback_signs() -> None:
    choice = choose([lambda: unavailable("没有找到 OpenSSL。"), ReferenceSigner])
    assert describe(choice) == (
        "SM2 签名由内置的纯 Python 实现完成，运算时间会泄露私钥信息，只可用于测试和演示"
        "（没有找到 OpenSSL。）"
    )


class ForgetsTheIdentifier(ReferenceSigner):
    """What OpenSSL does when nobody states the identifier: it uses an empty one."""

    name = "forgetful"

    def __init__(self) -> None:
        super().__init__(distid=b"")


class AcceptsAnything(ReferenceSigner):
    name = "credulous"

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        return True


@pytest.mark.parametrize("make", [ForgetsTheIdentifier, AcceptsAnything])
def test_a_backend_that_answers_wrongly_does_not_pass_its_check(
    make: type[ForgetsTheIdentifier] | type[AcceptsAnything],
) -> None:
    self_check(ReferenceSigner())
    with pytest.raises(SignerUnavailable) as refused:
        self_check(make())
    assert refused.value.message == (f"签名后端 {make.name} 没有通过国标示例自检，不能用来签名。")


def test_a_library_that_does_not_fit_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "libcrypto.so.3"
    broken.write_text("not a library")
    with pytest.raises(SignerUnavailable) as refused:
        libcrypto.load(["no-such-library.so", str(broken)])
    assert str(refused.value) == (
        f"没有找到带 SM2 的 OpenSSL 3（no-such-library.so 无法加载；{broken} 无法加载）。"
        "请安装 OpenSSL 3.0 以上版本；在此之前由备用后端签名。"
    )


def test_a_library_without_openssl_inside_is_named() -> None:
    name = find_library("m")
    assert name is not None
    with pytest.raises(SignerUnavailable, match="无法加载"):
        libcrypto.load([name])


def test_an_old_library_is_named_with_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libcrypto, "_OLDEST", 0x7FFFFFFF)
    with pytest.raises(SignerUnavailable, match="低于"):
        libcrypto.load()


def test_every_candidate_on_this_machine_that_loads_is_good() -> None:
    found = [libcrypto._open(name) for name in libcrypto._candidates()]
    good = [one for one in found if isinstance(one, libcrypto.Found)]
    assert good
    assert {one.library.OBJ_sn2nid(b"SM2") for one in good} == {1172}


def test_refusals_leave_no_error_behind_for_the_interpreters_own_tls() -> None:
    signer = OpensslSigner()
    pair = signer.generate()
    peek = signer._library.ERR_peek_error
    peek.restype = ctypes.c_ulong
    signature = signer.sign(pair.private, b"one")
    for wrong in (signature, signature[::-1], bytes(63) + b"\1"):
        assert not signer.verify(pair.public, b"two", wrong)
        assert peek() == 0


MEMORY = """
import os, subprocess
from pathlib import Path
from jiexu.adapters.signing.openssl import OpensslSigner

signer = OpensslSigner(kept_keys=4)
pairs = [signer.generate() for _ in range(6)]

def work(operations):
    for i in range(operations // 4):
        pair = pairs[i % 6]  # six in turn with four kept: every round loads both keys anew
        signature = signer.sign(pair.private, b"message")
        assert signer.verify(pair.public, b"message", signature)
        assert not signer.verify(pair.public, b"another", signature)
        assert not signer.verify(pair.public, b"message", bytes(63) + b"1")

def resident_kib():
    # Not the peak: a new process starts with the peak of the one that made it.
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
    return int(subprocess.check_output(["ps", "-o", "rss=", "-p", str(os.getpid())]))

work(4_000)
before = resident_kib()
work(20_000)
print(resident_kib() - before)
"""


@pytest.mark.slow
def test_memory_stays_flat_over_twenty_thousand_operations() -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEMORY], capture_output=True, text=True, check=True, timeout=120
    )
    # Measured with the frees taken out: 15 MiB for lost contexts, 20 MiB for lost keys.
    assert int(done.stdout) < 1024
