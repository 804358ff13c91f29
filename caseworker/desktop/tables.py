"""One table model for every list: columns are data, rows come in pages from a provider in a worker.

Rows already shown stay until their successors arrive, and the model says only what changed
(rows in, rows out, data changed), so that selection and scrolling stay where they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from caseworker.desktop.words import shown
from caseworker.services.views import Page

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex
PAGE = 100
SORT_ROLE = Qt.ItemDataRole.UserRole
TONE_ROLE = Qt.ItemDataRole.UserRole + 1
MARK_ROLE = Qt.ItemDataRole.UserRole + 2
LEFT, RIGHT, CENTER = (
    Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    Qt.AlignmentFlag.AlignCenter,
)


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """`get` gives the native value, `show` its words. `sort` is the provider's key, None where it cannot sort.

    `width` is in characters of Chinese text. `tone` gives a chip's palette role (red, amber, green, accent, quiet).
    """

    title: str
    get: Callable[[R], Any]
    sort: str | None = None
    align: Qt.AlignmentFlag = LEFT
    width: int = 8
    show: Callable[[Any], str] = shown
    tone: Callable[[R], str] | None = None
    stretch: bool = False


class Provider(Protocol[R]):
    """Fetches rows `offset` … `offset + limit`; called in a worker. `sort` is a column's key or None."""

    def __call__(self, offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[R]: ...


class Fetcher(Protocol):
    """Runs a call elsewhere and brings its answer back to the GUI thread: `Runner.ask` on the screen."""

    def __call__(
        self,
        label: str,
        call: Callable[[], Any],
        owner: QObject | None,
        success: Callable[[Any], None] | None = None,
        failure: Callable[[Any], bool | None] | None = None,
    ) -> object: ...


class PagedTableModel(QAbstractTableModel, Generic[R]):
    """Rows of a provider. Nothing is fetched until `refresh`."""

    loaded = Signal()  # a page has arrived
    failed = Signal()

    def __init__(
        self,
        columns: tuple[Column[R], ...],
        provider: Provider[R],
        fetch: Fetcher,
        parent: QObject | None = None,
        sort: str | None = None,
        descending: bool = False,
    ) -> None:
        super().__init__(parent)
        self.columns = columns
        self._provider = provider
        self._fetch = fetch
        self._pages: dict[int, tuple[R, ...]] = {}
        self._stale: set[int] = set()
        self._in_flight: set[int] = set()
        self._missing: set[int] = set()  # failed to come; not asked for again before a refresh
        self._total = 0
        self._query = 0  # answers to an older query are dropped
        self._ready = False
        self.search = ""
        self.sort_key = sort
        self.descending = descending
        self._wanted: set[int] = set()
        self._first_visible = 0
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(0)
        self._gather.timeout.connect(self._fetch_wanted)

    # ---- what Qt asks ------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return column.align
        row = self.row(index.row())
        if row is None:
            return "…" if role == Qt.ItemDataRole.DisplayRole and index.column() == 0 else None
        if role == Qt.ItemDataRole.DisplayRole:
            return column.show(column.get(row))
        if role == SORT_ROLE:
            return column.get(row)
        if role == TONE_ROLE and column.tone is not None:
            return column.tone(row)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.columns[section].align
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        key = self.columns[column].sort if 0 <= column < len(self.columns) else None
        if key is None:
            return
        descending = order == Qt.SortOrder.DescendingOrder
        if (key, descending) != (self.sort_key, self.descending):
            self.sort_key, self.descending = key, descending
            self.refresh()

    # ---- what screens ask --------------------------------------------------------------

    def row(self, number: int) -> R | None:
        """The row at a place in the list, or None while its page is on the way."""
        page, place = divmod(number, PAGE)
        if page not in self._pages or page in self._stale:
            self._want(page)
        rows = self._pages.get(page, ())
        return rows[place] if place < len(rows) else None

    @property
    def ready(self) -> bool:
        """An answer to some query has arrived: an empty list is empty, not on the way."""
        return self._ready

    @property
    def settled(self) -> bool:
        return not self._in_flight and not self._wanted

    def set_search(self, text: str) -> None:
        if text != self.search:
            self.search = text
            self.refresh()

    def set_provider(self, provider: Provider[R]) -> None:
        self._provider = provider
        self.refresh()

    def refresh(self) -> None:
        """Asks again. What is shown stays until the answer is here."""
        self._query += 1
        self._in_flight.clear()
        self._wanted.clear()
        self._missing.clear()
        self._stale = set(self._pages)
        self._want(min(self._first_visible, max(0, self._total - 1)) // PAGE)

    def reader(self) -> Callable[[int, int], Page[R]]:
        """Reads rows (offset, limit) by the filter and order of this moment; for a worker."""
        provider, sort, descending, search = self._provider, self.sort_key, self.descending, self.search
        return lambda offset, limit: provider(offset, limit, sort, descending, search)

    def look_at(self, first: int) -> None:
        """The view says which row is at the top, so that a refresh fetches that page first."""
        self._first_visible = max(0, first)

    # ---- pages on their way ------------------------------------------------------------

    def _want(self, page: int) -> None:
        if page not in self._in_flight and page not in self._missing:
            self._wanted.add(page)
            self._gather.start()

    def _fetch_wanted(self) -> None:
        for page in sorted(self._wanted):
            self._start(page)
        self._wanted.clear()

    def _start(self, page: int) -> None:
        query, sort, descending, search, provider = (
            self._query, self.sort_key, self.descending, self.search, self._provider,
        )  # fmt: skip
        self._in_flight.add(page)
        self._fetch(
            "正在读取…",
            lambda: provider(page * PAGE, PAGE, sort, descending, search),
            self,
            lambda answer: self._arrived(query, page, answer),
            lambda _trouble: self._missed(query, page),
        )

    def _missed(self, query: int, page: int) -> bool:
        if query == self._query:
            self._in_flight.discard(page)
            self._missing.add(page)
            self.failed.emit()
            return False
        return True  # an old question: nobody cares

    def _arrived(self, query: int, page: int, answer: Page[R]) -> None:
        if query != self._query:
            return
        self._in_flight.discard(page)
        self._ready = True
        if answer.total != self._total:
            self._resize(answer.total)
        self._pages[page] = answer.rows
        self._stale.discard(page)
        first = page * PAGE
        last = min(first + max(len(answer.rows), PAGE), self._total) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))
        elif self._total:  # the list shrank under the view: its last page is wanted instead
            self._want((self._total - 1) // PAGE)
        self.loaded.emit()

    def _resize(self, total: int) -> None:
        if total > self._total:
            self.beginInsertRows(QModelIndex(), self._total, total - 1)
            self._total = total
            self.endInsertRows()
        else:
            self.beginRemoveRows(QModelIndex(), total, self._total - 1)
            self._total = total
            self._pages = {page: rows for page, rows in self._pages.items() if page * PAGE < total}
            self._stale &= set(self._pages)
            self.endRemoveRows()


def listed(rows: tuple[R, ...], columns: tuple[Column[R], ...]) -> Provider[R]:
    """A provider over rows already at hand (short lists inside a record): sorts and searches here."""
    by_key = {column.sort: column for column in columns if column.sort is not None}

    def provide(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[R]:
        found = list(rows)
        if search:
            wanted = search.casefold()
            found = [
                row for row in found if any(wanted in column.show(column.get(row)).casefold() for column in columns)
            ]
        if sort in by_key:
            get = by_key[sort].get
            known = [row for row in found if get(row) is not None]
            found = sorted(known, key=get, reverse=descending) + [row for row in found if get(row) is None]
        return Page(tuple(found[offset : offset + limit]), len(found), offset)

    return provide
