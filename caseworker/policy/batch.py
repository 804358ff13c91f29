"""Many requests, one a line: one result a line, in order, in flat memory, never stopping at a bad line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from caseworker.errors import Cancelled
from caseworker.policy.calculate import calculate_json, dump_json
from caseworker.policy.model import Packs


def calculate_lines(lines: Iterable[bytes], packs: Packs, cancelled: Callable[[], bool] | None = None) -> Iterator[str]:
    """The result of each line as one line of JSON without its line end.

    `lines` are lines of a file opened in binary, with or without line ends (LF or CRLF). A blank line is a bad request
    like any other that is no JSON: line n of the answer always belongs to line n of the question. Raises Cancelled
    before the next line once `cancelled` says so.
    """
    for line in lines:
        if cancelled is not None and cancelled():
            raise Cancelled
        yield dump_json(calculate_json(line.rstrip(b"\r\n"), packs))
