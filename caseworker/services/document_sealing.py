"""用印: the office's seals, applying one to a letter, entering a use by hand; each use is a line in the 用印登记."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.documents import signing
from caseworker.documents.seal import check_seal
from caseworker.documents.signing import Certificate as Certificate
from caseworker.errors import EnvironmentFault, FaultKind, InvalidInput, Problem, Refusal
from caseworker.services.base import reason_of, record, text_problem
from caseworker.services.document_build import rendered, restored_draft
from caseworker.services.document_kinds import DocumentKind
from caseworker.services.document_letter import used_seal
from caseworker.services.document_register import file_name, keep, kind_of, row_of
from caseworker.services.rights import require
from caseworker.services.views import DocumentRow, Role, SealView
from caseworker.store.models import Attachment, Decision, Document, Office, OversightAct, Recovery, Seal, SealUse
from caseworker.store.sequences import next_number

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


def seals(desk: Desk) -> tuple[SealView, ...]:
    """The seals that can be printed; one that is only used by hand has no picture and is not among them."""
    with desk.file.read() as session:
        query = select(Seal).where(Seal.retired_on.is_(None), Seal.attachment_id.is_not(None))
        rows = session.scalars(query.order_by(Seal.id))
        return tuple(
            SealView(
                row.id,
                row.name,
                row.diameter_tenths_mm / 10,
                row.certificate_name if row.certificate_id is not None else "",
                row.certificate_until if row.certificate_id is not None else None,
            )
            for row in rows
        )


def load_seal(desk: Desk, name: str, png: bytes, diameter_mm: float) -> int:
    """Takes in the office's own scanned seal. InvalidInput names everything wrong with the picture."""
    require(desk, Role.SEAL_KEEPER)
    name = _seal_name(name, "name")
    image = check_seal(png, diameter_mm)
    with desk.file.write(desk.actor, "seal.load") as work:
        attachment = keep(desk, work.session, f"{name}.png", "image/png", image.png)
        row = Seal(name=name, attachment_id=attachment.id, diameter_tenths_mm=round(image.diameter_mm * 10))
        work.session.add(row)
        work.session.flush()
        work.subject("seal", row.id)
        return row.id


def load_certificate(desk: Desk, seal_id: int, data: bytes, passphrase: str) -> Certificate:
    """The office's own certificate (PKCS#12) goes with a seal from now on; its passphrase is kept nowhere.

    InvalidInput (file, passphrase) for one that is not to be used, as `signing.read_certificate` says.
    """
    require(desk, Role.SEAL_KEEPER)
    certificate = signing.read_certificate(data, passphrase, signing.utc(desk.clock.now()))
    with desk.file.write(desk.actor, "seal.load-certificate") as work:
        seal = record(work.session, Seal, seal_id, "印章")
        work.subject("seal", seal.id)
        kept = keep(desk, work.session, f"{seal.name}.p12", "application/x-pkcs12", data)
        seal.certificate_id = kept.id
        seal.certificate_name = certificate.subject
        seal.certificate_until = certificate.valid_to.date()
        work.detail(certificate=certificate.subject, serial=certificate.serial, until=certificate.valid_to.date())
    return certificate


def remove_certificate(desk: Desk, seal_id: int, reason: str) -> None:
    """Stamped letters are no longer signed. Refusal where the seal has no certificate."""
    require(desk, Role.SEAL_KEEPER)
    reason = reason_of(reason, "请写明停用证书的原因。")
    with desk.file.write(desk.actor, "seal.remove-certificate", reason=reason) as work:
        seal = record(work.session, Seal, seal_id, "印章")
        work.subject("seal", seal.id)
        if seal.certificate_id is None:
            raise Refusal("no-certificate", f"印章“{seal.name}”没有证书。")
        work.detail(certificate=seal.certificate_name)
        seal.certificate_id, seal.certificate_name, seal.certificate_until = None, "", None


def apply_seal(
    desk: Desk, document_id: int, seal_id: int, password: str, copies: int, passphrase: str | None = None
) -> DocumentRow:
    """Applies the seal: the right, the password again, and a line in the 用印登记. The letter's words stay.

    Where the seal has a certificate the PDF is signed too, with the certificate's own passphrase.
    """
    require(desk, Role.SEAL_KEEPER)
    _may_seal(desk, password, copies)
    with desk.file.write(desk.actor, "document.seal") as work:
        session = work.session
        row, wanted = _to_be_sealed(session, document_id)
        seal = record(session, Seal, seal_id, "印章")
        if seal.retired_on is not None:
            raise Refusal("seal-retired", f"印章“{seal.name}”已停用。")
        if seal.attachment_id is None:
            raise Refusal("no-picture", f"印章“{seal.name}”没有图片，只能手工用印后登记。")
        image = record(session, Attachment, seal.attachment_id, "印章图片")
        picture = check_seal(desk.file.attachments.get(image.sha256), seal.diameter_tenths_mm / 10)
        draft = restored_draft(session, wanted, row)
        data = _signed(desk, session, seal, row, rendered(desk, session, draft, seal=picture), passphrase)
        kept = keep(desk, session, file_name(wanted, draft, "（已用印）"), wanted.media_type, data)
        row.sealed_attachment_id = kept.id
        _enter_use(desk, session, seal, row, copies)
        work.subject("document", row.id)
        work.detail(number=row.shown_number, copies=copies, sha256=hashlib.sha256(data).hexdigest())
        session.flush()
        return row_of(session, row)


def record_wet_seal(desk: Desk, document_id: int, seal_name: str, password: str, copies: int) -> DocumentRow:
    """登记手工用印: the printed letter was stamped by hand, for an office without a picture of its seal.

    The right, the password again, and a line in the 用印登记; the file stays as issued.
    """
    require(desk, Role.SEAL_KEEPER)
    name = _seal_name(seal_name, "seal_name")
    _may_seal(desk, password, copies)
    with desk.file.write(desk.actor, "document.wet-seal") as work:
        session = work.session
        row, wanted = _to_be_sealed(session, document_id)
        restored_draft(session, wanted, row)  # refuses what no longer has its digest
        by_hand = select(Seal).where(Seal.name == name, Seal.attachment_id.is_(None), Seal.retired_on.is_(None))
        seal = session.scalars(by_hand.order_by(Seal.id)).first()
        if seal is None:
            seal = Seal(name=name, attachment_id=None)
            session.add(seal)
            session.flush()
        _enter_use(desk, session, seal, row, copies)
        work.subject("document", row.id)
        work.detail(number=row.shown_number, copies=copies, seal=name)
        session.flush()
        return row_of(session, row)


def _signed(desk: Desk, session: Session, seal: Seal, row: Document, pdf: bytes, passphrase: str | None) -> bytes:
    """The stamped PDF, signed where the seal has a certificate."""
    if seal.certificate_id is None:
        return pdf
    if not passphrase:
        words = f"印章“{seal.name}”带有证书，请输入证书的密码。不再签名的，请先在“设置—印章”中停用证书。"
        raise InvalidInput(words, (Problem("passphrase", words),))
    certificate = record(session, Attachment, seal.certificate_id, "证书")
    return signing.sign(
        pdf,
        desk.file.attachments.get(certificate.sha256),
        passphrase,
        reason=f"{row.title}　{row.shown_number}".strip(),
        place=session.scalars(select(Office.region)).one(),
        at=signing.utc(desk.clock.now()),
    )


def _seal_name(name: str, field: str) -> str:
    name = name.strip()
    trouble = text_problem(name, 50) if name else "请填写印章名称。"
    if trouble:
        raise InvalidInput(trouble, (Problem(field, trouble),))
    return name


def _may_seal(desk: Desk, password: str, copies: int) -> None:
    if copies < 1:
        raise InvalidInput("份数至少为 1。", (Problem("copies", "份数至少为 1。"),))
    if not desk.file.check_password(desk.user.login, password):
        raise EnvironmentFault(FaultKind.WRONG_PASSWORD, "密码不正确，未用印。")


def _to_be_sealed(session: Session, document_id: int) -> tuple[Document, DocumentKind]:
    row = record(session, Document, document_id, "文书")
    wanted = kind_of(row.kind)
    if not wanted.sealed:
        raise Refusal("not-sealed-kind", f"{wanted.title}不用印。")
    if row.state != "issued":
        raise Refusal("not-issued", "这份文书已作废，不能用印。")
    if row.sealed_attachment_id is not None or used_seal(session, row.id):
        raise Refusal("already-sealed", f"{row.shown_number}已经用印。")
    return row, wanted


def _enter_use(desk: Desk, session: Session, seal: Seal, row: Document, copies: int) -> None:
    session.add(
        SealUse(
            number=next_number(session, "seal-use", 0),
            used_on=desk.clock.today(),
            seal_id=seal.id,
            document_id=row.id,
            copies=copies,
            applicant_id=row.made_by,
            approver_id=_approver(session, row),
            keeper_id=desk.user.id,
        )
    )


def _approver(session: Session, row: Document) -> int | None:
    """Who answers for what the letter says: who ordered the act or the recovery, else the head who decided."""
    if row.act_id is not None:
        return session.get_one(OversightAct, row.act_id).entered_by
    if row.recovery_id is not None:
        return session.get_one(Recovery, row.recovery_id).ordered_by
    if row.case_id is None:
        return None
    query = select(Decision.decided_by).where(Decision.case_id == row.case_id).order_by(Decision.id.desc())
    return session.scalars(query).first()
