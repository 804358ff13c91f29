"""Invented persons: common surnames and given names, and a few of the rare characters that real names have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from caseworker.sample_data import numbers

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈"
    "钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛"
)
_DOUBLE_SURNAMES = ("欧阳", "上官", "司徒", "诸葛")
_FEMALE = "芳娜敏静丽艳娟霞玲婷雪琳慧莹洁梅兰萍红燕颖倩蓉薇怡佳欣瑶菲妍"
_MALE = "伟强磊军勇杰涛明超刚平辉鹏飞波斌宇浩凯健俊帆志峰龙晨阳旭昊毅"
_BOTH = "文晓子思雨春秋清宁安嘉云海林乐一心远之"
# each of these must survive reading, storing, printing and exporting
RARE_NAMES = ("䶮", "㛃", "𬭚", "𠅤", "𡈼", "㼆", "䲜", "𫖯", "𬍛")

_FIRST_BIRTH = date(1970, 1, 1)
_LAST_BIRTH = date(2004, 12, 31)


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    id_number: str
    born: date
    female: bool
    phone: str


def make_people(n: int, rng: Random) -> list[Person]:
    """`n` persons with different identity numbers, born 1970–2004. The first ones have the rare names.

    Names repeat, as in life: two persons of one name are told apart by their numbers.
    """
    people: list[Person] = []
    taken: set[str] = set()
    days = (_LAST_BIRTH - _FIRST_BIRTH).days
    while len(people) < n:
        female = rng.random() < 0.6
        born = _FIRST_BIRTH + timedelta(days=rng.randrange(days + 1))
        number = numbers.id_number(rng, born, female)
        if number in taken:
            continue
        taken.add(number)
        rare = RARE_NAMES[len(people)] if len(people) < len(RARE_NAMES) else ""
        name = rng.choice(_SURNAMES) + rare if rare else _name(rng, female)
        people.append(Person(name, number, born, female, numbers.phone(rng)))
    return people


def _name(rng: Random, female: bool) -> str:
    surname = rng.choice(_DOUBLE_SURNAMES) if rng.random() < 0.01 else rng.choice(_SURNAMES)
    pool = (_FEMALE if female else _MALE) + _BOTH
    given = rng.choice(pool)
    if rng.random() < 0.75:
        given += rng.choice(pool)
    return surname + given
