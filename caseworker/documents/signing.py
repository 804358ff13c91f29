"""PDFs signed with the office's own certificate (PKCS#12), where it has one; and what a signature in a PDF says.

pyHanko is an extra: where it is not installed, letters are stamped and registered as ever and no certificate can be
loaded. Nothing is fetched from anywhere. The program never makes a certificate: readers flag one that nobody issued.
"""

from __future__ import annotations

import importlib.util
import io
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from caseworker.errors import InvalidInput, Problem, Refusal

SAMPLE_MARK = "样章"  # in the name of the sample office's certificate, which anybody may know to be none
_MOST_BYTES = 200_000
_FIELD = "OfficeSignature"


@dataclass(frozen=True, slots=True)
class Certificate:
    """Whose certificate it is, who issued it, its number in hexadecimal, and until when it is good (UTC)."""

    subject: str
    issuer: str
    serial: str
    valid_from: datetime
    valid_to: datetime


@dataclass(frozen=True, slots=True)
class Signature:
    """`intact`: nothing that it covers was changed. `whole`: nothing was added to the file after it."""

    signer: str
    serial: str
    intact: bool
    whole: bool


def available() -> bool:
    """Whether the extra that signs is installed."""
    return importlib.util.find_spec("pyhanko") is not None


def read_certificate(data: bytes, passphrase: str, at: datetime) -> Certificate:
    """The office's certificate out of a .p12 or .pfx. `at`: UTC.

    InvalidInput, with every problem, for a wrong passphrase, a file of another kind, one without its key, a
    certificate that is not good on that day, may not sign, or that nobody issued (made by oneself).
    """
    key, certificate = _opened(data, passphrase)
    problems = []
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        problems.append(
            Problem("file", "证书的算法不能用于签名 PDF（需要 RSA 或 ECDSA）。国密证书请用签章软件另行签署。")
        )
    elif isinstance(key, rsa.RSAPrivateKey) and key.key_size < 2048:
        problems.append(Problem("file", "证书的密钥太短（少于 2048 位），不安全。"))
    name = _name(certificate.subject)
    if certificate.issuer == certificate.subject and SAMPLE_MARK not in name:
        problems.append(
            Problem("file", "这是自己签发的证书，阅读软件会提示不可信。请使用由证书机构颁发给本单位的证书。")
        )
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        until = certificate.not_valid_after_utc.date()
        problems.append(Problem("file", f"证书不在有效期内（有效期至 {until}）。"))
    if not _may_sign(certificate):
        problems.append(Problem("file", "这张证书的用途不含数字签名。"))
    if problems:
        raise InvalidInput("证书不能使用。", tuple(problems))
    return Certificate(
        name,
        _name(certificate.issuer),
        f"{certificate.serial_number:X}",
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
    )


def sign(pdf: bytes, data: bytes, passphrase: str, *, reason: str, place: str, at: datetime) -> bytes:
    """The PDF with an unseen signature over all of it. `at`: UTC, the day the certificate must be good on.

    Refusal where the extra is not installed; InvalidInput as `read_certificate`.
    """
    read_certificate(data, passphrase, at)
    if not available():
        raise Refusal("no-signing", "本机的程序没有安装签名组件，不能用证书签名。文书已可照常打印和手工用印。")
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    signer = signers.SimpleSigner.load_pkcs12_data(data, other_certs=(), passphrase=passphrase.encode("utf-8"))
    about = signers.PdfSignatureMetadata(field_name=_FIELD, reason=reason, location=place, md_algorithm="sha256")
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    signers.PdfSigner(about, signer=signer).sign_pdf(writer, output=out)
    return out.getvalue()


def signatures_of(pdf: bytes) -> tuple[Signature, ...]:
    """Every signature in a PDF; none for a file that has none, is no PDF, or where the extra is not installed."""
    if b"/ByteRange" not in pdf or not available():
        return ()
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    found = []
    try:
        for embedded in PdfFileReader(io.BytesIO(pdf), strict=False).embedded_signatures:
            certificate = embedded.signer_cert
            try:
                embedded.compute_integrity_info(skip_diff=True)
                status = embedded.summarise_integrity_info()
                intact, whole = _integrity(embedded), status["coverage"] is SignatureCoverageLevel.ENTIRE_FILE
            except (SignatureValidationError, PdfError, ValueError):
                intact = whole = False
            name = str(certificate.subject.native.get("common_name", "")) if certificate is not None else ""
            serial = f"{certificate.serial_number:X}" if certificate is not None else ""
            found.append(Signature(name, serial, intact, whole))
    except (PdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return (*found, Signature("", "", False, False))  # it has a signature, and is broken
    return tuple(found)


def _integrity(embedded: object) -> bool:
    """Whether the bytes that are signed are those that were, by the key of the certificate inside."""
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    signed = embedded.signed_data  # type: ignore[attr-defined]
    info = embedded.signer_info  # type: ignore[attr-defined]
    digest = embedded.compute_digest()  # type: ignore[attr-defined]
    intact, valid = validate_sig_integrity(
        info,
        embedded.signer_cert,  # type: ignore[attr-defined]
        expected_content_type=signed["encap_content_info"]["content_type"].native,
        actual_digest=digest,
    )
    return bool(intact and valid)


def _opened(data: bytes, passphrase: str) -> tuple[object, x509.Certificate]:
    if len(data) > _MOST_BYTES:
        raise InvalidInput("证书文件太大，不像是证书。", (Problem("file", "请选择 .p12 或 .pfx 证书文件。"),))
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(data, passphrase.encode("utf-8"))
    except ValueError as error:
        words = "密码不正确，或者这不是 .p12、.pfx 证书文件。"
        raise InvalidInput(words, (Problem("passphrase", words),)) from error
    except Exception as error:  # a damaged file fails in many ways; none of them is worth a traceback
        words = "证书文件已损坏，或者不是 .p12、.pfx 证书文件。"
        raise InvalidInput(words, (Problem("file", words),)) from error
    if key is None or certificate is None:
        words = "文件中没有证书或没有它的私钥，请导出含私钥的 .p12 或 .pfx。"
        raise InvalidInput(words, (Problem("file", words),))
    return key, certificate


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def _name(name: x509.Name) -> str:
    common = name.get_attributes_for_oid(NameOID.COMMON_NAME) or name.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return str(common[0].value) if common else name.rfc4514_string()


def utc(moment: datetime) -> datetime:
    """A clock's moment as UTC; one without a zone is UTC already, as the store keeps them."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
