"""The kinds of documents: the id that commands and the register use, and the title that people read."""

from __future__ import annotations

TITLES: dict[str, str] = {
    "application-form": "专项资金申请表",
    "acceptance": "受理通知书",
    "supplement": "材料补正一次性告知书",
    "refusal": "不予兑现决定书",
    "calculation": "测算表",
    "estimate": "测算表（仅供参考）",
    "decision": "兑现决定书",
    "public-notice": "公示",
    "payment-request": "拨款申请",
    "payment-notice": "拨付通知",
    "inquiry": "协查函",
    "rectification": "责令整改通知书",
    "suspension": "暂停拨付通知书",
    "resumption": "解除暂停拨付通知书",
    "criticism": "通报批评",
    "transfer": "移送函",
    "recovery": "追回通知书",
    "delivery-receipt": "送达回证",
    "seal-register": "用印登记表",
    "file-contents": "档案卷宗目录",
}

# Papers of the office itself: nobody's case, no number, in no register.
OFFICE_PAPERS: dict[str, str] = {
    "recovery-sheet": "恢复密钥",
    "program-sheet": "执行情况",
    "register-sheet": "登记簿打印件",
}
