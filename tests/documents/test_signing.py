"""Signed PDFs: valid for pdfsig, broken by one byte, refused for certificates that would frighten a clerk."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from tools import need

from caseworker.documents import decision, signing
from caseworker.documents.decision import DecisionLetter
from caseworker.documents.faces import FaceSet
from caseworker.errors import InvalidInput

NOW = datetime(2023, 7, 3, 2, 0, tzinfo=UTC)
WORD = "证书-密码-1"


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@dataclass(frozen=True)
class Issuer:
    """A made authority for tests: no reader knows it."""

    key: ec.EllipticCurvePrivateKey
    name: x509.Name

    def office(
        self,
        name: str = "寻乌县客服办（样章）",
        *,
        key: object = None,
        start: datetime = NOW - timedelta(days=30),
        end: datetime = NOW + timedelta(days=365),
        signs: bool = True,
        own: bool = False,
    ) -> bytes:
        key = key or ec.generate_private_key(ec.SECP256R1())
        made = (
            x509.CertificateBuilder()
            .subject_name(named(name))
            .issuer_name(named(name) if own else self.name)
            .public_key(key.public_key())  # type: ignore[attr-defined]
            .serial_number(0xABC123)
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=signs,
                    content_commitment=signs,
                    key_encipherment=not signs,
                    data_encipherment=False,
                    key_agreement=False,
                    key_cert_sign=False,
                    crl_sign=False,
                    encipher_only=False,
                    decipher_only=False,
                ),
                critical=True,
            )
        )
        certificate = made.sign(
            key if own else self.key, None if own and isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
        )  # type: ignore[arg-type]
        return pkcs12.serialize_key_and_certificates(
            b"office",
            key,
            certificate,
            None,
            BestAvailableEncryption(WORD.encode()),  # type: ignore[arg-type]
        )


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer(ec.generate_private_key(ec.SECP256R1()), named("测试机构"))


@pytest.fixture
def signed(letter: DecisionLetter, bundled: FaceSet, issuer: Issuer) -> bytes:
    return signing.sign(
        decision.render(letter, bundled), issuer.office(), WORD, reason="用印 1", place="寻乌县", at=NOW
    )


def test_a_signed_letter_is_valid_for_a_reader(signed: bytes, tmp_path: Path) -> None:
    assert signing.signatures_of(signed) == (signing.Signature("寻乌县客服办（样章）", "ABC123", True, True),)
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    said = subprocess.run([need("pdfsig"), "-nocert", str(path)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said


def test_what_was_changed_is_seen(signed: bytes, letter: DecisionLetter, bundled: FaceSet) -> None:
    plain = decision.render(letter, bundled)
    assert signing.signatures_of(plain) == ()
    at = signed.index(b"/MediaBox") + 12
    changed = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
    assert [one.intact for one in signing.signatures_of(changed)] in ([False], [])
    middle = len(plain) // 2
    changed = signed[:middle] + bytes([signed[middle] ^ 0x20]) + signed[middle + 1 :]
    (one,) = signing.signatures_of(changed)
    assert not one.intact
    (grown,) = signing.signatures_of(signed + b"\n% more\n")
    assert not grown.whole
    for piece in (signed[: len(signed) // 2], b"%PDF-1.4 /ByteRange", b"/ByteRange", b""):
        assert all(not found.intact for found in signing.signatures_of(piece))


def test_certificates_that_are_refused(issuer: Issuer) -> None:
    good = issuer.office()
    assert signing.read_certificate(good, WORD, NOW).issuer == "测试机构"
    weak = rsa.generate_private_key(65537, 1024)
    cases = {
        "密码不正确": (good, "wrong"),
        "不是": (b"not a certificate", WORD),
        "有效期至": (issuer.office(end=NOW - timedelta(seconds=1)), WORD),
        "不在有效期内": (issuer.office(start=NOW + timedelta(seconds=1)), WORD),
        "用途不含": (issuer.office(signs=False), WORD),
        "自己签发": (issuer.office("寻乌县客服办", own=True), WORD),
        "太短": (issuer.office(key=weak), WORD),
        "算法": (issuer.office(key=ed25519.Ed25519PrivateKey.generate()), WORD),
    }
    for words, (data, passphrase) in cases.items():
        with pytest.raises(InvalidInput) as said:
            signing.read_certificate(data, passphrase, NOW)
        assert words in " ".join(problem.message for problem in said.value.problems)
    assert signing.read_certificate(issuer.office("样章", own=True), WORD, NOW).subject == "样章"
    several = issuer.office("自签", own=True, end=NOW - timedelta(days=1), signs=False)
    with pytest.raises(InvalidInput) as said:
        signing.read_certificate(several, WORD, NOW)
    assert len(said.value.problems) == 3
    for edge in (NOW - timedelta(days=30), NOW + timedelta(days=365)):
        signing.read_certificate(good, WORD, edge)
    for damaged in (good[:-40], good[:200], good[:300] + b"\x00" * 50 + good[350:]):
        with pytest.raises(InvalidInput):
            signing.read_certificate(damaged, WORD, NOW)
    bare = pkcs12.serialize_key_and_certificates(
        b"x", ec.generate_private_key(ec.SECP256R1()), None, None, NoEncryption()
    )
    with pytest.raises(InvalidInput):
        signing.read_certificate(bare, "", NOW)
