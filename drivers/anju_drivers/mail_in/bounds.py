"""What of a mail is read at all: parsing costs grow with the square of some lengths, and whoever sends chooses them.

340 kB of one header's parameters take seconds, and 130,000 empty parts minutes. A camera's mail has a dozen headers of
a line or two, a text, and pictures, so more than that is cut away before anything is decoded.
"""

from __future__ import annotations

MAX_MAIL_BYTES = 1024 * 1024
MAX_LINES = 20_000  # a MiB of base64 has 13,800
MAX_LINE_BYTES = 16 * 1024  # HTML comes in one line
MAX_FIELDS = 100  # of one block of headers
MAX_FIELD_BYTES = 1_024  # with its continuation lines; one line has 998 at most (RFC 5322, 2.1.1)
MAX_MARKS = 256  # lines that begin as a boundary does
_NESTED = (b"message/", b"digest")  # types whose body begins with headers again


def bounded(content: bytes) -> bytes:
    """The mail without what is too long or too many. One pass; what is within the bounds is left as it is."""
    kept: list[bytes] = []
    marks = fields = size = 0
    in_head, is_nested = True, False
    for line in content[:MAX_MAIL_BYTES].split(b"\n", MAX_LINES)[:MAX_LINES]:
        if line.startswith(b"--"):
            marks += 1
            if marks > MAX_MARKS:
                break
            in_head, fields, size = True, 0, 0
            line = line[:MAX_FIELD_BYTES]
        elif in_head and not line.strip():
            in_head, fields, size = is_nested, 0, 0
        elif in_head:
            if line[:1] not in (b" ", b"\t"):
                fields += 1
                size = 0
            size += len(line)
            if fields > MAX_FIELDS:
                continue
            if size > MAX_FIELD_BYTES:
                line = line[: max(0, MAX_FIELD_BYTES - size + len(line))]
                if not line.strip():  # an empty line would end the headers
                    continue
            folded = line.lower()
            is_nested = is_nested or any(kind in folded for kind in _NESTED)
        kept.append(line[:MAX_LINE_BYTES])
    return b"\n".join(kept)
