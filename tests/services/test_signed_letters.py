"""Letters stamped with a seal that has a certificate are signed; what was changed after that is told apart."""

from __future__ import annotations

import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from documents.test_signing import WORD, Issuer, named
from services.case_bench import PASSWORD, XUNWU, XW, CaseBench, make_bench
from tools import need

from caseworker.documents.seal import sample_seal_png
from caseworker.errors import InvalidInput, Refusal
from caseworker.services.views import DocumentRow

NOW = datetime(2023, 6, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CaseBench:
    bench = make_bench(tmp_path_factory.mktemp("office"), date(2023, 6, 1))
    bench["keeper"].documents.load_seal("公章", sample_seal_png())
    return bench


@pytest.fixture(scope="module")
def p12() -> bytes:
    issuer = Issuer(ec.generate_private_key(ec.SECP256R1()), named("测试机构"))
    return issuer.office(start=NOW - timedelta(days=400), end=NOW + timedelta(days=400))


def letter(bench: CaseBench, name: str) -> DocumentRow:
    case = bench.to_payment(bench.xw_company(name=name), XUNWU, XW)
    return bench.clerk.documents.make("decision", case_id=case)


def test_from_loading_to_a_signed_letter_and_back(bench: CaseBench, p12: bytes, tmp_path: Path) -> None:
    keeper = bench["keeper"].documents
    (seal,) = keeper.seals()
    assert (seal.certificate, seal.certificate_until) == ("", None)
    before = bench.clerk.audit.page().total
    with pytest.raises(InvalidInput, match="密码不正确"):
        keeper.load_certificate(seal.id, p12, "wrong")
    assert bench.clerk.audit.page().total == before
    made = keeper.load_certificate(seal.id, p12, WORD)
    (seal,) = keeper.seals()
    assert (seal.certificate, seal.certificate_until) == (made.subject, made.valid_to.date())
    row = letter(bench, "甲一客服有限公司")
    for passphrase in (None, "", "wrong"):
        with pytest.raises(InvalidInput):
            keeper.seal(row.id, seal.id, PASSWORD, passphrase=passphrase)
    assert not bench.clerk.documents.get(row.id).sealed
    assert keeper.seal(row.id, seal.id, PASSWORD, passphrase=WORD).sealed
    path = bench.clerk.documents.export(row.id, tmp_path / "signed.pdf")
    said = subprocess.run([need("pdfsig"), "-nocert", str(path)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    found = bench.clerk.documents.verify(path)
    assert (found.verdict, "签名后未被改动" in found.message) == ("unchanged", True)
    data = path.read_bytes()
    path.write_bytes(data + b"\n%x\n")
    found = bench.clerk.documents.verify(path)
    assert (found.verdict, "又添加过内容" in found.message) == ("changed", True)
    middle = data.index(b"stream") + 40
    path.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
    assert "已失效" in bench.clerk.documents.verify(path).message
    keeper.remove_certificate(seal.id, "证书到期换新")
    with pytest.raises(Refusal, match="没有证书"):
        keeper.remove_certificate(seal.id, "再来")
    other = letter(bench, "乙二客服有限公司")
    keeper.seal(other.id, seal.id, PASSWORD)
    plain = bench.clerk.documents.export(other.id, tmp_path / "plain.pdf")
    assert "签名" not in bench.clerk.documents.verify(plain).message
    assert bench.clerk.audit.verify()[0]


def test_an_expired_certificate_stops_the_seal(bench: CaseBench, p12: bytes) -> None:
    keeper = bench["keeper"].documents
    (seal,) = keeper.seals()
    keeper.load_certificate(seal.id, p12, WORD)
    row = letter(bench, "丙三客服有限公司")
    today = bench.clock.today()
    bench.clock.set_day(date(2024, 12, 31))
    try:
        with pytest.raises(InvalidInput) as said:
            keeper.seal(row.id, seal.id, PASSWORD, passphrase=WORD)
        assert "有效期至" in said.value.problems[0].message
        assert not bench.clerk.documents.get(row.id).sealed
    finally:
        bench.clock.set_day(today)
        keeper.remove_certificate(seal.id, "测试结束")
