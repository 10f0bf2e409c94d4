"""How long one paper takes to print, per page, beside a limit of 30 milliseconds.

Every kind from its sample, as the portal prints it: words, layout, QR code, PDF/A. The kinds take
turns and the median of the rounds counts. Beside it, where it is installed, what WeasyPrint takes
for one table of the same words in HTML.

    python benchmarks/paper.py [--json] [--rounds N]
"""

from __future__ import annotations

import argparse
import io
import json
import time
from statistics import median
from typing import Any

from jiexu.adapters.pdf.printer import TypstPrinter
from jiexu.core.documents import FOLDER, head_of, kind_of, kinds, read_content
from jiexu.work.ports import Sheet

LIMIT_MS = 30.0
URL = "https://yb.example.gov.cn/verify/SL450200260311000000017/K7M2-9QXF"


def sheet(kind: str, turn: int) -> Sheet:
    """The sample of a kind, with a name of its own in every turn: nothing comes from memory."""
    text = (FOLDER / kind / "sample.json").read_text().replace("沈若岚", f"沈若岚{turn}")
    content = read_content(kind, text)
    head = head_of(kind, content)
    values = kind_of(kind).shown(content) | {
        "title": kind_of(kind).TITLE,
        "number": head.number,
        "on": [head.issued_on.year, head.issued_on.month, head.issued_on.day],
        "verify": {"url": URL, "address": "yb.example.gov.cn/verify/", "code": "K7M2-9QXF"},
        "seal": {"made": True, "words": "电子签章", "key": "密钥", "note": "非官方签章。"},
    }
    return Sheet(kind=kind, values=values, verify_url=URL, on=head.issued_on)


def pages_of(data: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(data)).pages)


def peer(rounds: int) -> float | str:
    """Milliseconds for one page by WeasyPrint, or why there is no such number."""
    try:
        from weasyprint import HTML
    except Exception as error:
        return f"WeasyPrint is not installed ({type(error).__name__})"
    taken = []
    for turn in range(rounds):
        values = sheet("acceptance", turn).values
        rows = "".join(f"<tr><th>{key}<td>{value}" for key, value in values.items())
        start = time.perf_counter()
        HTML(string=f"<table>{rows}</table>").write_pdf(pdf_variant="pdf/a-2b")
        taken.append((time.perf_counter() - start) * 1000)
    return round(median(taken), 1)


def run(rounds: int = 20) -> dict[str, Any]:
    """Milliseconds per page and kind, the cold start apart."""
    printer = TypstPrinter()
    start = time.perf_counter()
    printer.print(sheet("acceptance", -1))
    cold_ms = (time.perf_counter() - start) * 1000
    pages = {kind: pages_of(printer.print(sheet(kind, -1))) for kind in kinds()}
    taken: dict[str, list[float]] = {kind: [] for kind in kinds()}
    for turn in range(rounds):
        for kind in kinds():
            paper = sheet(kind, turn)
            start = time.perf_counter()
            printer.print(paper)
            taken[kind].append((time.perf_counter() - start) * 1000 / pages[kind])
    per_page = {kind: round(median(times), 1) for kind, times in taken.items()}
    return {
        "cold_ms": round(cold_ms, 1),
        "ms_per_page": per_page,
        "slowest_ms_per_page": max(per_page.values()),
        "limit_ms": LIMIT_MS,
        "within_limit": max(per_page.values()) <= LIMIT_MS,
        "weasyprint_ms_per_page": peer(min(rounds, 5)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=20)
    args = parser.parse_args()
    found = run(args.rounds)
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for kind, ms in found["ms_per_page"].items():
        print(f"{kind:18} {ms:6.1f} ms per page")
    print(f"first paper, fonts loaded {found['cold_ms']} ms")
    print(f"limit {LIMIT_MS} ms: {'kept' if found['within_limit'] else 'BROKEN'}")
    print(f"beside it: {found['weasyprint_ms_per_page']}")


if __name__ == "__main__":
    main()
