"""A path or bytes -> a ``Source``, or the reason why the file is not text that can be read."""

from __future__ import annotations

from pathlib import Path

from bgen.base.diagnostic import Sink
from bgen.base.source import Source, Span

MAX_BYTES = 1_000_000
NOWHERE = Span(0, 0)

# Longest first: the mark of UTF-32 little-endian begins with the one of UTF-16.
_FOREIGN_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


def read_source(file: str | Path | bytes, name: str, sink: Sink) -> Source | None:
    """Decode UTF-8, with or without a byte order mark; line ends become ``\\n``."""
    if isinstance(file, bytes):
        data = file
    else:
        content = _read(Path(file), sink)
        if content is None:
            return None
        data = content
    text = _decode(data, sink)
    return None if text is None else Source(name, text.replace("\r\n", "\n").replace("\r", "\n"))


def _read(path: Path, sink: Sink) -> bytes | None:
    try:
        with path.open("rb") as stream:  # one byte more than allowed tells that there is more
            return stream.read(MAX_BYTES + 1)
    except IsADirectoryError:
        reason, remedy = "it is a folder", "name a `.bl` file inside it"
    except FileNotFoundError:
        reason, remedy = "there is no such file", "check the name and the working directory"
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        remedy = "check the name and the permissions of the file"
    sink.error("BL001", NOWHERE, f"cannot read the file: {reason}", help=remedy)
    return None


def _decode(data: bytes, sink: Sink) -> str | None:
    if len(data) > MAX_BYTES:
        sink.error(
            "BL003",
            NOWHERE,
            "the file is larger than 1 MB",
            help="a model is a page or two of text; is this the data file?",
        )
        return None
    encoding = _foreign_encoding(data)
    if encoding:
        sink.error(
            "BL004",
            NOWHERE,
            f"the file is encoded as {encoding}, not as UTF-8",
            help="save it as UTF-8 in your editor",
        )
        return None
    if b"\x00" in data:
        line = data.count(b"\n", 0, data.index(b"\x00")) + 1
        sink.error(
            "BL005",
            NOWHERE,
            f"line {line} holds a NUL byte: the file is not text",
            help="is this a compiled or a compressed file?",
        )
        return None
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as problem:
        _report_not_utf8(data, problem.start, sink)
        return None


def _foreign_encoding(data: bytes) -> str:
    for mark, encoding in _FOREIGN_MARKS:
        if data.startswith(mark):
            return encoding
    # Without a mark, UTF-16 shows as a NUL in every second byte of what is mostly ASCII.
    head = data[:512]
    if len(head) >= 4 and len(head) % 2 == 0:
        half = len(head) // 2
        if head[1::2].count(0) > 0.8 * half or head[::2].count(0) > 0.8 * half:
            return "UTF-16"
    return ""


def _report_not_utf8(data: bytes, at: int, sink: Sink) -> None:
    line_number = data.count(b"\n", 0, at) + 1
    line = data[data.rfind(b"\n", 0, at) + 1 :].split(b"\n", 1)[0]
    column = at - (data.rfind(b"\n", 0, at) + 1)
    word = line[max(0, column - 20) : column + 20].decode("latin-1").strip()
    sink.error(
        "BL006",
        NOWHERE,
        f"the file is not UTF-8: line {line_number} holds the byte 0x{data[at]:02x}",
        help="save the file as UTF-8 in your editor; if it is Latin-1 (or Windows-1252), "
        f"that line reads {word!r}",
    )
