"""What a dossier's form must hold: checked field by field, all at once, in words."""

from __future__ import annotations

import dataclasses
import re

from caseworker.errors import Problem
from caseworker.services.base import text_problem
from caseworker.services.views import PartyForm
from caseworker.values import account, id_number, uscc

PARTY_KINDS = {"company": "企业", "school": "院校", "person": "个人", "service-body": "招商服务主体"}

MAX_TEXT = 200  # longer than any company's name or address; longer input is a pasted mistake

MAX_NOTE = 2000


def tidy(form: PartyForm) -> PartyForm:
    """The form with spaces at the ends removed, codes and numbers in half width and upper case."""
    changes: dict[str, object] = {}
    for field in dataclasses.fields(form):
        value = getattr(form, field.name)
        if isinstance(value, str):
            changes[field.name] = value.strip()
    changes["code"] = uscc.normalise(form.code) if form.kind != "person" else id_number.normalise(form.code)
    changes["legal_representative_id"] = id_number.normalise(form.legal_representative_id)
    changes["account_number"] = account.normalise(form.account_number)
    changes["bank_code"] = account.normalise(form.bank_code)
    return dataclasses.replace(form, **changes)  # type: ignore[arg-type]


def form_problems(form: PartyForm) -> tuple[Problem, ...]:
    """Everything that keeps the form from being saved. Expects a tidied form."""
    problems: list[Problem] = []

    def wrong(field: str, message: str) -> None:
        if all(problem.path != field for problem in problems):
            problems.append(Problem(field, message))

    for field in dataclasses.fields(form):
        value = getattr(form, field.name)
        if isinstance(value, str):
            long = field.name == "note"
            trouble = text_problem(value, MAX_NOTE if long else MAX_TEXT, lines=long)
            if trouble:
                wrong(field.name, trouble)
    if form.kind not in PARTY_KINDS:
        wrong("kind", "请选择档案类型。")
    if not form.name:
        wrong("name", "请填写名称。")
    if not form.code:
        wrong("code", "请填写统一社会信用代码。" if form.kind != "person" else "请填写证件号码。")
    elif form.kind != "person":
        trouble = uscc.form_problem(form.code)
        if trouble:
            wrong("code", trouble)
    else:
        trouble = id_number.read(form.code).problem
        if trouble and not form.code_accepted_reason:
            wrong("code", f"{trouble}如确属本人证件号码，请写明采信理由。")
    if form.account_number:
        trouble = account.problem(form.account_number)
        if trouble:
            wrong("account_number", trouble)
        if not form.account_name:
            wrong("account_name", "有账号时请填写户名。")
        if not form.bank_name:
            wrong("bank_name", "有账号时请填写开户行全称。")
    if form.account_name and form.kind != "person" and form.name and form.account_name != form.name:
        wrong("account_name", "户名须与单位名称一致。")
    if form.bank_code and not re.fullmatch(r"\d{12}", form.bank_code, re.ASCII):
        wrong("bank_code", "联行号为 12 位数字。")
    if form.phone and not re.fullmatch(r"[0-9+\-()（） 转,，;；、]{5,60}", form.phone):
        wrong("phone", "电话只能有数字和 + - ( ) 转。")
    return tuple(problems)


def form_warnings(form: PartyForm) -> tuple[str, ...]:
    """What a clerk should look at again, though it can be saved."""
    warnings: list[str] = []
    if form.code and form.kind != "person" and not uscc.form_problem(form.code) and not uscc.check_digit_ok(form.code):
        warnings.append("统一社会信用代码的校验位不符，请与营业执照原件核对。")
    if form.code and form.kind == "person":
        trouble = id_number.read(form.code).problem
        if trouble:
            warnings.append(f"证件号码：{trouble}")
    if form.legal_representative_id:
        trouble = id_number.read(form.legal_representative_id).problem
        if trouble:
            warnings.append(f"法定代表人证件号码：{trouble}")
    return tuple(warnings)
