"""`document deliver`: when a letter was delivered, how, and who signed."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from caseworker.cli.common import Commands, add_act, desk_of, print_json
from caseworker.services.deliveries import WAYS, DeliveryForm


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2023-06-01 这样") from None


def add_delivery(acts: Commands) -> None:
    deliver = add_act(acts, "deliver", "登记送达，或更正送达登记", _deliver)
    deliver.add_argument("id", type=int)
    deliver.add_argument("--on", type=_day, required=True, metavar="YYYY-MM-DD", help="送达日期")
    deliver.add_argument(
        "--way", choices=tuple(WAYS), required=True, help="、".join(f"{k} {v}" for k, v in WAYS.items())
    )
    deliver.add_argument("--receiver", required=True, help="签收人；留置送达的填写见证人")
    deliver.add_argument("--words", default="", help="备注：与受送达人的关系、邮件号等")
    deliver.add_argument("--scan", type=Path, metavar="FILE", help="签收的送达回证")
    deliver.add_argument("--reason", default="", help="更正的原因")


def _deliver(options: argparse.Namespace) -> None:
    form = DeliveryForm(options.on, options.way, options.receiver, options.words)
    with desk_of(options) as desk:
        made = desk.deliveries.enter(options.id, form, options.scan, reason=options.reason)
    if options.json:
        print_json(made)
    else:
        print(made.sentence)
