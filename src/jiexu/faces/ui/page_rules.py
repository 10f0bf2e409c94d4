"""What every page must obey, checked on its HTML: for the tests of all faces.

Scripts and styles inside a page would be stopped by the Content-Security-Policy; fields without a
label, headings out of order or ids used twice shut people out who cannot see the page.
"""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import pairwise

_VOID = frozenset({"meta", "link", "input", "br", "hr", "img"})
_LABELLED = frozenset({"input", "select", "textarea"})
_NAMING = ("aria-label", "aria-labelledby")
_REFERENCES = ("for", "aria-describedby", "aria-labelledby")


def faults(html: str) -> list[str]:
    """Every rule the page breaks, in words; empty for a good page."""
    page = _Page()
    page.feed(html)
    page.close()
    return page.verdict()


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.open: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.headings: list[int] = []
        self.fields: list[tuple[str, str]] = []
        self.labels: set[str] = set()
        self.lang = self.title = ""
        self.mains = 0
        self.form: dict[str, str | None] | None = None
        self.form_token = False
        self.nameless: list[str] = []  # texts of links and buttons, "" while none was seen

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in _VOID:
            self.open.append(tag)
        self._forbidden(tag, given)
        if given.get("id"):
            self.ids.append(given["id"] or "")
        for name in _REFERENCES:
            self.references.extend((given.get(name) or "").split())
        if tag == "html":
            self.lang = given.get("lang") or ""
        elif tag == "main":
            self.mains += 1
        elif len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))
        elif tag == "label":
            self.labels.add(given.get("for") or "")
        elif tag == "form":
            self.form, self.form_token = given, False
        elif tag in {"a", "button"}:
            self.nameless.append("named" if any(given.get(name) for name in _NAMING) else "")
        elif tag == "svg" and given.get("aria-hidden") != "true" and not given.get("aria-label"):
            self.found.append("a picture has neither words nor aria-hidden")
        elif tag == "img" and given.get("alt") is None:
            self.found.append("an image has no alt")
        if tag in _LABELLED:
            self._field(tag, given)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.found.append(f"</{tag}> closes <{self.open[-1] if self.open else 'nothing'}>")
        if tag in self.open:
            while self.open.pop() != tag:
                pass
        if tag == "form":
            if (self.form or {}).get("method", "get") == "post" and not self.form_token:
                self.found.append("a form that posts has no csrf token")
            self.form = None
        if tag in {"a", "button"} and self.nameless and not self.nameless.pop():
            self.found.append(f"a <{tag}> has no words")

    def handle_data(self, data: str) -> None:
        text = data.strip()
        if not text:
            return
        if self.open and self.open[-1] == "title":
            self.title += text
        if self.nameless:
            self.nameless[-1] = "named"
        if "{{" in text or "{%" in text or "{#" in text:
            self.found.append(f"template code shows: {text[:60]}")

    def verdict(self) -> list[str]:
        found = list(self.found)
        if self.open:
            found.append(f"never closed: {', '.join(self.open)}")
        if self.lang != "zh-CN":
            found.append("html has no lang=zh-CN")
        if not self.title.removesuffix("- 接续").strip():
            found.append("the page has no title")
        if self.mains != 1:
            found.append(f"{self.mains} main elements")
        found.extend(f"id used twice: {name}" for name in _twice(self.ids))
        found.extend(
            f"points to a missing id: {name}"
            for name in sorted(set(self.references) - set(self.ids))
        )
        found.extend(
            f"<{tag}> without label: {name or '(no id)'}"
            for tag, name in self.fields
            if name not in self.labels or not name
        )
        return found + _heading_faults(self.headings)

    def _forbidden(self, tag: str, given: dict[str, str | None]) -> None:
        if tag in {"style", "script", "iframe", "object", "embed"}:
            self.found.append(f"<{tag}> in a page")
        for name, value in given.items():
            if name == "style" or name.startswith("on"):
                self.found.append(f"attribute {name} on <{tag}>")
            if name in {"src", "href", "action", "srcset"} and (value or "").strip().startswith(
                ("http:", "https:", "//", "javascript:", "data:")
            ):
                self.found.append(f"<{tag}> leaves the site: {value}")

    def _field(self, tag: str, given: dict[str, str | None]) -> None:
        if tag == "input" and given.get("type") in {"hidden", "submit"}:
            self.form_token = self.form_token or given.get("name") == "csrfmiddlewaretoken"
        elif not any(given.get(name) for name in _NAMING):
            self.fields.append((tag, given.get("id") or ""))


def _heading_faults(levels: list[int]) -> list[str]:
    found = [] if levels.count(1) == 1 else [f"{levels.count(1)} h1 headings"]
    # What stands before the h1 (error summary) may be an h2; from the h1 on no level is skipped.
    body = levels[levels.index(1) :] if 1 in levels else []
    for before, level in pairwise(body):
        if level > before + 1:
            found.append(f"h{level} follows h{before}")
    return found


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})
