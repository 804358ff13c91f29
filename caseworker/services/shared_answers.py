"""Answers that take long to work out: kept a while, and worked out once however many ask at the same time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from caseworker.errors import Cancelled

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
_LOOK_AGAIN = 0.05  # seconds between two looks at whether the one who waits gave up


class SharedAnswers(Generic[K, V]):
    """Safe between threads. Who asks for what another is working out waits for it, and takes over if that one fails."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._under_way: dict[K, threading.Event] = {}

    def get(self, key: K, work: Callable[[], V], cancelled: Callable[[], bool] | None = None) -> V:
        """The kept answer, or that of `work`. Raises what `work` raises, and errors.Cancelled while it waits."""
        while True:
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
                other = self._under_way.get(key)
                if other is None:
                    mine = self._under_way[key] = threading.Event()
                    break
            while not other.wait(_LOOK_AGAIN):
                if cancelled is not None and cancelled():
                    raise Cancelled
        try:
            answer = work()
            with self._lock:
                self._kept[key] = answer
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            return answer
        finally:
            with self._lock:
                del self._under_way[key]
            mine.set()
