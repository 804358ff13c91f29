"""Documents of one office: what can be made, the register, making, sealing, voiding, verifying."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

from caseworker.cli.cases import case_id
from caseworker.cli.common import Commands, add_act, add_json, desk_of, print_json, print_list, read_password
from caseworker.cli.deliveries import add_delivery
from caseworker.cli.document_batch import add_batch
from caseworker.errors import InvalidInput, Refusal
from caseworker.services import Desk
from caseworker.services.document_copies import save

# about -> the option that names the record
OPTIONS = {
    "case": "--case",
    "payment-batch": "--batch",
    "notice": "--notice",
    "act": "--record",
    "recovery": "--record",
    "document": "--document",
    "days": "--from --to",
}


def add_commands(commands: Commands) -> None:
    acts = commands.add_parser("document", help="文书").add_subparsers(dest="act", required=True, metavar="ACT")
    kinds = acts.add_parser("kinds", help="文书种类")
    add_json(kinds)
    kinds.set_defaults(run=_kinds)
    listing = add_act(acts, "list", "文书登记簿", _documents)
    listing.add_argument("--search", default="", help="按文号、标题、单位或办件编号")
    listing.add_argument("--kind", help="只列这一种，见 document kinds")
    make = add_act(acts, "make", "制作文书，或打印空白表格", _make)
    make.add_argument("kind", help="见 document kinds")
    make.add_argument("--case", metavar="NUMBER", help="办件")
    make.add_argument("--batch", type=int, metavar="ID", help="拨付批次")
    make.add_argument("--notice", type=int, metavar="ID", help="公示批次")
    make.add_argument("--record", type=int, metavar="ID", help="监管事项或追回的编号")
    make.add_argument("--document", type=int, metavar="ID", help="送达回证所对应文书的编号")
    make.add_argument("--from", dest="first_day", type=_day, metavar="YYYY-MM-DD", help="起始日期")
    make.add_argument("--to", dest="last_day", type=_day, metavar="YYYY-MM-DD", help="截止日期")
    make.add_argument(
        "--facts", type=Path, metavar="FILE", help="不立办件的估算：与 calculate 相同的 JSON，只用于 estimate"
    )
    make.add_argument("--blank", action="store_true", help="空白表格，不编号、不登记")
    make.add_argument("--policy", help="空白申请表的政策，机构只有一项政策时可省略")
    make.add_argument("--out", type=Path, metavar="FILE", required=True)
    save = add_act(acts, "save", "另存文书", _save)
    save.add_argument("id", type=int)
    save.add_argument("--out", type=Path, metavar="FILE", required=True)
    add_batch(acts)
    draft = add_act(acts, "draft", "可编辑的草稿（.docx）", _draft)
    draft.add_argument("kind", nargs="?", help="还没有制作的文书：种类，见 document kinds")
    draft.add_argument("--id", type=int, help="已登记的文书：编号")
    draft.add_argument("--case", metavar="NUMBER", help="办件")
    draft.add_argument("--batch", type=int, metavar="ID", help="拨付批次")
    draft.add_argument("--notice", type=int, metavar="ID", help="公示批次")
    draft.add_argument("--record", type=int, metavar="ID", help="监管事项或追回的编号")
    draft.add_argument("--out", type=Path, required=True, metavar="FILE")
    pre = add_act(acts, "preprinted", "套打：不印红头的 PDF，可按毫米移动", _preprinted)
    pre.add_argument("id", type=int)
    ruler = add_act(acts, "ruler", "打印位置测试页", _ruler)
    for one in (pre, ruler):
        one.add_argument("--right", type=float, default=0.0, metavar="MM", help="右移，负数为左移")
        one.add_argument("--down", type=float, default=0.0, metavar="MM", help="下移，负数为上移")
        one.add_argument("--out", type=Path, required=True, metavar="FILE")
    seal = add_act(acts, "seal", "用印（再次核对密码）", _seal)
    seal.add_argument("id", type=int)
    seal.add_argument("--seal", type=int, metavar="ID", help="印章，只有一枚时可省略")
    seal.add_argument("--copies", type=int, default=1)
    seal.add_argument("--passphrase-stdin", action="store_true", help="印章带证书时，从标准输入再读一行证书密码")
    certificate = add_act(acts, "load-certificate", "给印章载入本单位的签名证书（.p12、.pfx）", _load_certificate)
    certificate.add_argument("file", type=Path)
    certificate.add_argument("--seal", type=int, required=True, metavar="ID")
    remove = add_act(acts, "remove-certificate", "停用印章的签名证书", _remove_certificate)
    remove.add_argument("--seal", type=int, required=True, metavar="ID")
    remove.add_argument("--reason", required=True)
    wet = add_act(acts, "wet-seal", "登记手工用印（再次核对密码）", _wet_seal)
    wet.add_argument("id", type=int)
    wet.add_argument("--seal", required=True, metavar="NAME", help="所用印章的名称")
    wet.add_argument("--copies", type=int, default=1)
    add_delivery(acts)
    void = add_act(acts, "void", "作废文书", _void)
    void.add_argument("id", type=int)
    void.add_argument("--reason", required=True)
    anew = add_act(acts, "reissue", "作废并重新制作", _reissue)
    anew.add_argument("id", type=int)
    anew.add_argument("--reason", required=True)
    verify = add_act(acts, "verify", "核验文书", _verify)
    what = verify.add_mutually_exclusive_group(required=True)
    what.add_argument("--file", type=Path, metavar="FILE", help="PDF 或工作簿文件")
    what.add_argument("--text", help="二维码的内容")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2023-06-01 这样") from None


def _kinds(options: argparse.Namespace) -> None:
    from caseworker.services.document_kinds import KINDS

    if options.json:
        print_json(
            [
                {
                    "id": kind.id,
                    "name": kind.title,
                    "about": kind.about,
                    "numbered": kind.numbered,
                    "sealed": kind.sealed,
                    "once": kind.once,
                    "blank": kind.blank,
                }
                for kind in KINDS.values()
            ]
        )
        return
    rows = [(kind.id, kind.title, OPTIONS.get(kind.about, ""), kind.numbered, kind.blank) for kind in KINDS.values()]
    print_list(("标识", "文书", "指明记录", "编号", "可空白"), rows)


def _documents(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        page = desk.documents.page(search=options.search, kind=options.kind, limit=1000)
    if options.json:
        print_json(page)
        return
    rows = [(d.id, d.kind_name, d.shown_number, d.dated, d.party, d.state, d.sealed) for d in page.rows]
    print_list(("编号", "文书", "文号", "日期", "单位", "状态", "已用印"), rows)


def _make(options: argparse.Namespace) -> None:
    if options.blank or options.facts is not None:
        _unregistered(options)
        return
    with desk_of(options) as desk:
        row = desk.documents.make(options.kind, **_subject(options, desk))
        desk.documents.export(row.id, options.out)
    if options.json:
        print_json({"document": row, "file": str(options.out)})
    else:
        print(f"{row.kind_name} {row.shown_number}：{options.out}")


def _subject(options: argparse.Namespace, desk: Desk) -> dict[str, Any]:
    """The record that the options name, as `documents.make` takes it."""
    from caseworker.services.document_kinds import KINDS

    kind = KINDS.get(options.kind)
    about = "" if kind is None else kind.about
    if (options.first_day is None) != (options.last_day is None):
        raise InvalidInput("起止日期请用 --from 和 --to 一起指明。")
    return {
        "case_id": None if options.case is None else case_id(desk, options.case),
        "payment_batch_id": options.batch,
        "notice_id": options.notice,
        "act_id": options.record if about == "act" else None,
        "recovery_id": options.record if about == "recovery" else None,
        "document_id": options.document,
        "days": None if options.first_day is None else (options.first_day, options.last_day),
    }


def _unregistered(options: argparse.Namespace) -> None:
    """A blank form, or an estimate for the counter: in no register, without a number."""
    with desk_of(options) as desk:
        if options.blank:
            name = desk.documents.save_blank(options.kind, options.out, options.policy)
        elif options.kind != "estimate":
            raise InvalidInput("--facts 只用于 estimate。")
        else:
            name = _estimate(desk, options.facts, options.out)
    if options.json:
        print_json({"name": name, "file": str(options.out)})
    else:
        print(f"{name}：{options.out}")


def _estimate(desk: Desk, path: Path, out: Path) -> str:
    """The estimate of a request as `calculate` takes it; its name."""
    from caseworker.services.estimates import Inputs, save_estimate

    try:
        request = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InvalidInput(f"找不到文件：{path}") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError):
        raise InvalidInput(f"“{path.name}”不是 JSON 文件。") from None
    if not isinstance(request, dict) or not all(isinstance(request.get(key), str) for key in ("policy", "clause")):
        raise InvalidInput("估算文件应写明 policy、clause、as_of 和 facts，与 calculate 的相同。")
    return save_estimate(
        desk,
        Inputs(
            request["policy"],
            request["clause"],
            str(request.get("as_of", "")),
            request.get("facts") or {},
            request.get("interpretations") or {},
            tuple(request.get("other_benefits") or ()),
        ),
        out,
    )


def _save(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        desk.documents.export(options.id, options.out)
    if options.json:
        print_json({"id": options.id, "file": str(options.out)})
    else:
        print(options.out)


def _seal(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        password = read_password("用印须再次输入密码：", options.password_stdin)
        seals = desk.documents.seals()
        if options.seal is None and len(seals) != 1:
            raise Refusal("which-seal", "请用 --seal 指明使用哪一枚印章。")
        chosen = options.seal or seals[0].id
        passphrase = None
        if any(one.id == chosen and one.certificate for one in seals):
            passphrase = read_password("证书的密码：", options.password_stdin or options.passphrase_stdin)
        row = desk.documents.seal(options.id, chosen, password, copies=options.copies, passphrase=passphrase)
    if options.json:
        print_json(row)
    else:
        print(f"{row.kind_name} {row.shown_number} 已用印。")


def _draft(options: argparse.Namespace) -> None:
    if (options.kind is None) == (options.id is None):
        raise InvalidInput("请指明文书种类，或用 --id 指明已登记的文书，二者选一。")
    with desk_of(options) as desk:
        if options.id is not None:
            path = desk.documents.export_draft(options.id, options.out)
        else:
            path = desk.documents.draft(
                options.kind,
                options.out,
                case_id=None if options.case is None else case_id(desk, options.case),
                payment_batch_id=options.batch,
                notice_id=options.notice,
                act_id=None if options.kind == "recovery" else options.record,
                recovery_id=options.record if options.kind == "recovery" else None,
            )
    _told(options, path)


def _preprinted(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        save(options.out, desk.documents.preprinted(options.id, options.right, options.down))
    _told(options, options.out)


def _ruler(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        save(options.out, desk.documents.ruler_page(options.right, options.down))
    _told(options, options.out)


def _told(options: argparse.Namespace, path: Path) -> None:
    if options.json:
        print_json({"file": str(path)})
    else:
        print(path)


def _load_certificate(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        passphrase = read_password("证书的密码：", options.password_stdin)
        made = desk.documents.load_certificate(options.seal, options.file.read_bytes(), passphrase)
    if options.json:
        print_json(made)
    else:
        print(f"已载入“{made.subject}”的证书（{made.issuer}颁发，有效期至 {made.valid_to.date()}）。")


def _remove_certificate(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        desk.documents.remove_certificate(options.seal, options.reason)
    if options.json:
        print_json({"seal": options.seal, "certificate": None})
    else:
        print("已停用。")


def _wet_seal(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        password = read_password("用印须再次输入密码：", options.password_stdin)
        row = desk.documents.record_wet_seal(options.id, options.seal, password, copies=options.copies)
    if options.json:
        print_json(row)
    else:
        print(f"{row.kind_name} {row.shown_number} 已登记手工用印。")


def _void(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        desk.documents.void(options.id, options.reason)
    if options.json:
        print_json({"id": options.id, "state": "voided"})
    else:
        print("文书已作废，文号保留。")


def _reissue(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        row = desk.documents.reissue(options.id, options.reason)
    if options.json:
        print_json(row)
    else:
        print(f"原文书已作废，文号保留；重新制作为 {row.shown_number}（编号 {row.id}）。")


def _verify(options: argparse.Namespace) -> int:
    with desk_of(options) as desk:
        found = desk.documents.verify(options.file if options.file is not None else options.text)
    if options.json:
        print_json(found)
    else:
        print(found.message)
    return 0 if found.verdict == "unchanged" else 1
