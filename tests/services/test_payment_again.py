"""Money that the bank sent back because of the account goes to the same account again only with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from services.case_bench import XUNWU, XW, CaseBench, make_bench

from caseworker.casework.payment_again import NOT_STATED, about_account, same_account
from caseworker.errors import Refusal

NAME = "寻乌县星河客服有限公司"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, date(2023, 6, 1))
    yield made
    made.clerk.close()


def sent_back(bench: CaseBench, folder: Path, why: str) -> tuple[int, int]:
    """(case, instalment): 780,000 yuan ordered and returned by the bank."""
    case = bench.to_payment(bench.xw_company(name=NAME), XUNWU, XW)
    bench.seal_letter(case)
    (due,) = bench.clerk.cases.get(case).instalments
    batch = bench.clerk.payments.order(XUNWU, [due.id])
    back(bench, batch.id, folder, why)
    return case, due.id


def back(bench: CaseBench, batch: int, folder: Path, why: str) -> None:
    (line,) = bench.clerk.returns.lines(batch)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = f"第{batch}批"  # the same bytes twice are the same file
    sheet.append(["收款人户名", "收款人账号", "交易金额", "处理状态", "失败原因", "交易日期"])
    sheet.append([line.payee, line.account_number, 780000, "退票", why, bench.clock.today().isoformat()])
    path = folder / f"回盘-{batch}.xlsx"
    book.save(path)
    bench.clerk.returns.take(batch, path)


@pytest.mark.parametrize("why", ["账号户名不符", "收款行行号有误", "该账户已销户", ""])
def test_the_same_account_again_asks_for_a_reason_and_keeps_it(bench: CaseBench, tmp_path: Path, why: str) -> None:
    _, due = sent_back(bench, tmp_path, why)
    order = bench.clerk.payments.order
    for reason in ("", "  "):
        with pytest.raises(Refusal) as asked:
            order(XUNWU, [due], same_account_reason=reason)
        assert asked.value.code == "same-account"
    assert f"曾被银行退回（{why or NOT_STATED}），收款账户没有改动" in asked.value.message
    (still,) = bench.clerk.payments.due()
    assert still[0].id == due, "nothing was ordered"
    batch = order(XUNWU, [due], same_account_reason="银行系统当日故障，已电话核对账户无误")
    (line,) = bench.clerk.returns.lines(batch.id)
    assert (line.state, line.reorder_reason) == ("ordered", "银行系统当日故障，已电话核对账户无误")
    entry = bench.clerk.audit.page().rows[0]
    assert (entry.action, entry.reason) == ("生成拨付批次", "银行系统当日故障，已电话核对账户无误")
    # sent back once more it is asked once more
    back(bench, batch.id, tmp_path, why)
    with pytest.raises(Refusal) as asked:
        order(XUNWU, [due])
    assert asked.value.code == "same-account"


def test_another_cause_or_another_account_asks_nothing(bench: CaseBench, tmp_path: Path) -> None:
    _, due = sent_back(bench, tmp_path, "超过当日限额")
    batch = bench.clerk.payments.order(XUNWU, [due], same_account_reason="多余的理由")
    (line,) = bench.clerk.returns.lines(batch.id)
    assert line.reorder_reason == "", "no reason is kept that was not asked for"
    back(bench, batch.id, tmp_path, "账号有误")
    party = bench.clerk.dossiers.page().rows[0].id
    detail = bench.clerk.dossiers.get(party)
    changed = replace(detail.form, account_number="6222020000000000001")
    bench.clerk.dossiers.update(party, detail.version, changed)
    with pytest.raises(Refusal, match="须作废原决定书、重新制作并用印"):
        bench.clerk.payments.order(XUNWU, [due])


def test_what_banks_write_of_accounts() -> None:
    for words in (
        "收款人信息有误",
        "长期不动户",
        "账状态异常",
        "户名不符",
        "帐号错误",
        "无此账户",
        "久悬户",
        "",
        NOT_STATED,
        "客户名称与账号不一致",
    ):
        assert about_account(words), words
    for words in ("超限额", "系统超时", "付款方余额不足", "重复提交"):
        assert not about_account(words), words
    account = ("甲公司（集团）", "中国银行", "6222 0000")
    assert same_account(account, ("甲公司(集团)", "中国 银行", "62220000"))
    assert not same_account(account, ("甲公司（集团）", "中国银行", "62220001"))
    assert not same_account(account, ("甲公司（集团）", "工商银行", "6222 0000"))
