"""The small country with citizens A and B, and the staff of two agencies, all with tokens."""

from __future__ import annotations

from typing import Any

from django.test import Client

from jiexu.core.base.actors import Role
from jiexu.work import ports, tokens
from tests.support.country import SOURCE, TARGET, Country

PASSWORD = "correct-horse-battery"
STAFF = {
    "clerk": Role.CLERK,
    "prepares": Role.FINANCE_PREPARER,
    "approves": Role.FINANCE_APPROVER,
}


class Caller:
    """A program with a token, or nobody."""

    def __init__(self, token: str = "") -> None:
        self.token = token
        self.client = Client()
        self.keys = 0

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        return self._said(self.client.get(f"/api/v1{path}", query, headers=self._headers()), status)

    def post(
        self, path: str, body: Any, status: int = 200, *, key: str | None = None, raw: bytes = b""
    ) -> Any:
        self.keys += 1
        headers = self._headers() | {"Idempotency-Key": key or f"key-{self.keys:08d}"}
        if key == "":
            del headers["Idempotency-Key"]
        answer = self.client.post(
            f"/api/v1{path}",
            raw or body,
            content_type="application/json",
            headers=headers,
        )
        return self._said(answer, status)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    @staticmethod
    def _said(answer: Any, status: int) -> Any:
        assert answer.status_code == status, answer.content.decode()
        kind = "application/json" if status < 300 else "application/problem+json"
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["Cache-Control"] == "no-store"
        said = answer.json()
        if status >= 300:
            assert said["status"] == status
            assert said["title"]
            assert said["code"]
            assert said["message"].endswith("。") or said["message"].endswith("）")
            assert said["remedy"]
        return said


class World:
    """The country, and who calls."""

    def __init__(self, country: Country) -> None:
        self.country = country
        self.callers: dict[str, Caller] = {"nobody": Caller()}
        for name, mover in zip(("anna", "bert"), country.add_movers(2), strict=True):
            country.node.add_citizen(name, mover.name, PASSWORD, mover.certno)
            self.give(name, "citizen")
        for area in country.areas:
            for word, role in STAFF.items():
                name = f"{word}-{area}"
                country.node.add_staff(name, name, PASSWORD, role, area)
                self.give(name, f"{role}@{area}")

    def give(self, name: str, *scopes: str) -> Caller:
        text, _ = tokens.issue_token(name, list(scopes), "test", 30, "root", ports.clock())
        self.callers[name] = Caller(text)
        return self.callers[name]

    def __getitem__(self, name: str) -> Caller:
        return self.callers[name]

    def applied(self, name: str = "anna") -> str:
        """The citizen applies; the number of the case."""
        body = {"from_area": SOURCE, "to_area": TARGET}
        return str(self[name].post("/transfers", body, 201)["case_no"])

    def to_the_form(self, name: str = "anna") -> str:
        number = self.applied(name)
        self.country.settle()
        return number
