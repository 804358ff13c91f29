"""The window: `caseworker-desktop [--office FILE | --sample]`."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from caseworker.desktop.context import PracticeHint
    from caseworker.desktop.theme import Theme


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the window until it is closed. Exit status 0, 2 for bad usage, 3 when the sample office cannot be made."""
    parser = argparse.ArgumentParser(prog="caseworker-desktop", description="兑现台：产业扶持资金办件台")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--office", type=Path, metavar="FILE", help="机构文件")
    which.add_argument("--sample", action="store_true", help="打开演示机构（没有则先建立）")
    parser.add_argument("--sample-folder", type=Path, metavar="DIR", help="演示机构所在文件夹")
    wanted = parser.parse_args(argv)

    from caseworker.desktop.window import Window
    from caseworker.errors import CaseworkerError

    application = make_application()
    start_log()
    theme = make_theme(application)
    office: Path | None = wanted.office
    hint: PracticeHint = ()
    if wanted.sample:
        try:
            office, hint = sample(wanted.sample_folder or data_folder() / "演示机构")
        except CaseworkerError as error:
            print(error.message, file=sys.stderr)
            return error.exit_status
    window = Window(theme, office, hint)
    sys.excepthook = lambda _kind, error, _trace: window.bug(error)
    window.show()
    return application.exec()


def make_application() -> QApplication:
    """The application in Chinese: dialogs and standard buttons too."""
    from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
    from PySide6.QtWidgets import QApplication

    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Desk")
    application.setApplicationDisplayName("兑现台")
    application.setOrganizationName("Caseworker")
    chinese = QLocale(QLocale.Language.Chinese, QLocale.Country.China)
    QLocale.setDefault(chinese)
    translator = QTranslator(application)
    if translator.load(chinese, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(translator)
    return application


def make_theme(application: QApplication) -> Theme:
    from caseworker.desktop import memory
    from caseworker.desktop.theme import Theme

    return Theme(application, memory.theme_mode())


def data_folder() -> Path:
    """Where this user's data lies: %LOCALAPPDATA% on Windows, ~/.local/share elsewhere."""
    from PySide6.QtCore import QStandardPaths

    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation))


def start_log() -> None:
    """A log of what broke, without personal data; kept small."""
    folder = data_folder() / "logs"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(folder / "desk.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8")
    except OSError:
        return  # no log is no reason not to work
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    log = logging.getLogger("caseworker")
    log.addHandler(handler)
    log.setLevel(logging.INFO)


def sample(folder: Path) -> tuple[Path, PracticeHint]:
    """The sample office, made when it is not there, and its users with the passwords the login screen shows."""
    from caseworker.services.sample import ensure_sample

    office = ensure_sample(folder)
    return office.path, tuple((user.login, user.name, user.role_names(), user.password) for user in office.users)


if __name__ == "__main__":
    sys.exit(main())
