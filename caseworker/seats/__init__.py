"""Pure: recognises valid seats (有效坐席, 大同 第二条) as an exact optimiser."""

from __future__ import annotations

from caseworker.seats.model import OnSeat, Person, Recognition, Rule, Seat
from caseworker.seats.recognise import MOST_PEOPLE, PROVEN_UP_TO, recognise
from caseworker.seats.request import Request, read_request, recognise_json

__all__ = [
    "MOST_PEOPLE",
    "PROVEN_UP_TO",
    "OnSeat",
    "Person",
    "Recognition",
    "Request",
    "Rule",
    "Seat",
    "read_request",
    "recognise",
    "recognise_json",
]
