"""XML from outside as a plain tree: no document type, no entities, no more than it may be.

Every element knows its line. Messages of ISO 20022 use one namespace; it stands at the root.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from jiexu.adapters.banks.csv_text import UnreadableFile, unreadable

LARGEST_BYTES = 32 * 1024 * 1024
MOST_ELEMENTS = 2_000_000
DEEPEST = 40

_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"'][^>]*\?>")
_CHINESE = {"gb2312", "gbk", "gb18030"}


class Element:
    """One element: `tag` without namespace, `text` without its blanks at the ends."""

    __slots__ = ("attributes", "children", "line", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str], line: int) -> None:
        self.tag = tag
        self.attributes = attributes
        self.line = line
        self.children: list[Element] = []
        self.text = ""

    def all(self, tag: str) -> list[Element]:
        return [child for child in self.children if child.tag == tag]

    def maybe(self, path: str) -> Element | None:
        """The only element at `A/B/C`, or none. Raises `UnreadableFile` where one is doubled."""
        here = self
        for tag in path.split("/"):
            found = here.all(tag)
            if len(found) > 1:
                raise unreadable(f"<{tag}> 重复出现。", line=found[1].line)
            if not found:
                return None
            here = found[0]
        return here

    def one(self, path: str) -> Element:
        """The only element at `A/B/C`. Raises `UnreadableFile`."""
        found = self.maybe(path)
        if found is None:
            raise unreadable(f"<{self.tag}> 里缺少 {path}。", line=self.line)
        return found

    def said(self, path: str) -> str:
        """The text at `A/B/C`; empty if there is none."""
        found = self.maybe(path)
        return found.text if found is not None else ""

    def each(self, path: str) -> Iterator[Element]:
        """Every element at `A/B/C`."""
        tag, _, rest = path.partition("/")
        for child in self.all(tag):
            if rest:
                yield from child.each(rest)
            else:
                yield child


def parse(data: bytes) -> tuple[str, Element]:
    """Namespace of the root, and the root. Raises `UnreadableFile`."""
    if len(data) > LARGEST_BYTES:
        raise unreadable(f"文件超过 {LARGEST_BYTES // 1024**2} MB。", remedy="请银行拆分后提供。")
    if not data.strip():
        raise unreadable("文件是空的。")
    reader = _Reader()
    try:
        reader.parser.Parse(_as_utf8(data), True)
    except expat.ExpatError as error:
        raise unreadable("XML 不完整或有错误，没有传完或被改动。", line=error.lineno) from error
    except (LookupError, ValueError) as error:
        raise unreadable(
            "XML 的文字编码不认识。", remedy="请银行提供 UTF-8 或 GB18030 的文件。"
        ) from error
    assert reader.root is not None
    return reader.namespace, reader.root


class _Reader:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.root: Element | None = None
        self.namespace = ""
        self._open: list[Element] = []
        self._count = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, tag = name.rpartition(" ")
        line = self.parser.CurrentLineNumber
        self._count += 1
        if self._count > MOST_ELEMENTS or len(self._open) >= DEEPEST:
            raise unreadable("XML 的内容太多或嵌套太深。", line=line, remedy="请银行拆分后提供。")
        element = Element(tag, attributes, line)
        if self._open:
            self._open[-1].children.append(element)
            if namespace != self.namespace:
                element.tag = f"{namespace}:{tag}"  # a stranger is never taken for one of ours
        else:
            self.root, self.namespace = element, namespace
        self._open.append(element)

    def _end(self, name: str) -> None:
        element = self._open.pop()
        element.text = element.text.strip()

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].text += text

    def _doctype(self, *_: object) -> None:
        raise _no_doctype(self.parser.CurrentLineNumber)


def _no_doctype(line: int) -> UnreadableFile:
    return unreadable(
        "有文档类型声明（DTD），银行报文不应该有，没有采用。",
        line=line,
        remedy="请确认文件确由银行提供，并向银行重新索取。",
    )


def _as_utf8(data: bytes) -> bytes:
    """The same text in UTF-8: expat itself does not know the Chinese encodings."""
    said = _DECLARATION.match(data)
    if said is None or said[1].decode().lower() not in _CHINESE:
        return data
    return data[said.end() :].decode("gb18030").encode()
