"""A payment that the bank sent back because of the account: going out to the same account again wants a reason."""

from __future__ import annotations

# What banks write when an account does not take the money. Their words are free text, so any of these will do; a
# reason that is not stated may be one of them as well.
ABOUT_ACCOUNT = (
    "账号", "帐号", "账户", "帐户", "卡号", "户名", "户主", "姓名", "名称", "开户", "行号", "行名", "联行", "销户",
    "注销", "冻结", "止付", "挂失", "久悬", "睡眠户", "不符", "不存在", "查无", "无此", "非法", "收款人", "收款行",
    "收款银行", "不动户", "清户", "受控", "状态异常", "身份",
)  # fmt: skip
NOT_STATED = "回盘文件未写明原因"


def about_account(return_reason: str) -> bool:
    """Whether the account may be why it came back."""
    words = "".join(return_reason.split())
    return not words or words == NOT_STATED or any(one in words for one in ABOUT_ACCOUNT)


def same_account(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    """(name, bank, number) of both, white space and full-width brackets aside."""
    return all(_plain(a) == _plain(b) for a, b in zip(one, other, strict=True))


def _plain(text: str) -> str:
    return "".join(text.split()).replace("(", "（").replace(")", "）")
