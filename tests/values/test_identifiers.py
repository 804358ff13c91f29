"""Credit codes, identity numbers, accounts, names and masks."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as other_uscc

from caseworker.values import account, id_number, masking, names, uscc
from caseworker.values.id_number import IdKind

BODY = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9)


@given(st.sampled_from(["91", "12", "51", "Y1"]), st.integers(0, 999_999), BODY)
def test_check_character_of_a_credit_code(head, region, body):
    code = f"{head}{region:06d}{body}"
    whole = code + uscc.check_character(code)
    assert uscc.form_problem(whole) is None
    assert uscc.check_digit_ok(whole)
    assert other_uscc.calc_check_digit(code) == whole[-1]
    wrong = whole[:17] + ("0" if whole[17] != "0" else "1")
    assert uscc.form_problem(wrong) is None  # only a warning
    assert not uscc.check_digit_ok(wrong)


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("", "0位"),
        ("91350100M000100Y4", "17位"),
        ("91350100M000100Y433", "19位"),
        ("91350100M000100I43", "“I”"),
        ("9135010OM000100Y43", "“O”"),
        ("9135A100M000100Y43", "第3至8位"),
        ("91350100M000100Y4-", "“-”"),
    ],
)
def test_form_of_a_credit_code(code, word):
    assert word in uscc.form_problem(code)
    assert not uscc.check_digit_ok(code)


def test_normalising_a_credit_code():
    assert uscc.normalise(" ９１350100 m000100y43\u200b\n") == "91350100M000100Y43"
    assert uscc.check_digit_ok("91350100M000100Y43")
    with pytest.raises(ValueError, match="not 17"):
        uscc.check_character("x")


def with_check(body: str) -> str:
    return body + id_number.check_character(body)


@given(st.integers(0, 999_999), st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(0, 999))
def test_any_region_and_every_real_day(region, birth, order):
    number = with_check(f"{region:06d}{birth:%Y%m%d}{order:03d}")
    read = id_number.read(number.lower())
    assert (read.text, read.problem, read.birth) == (number, None, birth)
    expected = IdKind.RESIDENT
    if region in (810000, 820000, 830000):
        expected = IdKind.HMT_RESIDENCE
    elif region >= 900_000:
        expected = IdKind.FOREIGN_RESIDENCE
    assert read.kind is expected


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(place, change):
    number = with_check("36073419900101123")
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    assert id_number.read(wrong).problem is not None


@pytest.mark.parametrize(
    ("text", "kind", "word"),
    [
        ("11010519491231002X", IdKind.RESIDENT, None),
        ("１１０１０５ 19491231 002x", IdKind.RESIDENT, None),
        ("110105194912310021", IdKind.RESIDENT, "校验位"),
        ("11010519490231002X", IdKind.RESIDENT, "19490231"),
        ("360734199001011000", IdKind.RESIDENT, "Excel"),
        ("3607341990010110", IdKind.RESIDENT, "16位"),
        ("360734900101123", IdKind.RESIDENT, "15位旧号码"),
        ("36073419900101X123", IdKind.RESIDENT, "前17位"),
        (with_check("81000019900101123"), IdKind.HMT_RESIDENCE, None),
        (with_check("83000019900101123"), IdKind.HMT_RESIDENCE, None),
        (with_check("91115619900101123"), IdKind.FOREIGN_RESIDENCE, None),
        ("USA110090010112", IdKind.FOREIGN_RESIDENCE, None),
        ("E12345678", IdKind.PASSPORT, None),
        ("EA1234567", IdKind.PASSPORT, None),
        ("张三", IdKind.UNKNOWN, "核对"),
        ("", IdKind.UNKNOWN, "未填写"),
        ("12345678", IdKind.UNKNOWN, "核对"),
    ],
)
def test_kinds_of_identity_number(text, kind, word):
    read = id_number.read(text)
    assert read.kind is kind
    if word is None:
        assert read.valid
    else:
        assert word in read.problem


def test_the_clerk_says_what_paper_it_is():
    assert id_number.read("123456789", IdKind.PASSPORT).valid  # some countries' passports are all digits
    assert "居民身份证" in id_number.read("E12345678", IdKind.RESIDENT).problem
    assert id_number.read("E12345678", IdKind.PASSPORT).kind.label == "护照"


def test_age():
    read = id_number.read(with_check("36073420000229123"))
    assert read.birth == date(2000, 2, 29)
    assert [read.age_on(date(2018, *day)) for day in ((2, 28), (3, 1))] == [17, 18]
    assert read.age_on(date(1999, 1, 1)) is None
    assert id_number.read("E12345678").age_on(date(2020, 1, 1)) is None


@given(st.text())
def test_no_text_breaks_the_readers(text):
    read = id_number.read(text)
    assert read.valid or read.problem
    code = uscc.normalise(text)
    assert uscc.form_problem(code) or len(code) == 18
    number = account.normalise(text)
    assert account.problem(number) or number.isdecimal()
    assert account.normalise(number) == number
    assert names.normalise(names.normalise(text)) == names.normalise(text)
    for mask in (masking.mask_id_number, masking.mask_account, masking.mask_phone):
        mask(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("6222 0212 3456 7890 123", None),
        ("１２３４５６", None),
        ("12345", "5位"),
        ("1" * 33, "33位"),
        ("1234567890-1", "只能是数字"),
        ("", "请填写"),
        ("4000000000000003", None),  # fails Luhn, and is an account all the same
    ],
)
def test_accounts(text, problem):
    found = account.problem(account.normalise(text))
    assert found is None if problem is None else problem in found


def test_an_account_in_groups():
    assert account.grouped("6222021234567890123") == "6222 0212 3456 7890 123"


def test_masks():
    assert masking.mask_id_number("11010519491231002X") == "110105********002X"
    assert masking.mask_id_number("USA110090010112") == "USA110********0112"
    assert masking.mask_id_number("E12345678") == "E1*****78"
    assert masking.mask_id_number("12") == "**"
    assert masking.mask_account("6222021234567890123") == "***************0123"
    assert masking.mask_account("1234567") == "*******"
    assert masking.mask_phone("13812345678") == "138****5678"
    assert masking.mask_phone("2831234") == "*****34"
    assert masking.mask_phone("110") == "***"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 张 三 ", "张三"),
        ("张\u3000三", "张三"),
        ("买买提•阿不都", "买买提·阿不都"),
        ("买买提．阿不都", "买买提·阿不都"),
        ("买买提 . 阿不都", "买买提·阿不都"),
        ("买买提・阿不都", "买买提·阿不都"),
        ("Ｊｏｈｎ  Smith", "John Smith"),
        ("John F. Kennedy", "John F. Kennedy"),
        ("䶮㛃𬭚𠅤", "䶮㛃𬭚𠅤"),
        ("\ufa0c", "\ufa0c"),  # a compatibility character stays what it is
        ("张三\u200b", "张三"),
    ],
)
def test_names(typed, kept):
    assert names.normalise(typed) == kept
    assert names.same(typed, kept)


def test_different_names():
    assert not names.same("张三", "张叁")
    assert names.same("john smith", "John  Smith")
