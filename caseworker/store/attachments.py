"""Attachments on disk: one encrypted file for each content, found by the SHA-256 of the plain bytes.

The name on disk is a keyed hash of that SHA-256. A plain SHA-256 would tell anybody who holds a copy of some paper
(a form, a contract, an ID card scan) that this office holds it too.

Layout of a file: 4 bytes mark, 16 bytes salt, then chunks of up to 1 MiB, each with its 16-byte tag. Every file has its
own key (from the salt), so chunk numbers serve as nonces; the nonce also says whether a chunk is the last one, so that
a cut-off, reordered or lengthened file fails.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import io
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from caseworker.errors import Cancelled, EnvironmentFault, FaultKind
from caseworker.store.atomic import PART, publish
from caseworker.store.faults import fault, translated
from caseworker.store.keys import DataKey

CHUNK = 1 << 20
_MARK = b"CWA1"
_SALT = 16
_TAG = 16
_NAME = re.compile(r"[0-9a-f]{64}", re.ASCII)

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


class AttachmentStore:
    """The attachments folder of one office. Safe to use from several threads."""

    def __init__(self, folder: Path, key: DataKey, random: Callable[[int], bytes] = os.urandom) -> None:
        self.folder = folder
        self._random = random
        self._content_key = key.derive("attachments")
        self._name_key = key.derive("attachment-names")

    def put(
        self, source: Path | bytes, *, progress: Progress | None = None, cancelled: Cancel | None = None
    ) -> tuple[str, int]:
        """Stores a file or bytes and returns (SHA-256 in hex, size in bytes) of the plain content.

        Storing the same content again keeps the one copy. `progress` counts bytes. Nothing stays behind on a
        failure. Raises EnvironmentFault (disk full, source missing or in use) and Cancelled.
        """
        with contextlib.ExitStack() as stack:
            if isinstance(source, bytes):
                plain: IO[bytes] = io.BytesIO(source)
                total = len(source)
            else:
                with translated(source):
                    plain = stack.enter_context(source.open("rb"))
                    total = os.fstat(plain.fileno()).st_size
            with translated(self.folder):
                self.folder.mkdir(exist_ok=True)
                part = self.folder / f"{self._random(16).hex()}{PART}"
                try:
                    digest, size = self._encrypt(plain, part, total, progress, cancelled)
                    self._settle(part, digest)
                except BaseException:
                    with contextlib.suppress(OSError):
                        part.unlink()
                    raise
        return digest, size

    def get(self, sha256: str) -> bytes:
        """The plain bytes. EnvironmentFault MISSING or CORRUPT."""
        return b"".join(self.chunks(sha256))

    def chunks(self, sha256: str) -> Iterator[bytes]:
        """The plain content piece by piece, for large files. Damage is raised at the piece where it is found."""
        path = self.path_of(sha256)
        with translated(path), path.open("rb") as source:
            digest = hashlib.sha256()
            for piece in self._decrypt(source, path):
                digest.update(piece)
                yield piece
            if digest.hexdigest() != sha256:
                raise fault(FaultKind.CORRUPT, path)

    def verify(self, sha256: str) -> EnvironmentFault | None:
        """None when the stored content is whole, otherwise what is wrong with it."""
        try:
            for _ in self.chunks(sha256):
                pass
        except EnvironmentFault as found:
            return found
        return None

    def path_of(self, sha256: str) -> Path:
        """Where the content of this SHA-256 lies, encrypted, whether or not it is there."""
        if not _NAME.fullmatch(sha256):
            raise ValueError("not a SHA-256 in lower-case hex")
        name = hmac.new(self._name_key, bytes.fromhex(sha256), hashlib.sha256).hexdigest()
        return self.folder / name[:2] / name

    def sweep(self) -> int:
        """Removes what an interrupted put left behind. Only while the office's lock is held and nobody stores."""
        left = list(self.folder.glob(f"*{PART}"))
        with translated(self.folder):
            for part in left:
                part.unlink(missing_ok=True)
        return len(left)

    def _settle(self, part: Path, digest: str) -> None:
        target = self.path_of(digest)
        if target.exists() and self.verify(digest) is None:
            part.unlink()
            return
        target.parent.mkdir(exist_ok=True)
        publish(part, target)

    def _encrypt(
        self, plain: IO[bytes], part: Path, total: int, progress: Progress | None, cancelled: Cancel | None
    ) -> tuple[str, int]:
        salt = self._random(_SALT)
        cipher = self._cipher(salt)
        digest, size, number = hashlib.sha256(), 0, 0
        with part.open("xb") as out:
            out.write(_MARK + salt)
            piece = plain.read(CHUNK)
            while True:
                if cancelled is not None and cancelled():
                    raise Cancelled
                following = plain.read(CHUNK)
                out.write(cipher.encrypt(_nonce(number, last=not following), piece, _MARK))
                digest.update(piece)
                size += len(piece)
                number += 1
                if progress is not None:
                    progress(size, max(total, size))
                if not following:
                    break
                piece = following
            out.flush()
            os.fsync(out.fileno())
        return digest.hexdigest(), size

    def _decrypt(self, source: IO[bytes], path: Path) -> Iterator[bytes]:
        opening = source.read(len(_MARK) + _SALT)
        if len(opening) != len(_MARK) + _SALT or not opening.startswith(_MARK):
            raise fault(FaultKind.CORRUPT, path)
        cipher = self._cipher(opening[len(_MARK) :])
        number = 0
        sealed = source.read(CHUNK + _TAG)
        while True:
            following = source.read(CHUNK + _TAG)
            try:
                yield cipher.decrypt(_nonce(number, last=not following), sealed, _MARK)
            except InvalidTag as error:
                raise fault(FaultKind.CORRUPT, path) from error
            if not following:
                return
            sealed, number = following, number + 1

    def _cipher(self, salt: bytes) -> AESGCM:
        info = b"caseworker attachment file 1"
        return AESGCM(HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=info).derive(self._content_key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + (b"\x01" if last else b"\x00")
