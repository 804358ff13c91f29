"""人民币大写, by 支付结算办法 附件一, in integers."""

from __future__ import annotations

from caseworker.values.money import Money

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("仟", "佰", "拾", "")
_LIMIT = 10**16  # yuan: nine thousand 万亿 and more


def in_words(amount: Money) -> str:
    """The amount after 人民币. 整 follows 元 but neither 角 nor 分; one 零 stands for a run of zeros.

    Where the rule permits two spellings: 零 is written where 万位 or 亿位 is 0 and the next digit is not, and is left
    out where 元位 is 0 and 角 is not. ValueError for a negative amount or one of ten thousand 万亿 and more.
    """
    if amount.fen < 0:
        raise ValueError("an amount in words is not negative")
    yuan, cents = divmod(amount.fen, 100)
    if yuan >= _LIMIT:
        raise ValueError("the amount is too large for words")
    jiao, fen = divmod(cents, 10)
    words = "人民币"
    if yuan:
        words += _whole(yuan) + "元"
    if not cents:
        return words + ("整" if yuan else "零元整")
    if jiao:
        words += _DIGITS[jiao] + "角"
    elif yuan:
        words += "零"
    if fen:
        words += _DIGITS[fen] + "分"
    return words


def _whole(yuan: int) -> str:
    groups = [yuan // 10**power % 10**4 for power in (12, 8, 4, 0)]  # 万亿, 亿, 万, 元
    # 亿 is written once for both of its groups: after the lower one, or after 万 where that is empty
    units = ("万亿" if not groups[1] else "万", "亿", "万", "")
    words = ""
    zero = False
    for group, unit in zip(groups, units, strict=True):
        for digit, place in zip(f"{group:04d}", _PLACES, strict=True):
            if digit == "0":
                zero = True
                continue
            if zero and words:
                words += "零"
            zero = False
            words += _DIGITS[int(digit)] + place
        if group:
            words += unit
    return words
