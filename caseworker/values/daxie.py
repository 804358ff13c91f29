"""人民币大写, as 支付结算办法 附件一 wants it."""

from __future__ import annotations

from caseworker.values.money import Money

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_LIMIT = Money(10**16 * 100)


def in_words(amount: Money) -> str:
    """The amount in words, with 人民币 before it: 人民币壹万陆仟肆佰零玖元零贰分.

    元 ends with 整, 角 and 分 do not; one 零 for a run of zeros; 零 before 分 where 角 is 0. Of the two spellings that
    the rule permits, 零 is written where 万位 or 亿位 is 0 and the next digit is not, and left out where 元位 is 0 and
    角 is not. ValueError below 0 or from 1 京 (10^16 yuan) on.
    """
    if amount.fen < 0 or amount >= _LIMIT:
        raise ValueError("no words for an amount below zero or beyond ten thousand 万亿")
    yuan, cents = divmod(amount.fen, 100)
    jiao, fen = divmod(cents, 10)
    text = "人民币"
    if yuan:
        text += _whole(yuan) + "元"
    if not cents:
        return text + ("整" if yuan else "零元整")
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif yuan:
        text += "零"
    if fen:
        text += _DIGITS[fen] + "分"
    return text


def _whole(yuan: int) -> str:
    """Yuan above 0, without 元."""
    groups: list[int] = []
    while yuan:
        yuan, group = divmod(yuan, 10_000)
        groups.append(group)
    words = ""
    gap = False  # zeros since the last digit written
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            gap = bool(words)
            # 亿 and 万 of an empty group are not said, but 万亿 keeps its 亿 when its own 万 part stands before it
            if place == 2 and words and len(groups) > 3:
                words += "亿"
            continue
        said, ends_in_zero = _group(group, bool(words), gap)
        words += said + _unit(place, groups)
        gap = ends_in_zero
    return words


def _unit(place: int, groups: list[int]) -> str:
    if place == 3:
        return "万"  # 万亿: the 亿 follows after the group below, or after this one when that is empty
    return _GROUPS[place]


def _group(group: int, follows: bool, gap: bool) -> tuple[str, bool]:
    """The words of 1..9999, with a 零 before it where zeros lie between; and whether it ends in zeros."""
    words = ""
    zero = gap or (follows and group < 1000)
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit:
            if zero and (words or follows):
                words += "零"
            words += _DIGITS[digit] + _PLACES[place]
            zero = False
        elif words or follows:
            zero = True
    return words, zero
