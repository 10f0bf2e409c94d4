"""Type a number and a code, or scan: what the register says of the paper."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from jiexu.work import ports, verifying

_STATUS = {verifying.UNKNOWN: 404, verifying.CLOSED: 429}
_LONGEST = 60


@require_safe
def form(request: HttpRequest) -> HttpResponse:
    """The two fields of a paper's foot; filled in, they lead to the address of the QR code."""
    number = "".join(request.GET.get("number", "").split())[:_LONGEST].replace("/", "")
    code = "".join(request.GET.get("code", "").split())[:_LONGEST].replace("/", "")
    if number and code:
        return redirect("verify:verdict", number=number, code=code)
    errors = []
    if "number" in request.GET:
        if not number:
            errors.append(("number", "请填写文书编号"))
        if not code:
            errors.append(("code", "请填写核验码"))
    return render(
        request,
        "verify/form.html",
        {"number": number, "code": code, "errors": errors},
        status=400 if errors else 200,
    )


@require_safe
def verdict(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """What is known of one paper. Unknown and wrong code are one answer."""
    address = request.META.get("REMOTE_ADDR", "")
    found = verifying.check(number, code, address, ports.clock())
    response = render(
        request,
        "verify/verdict.html",
        {"found": found},
        status=_STATUS.get(found.state, 200),
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
