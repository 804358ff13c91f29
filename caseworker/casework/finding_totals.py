"""核查发现 about what one party has in all under a clause, against what the text grants it over all years."""

from __future__ import annotations

from collections.abc import Sequence

from caseworker.casework.finding_people import Share
from caseworker.casework.findings import Evidence, Finding, Kind, digest_of
from caseworker.values.money import Money


def over_party_total(
    title: str, each: Money, unit: str, times: int, granted: Sequence[Share], line: Money, quote: str
) -> Finding | None:
    """`each` yuan for each of `times`; `granted` here and before this program, less what was recovered; `line` this
    case's. Above that in all, not at it. `unit`: of what there are `times` (席)."""
    zero = Money.zero()
    had = sum((share.amount for share in granted), zero)
    most, total = each * times, had + line
    if total <= most or line <= zero:
        return None  # a case that pays nothing adds nothing, whatever was granted before
    return Finding(
        Kind.OVER_PARTY_TOTAL,
        f"本单位{title}累计 {total.shown()} 元，超过 {each.shown()} 元×{times} {unit}＝{most.shown()} 元："
        f"已兑现 {had.shown()} 元，本件 {line.shown()} 元。",
        digest_of(Kind.OVER_PARTY_TOTAL, (), [str(each), times, str(had), str(line)]),
        lambda: (
            Evidence("依据", f"{most.shown()} 元", f"“{quote}”×{times} {unit}"),
            *(
                Evidence(
                    "已兑现",
                    share.place,
                    f"{share.number}　{share.amount.shown()} 元".strip(),
                    None if share.case_id is None else ("case", share.case_id),
                )
                for share in granted
            ),
            Evidence("本件", "", f"{line.shown()} 元"),
        ),
    )
