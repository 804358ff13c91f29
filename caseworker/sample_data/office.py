"""The sample office's parties and the two cases that its practice day is made for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

from caseworker.sample_data.companies import Company, School, make_company, make_school
from caseworker.sample_data.people import make_people

XUNWU_STAFF = 268  # 260 seats and eight who have left
DATONG_STAFF = 216
FEWEST_PEOPLE = XUNWU_STAFF + DATONG_STAFF + 16


@dataclass(frozen=True, slots=True)
class SampleCase:
    """A case to take in: whose, by which clause, accepted when, with the company's facts as `calculate` names them.

    Facts about people are not here: they come from the hand-in workbooks.
    """

    company: str  # Company.key
    policy: str
    clause: str
    as_of: date
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SampleOffice:
    seed: int
    practice_date: date
    companies: tuple[Company, ...]
    schools: tuple[School, ...]
    cases: tuple[SampleCase, ...]

    def company(self, key: str) -> Company:
        return next(c for c in self.companies if c.key == key)


def make_office(people: int = 600, seed: int = 1) -> SampleOffice:
    """Everybody and everything of the sample office, the same for the same arguments.

    `people` is the number of persons in all; the two cases need 500 of them, so fewer than that gives 500.
    """
    rng = Random(seed)
    everybody = make_people(max(people, FEWEST_PEOPLE), rng)
    # the rare names go round the companies
    rare, common = everybody[:9], everybody[9:]
    rest = len(everybody) - XUNWU_STAFF - DATONG_STAFF
    csv_staff = max(rest // 4, 8)
    groups = [XUNWU_STAFF, DATONG_STAFF, min(csv_staff, 120), rest - min(csv_staff, 120)]
    staffs = []
    for index, size in enumerate(groups):
        mine = rare[index::4]
        take = size - len(mine)
        staffs.append(mine + common[:take])
        common = common[take:]
    companies = (
        make_company(
            "xinglian",
            "星联客服科技有限公司",
            "寻乌",
            staffs[0],
            rng,
            operation_start=date(2022, 5, 20),
            seats=260,
            hired=(date(2022, 5, 20), date(2022, 8, 31)),
            leavers=8,
        ),
        make_company(
            "hengyu",
            "恒域数据标注有限公司",
            "大同",
            staffs[1],
            rng,
            operation_start=date(2022, 9, 1),
            seats=216,
            hired=(date(2022, 9, 1), date(2023, 3, 15)),
        ),
        make_company(
            "yingshan",
            "映山话务服务有限公司",
            "寻乌",
            staffs[2],
            rng,
            operation_start=date(2022, 6, 15),
            seats=max(len(staffs[2]) - 2, 1),
            hired=(date(2022, 6, 15), date(2022, 12, 20)),
            leavers=2,
        ),
        make_company(
            "wanyu",
            "万语云联信息服务有限公司",
            "大同",
            staffs[3],
            rng,
            operation_start=date(2022, 5, 6),
            seats=max(len(staffs[3]) - 3, 1),
            hired=(date(2022, 5, 6), date(2023, 2, 28)),
            leavers=3,
        ),
    )
    schools = (
        make_school("jiangyuan", "寻乌江源职业学校（演示）", "寻乌", "secondary", rng),
        make_school("yungang", "大同云州职业技术学院（演示）", "大同", "higher", rng),
    )
    cases = (
        SampleCase(
            "xinglian",
            "xunwu-2022-59",
            "xw-1-new",
            date(2023, 6, 1),
            {
                "in_scope": True,
                "new_establishment": True,
                "self_invested": True,
                "operation_start": "2022-05-20",
                "seats": 260,
                "approved_rate": None,
                "already_granted": "0",
            },
        ),
        SampleCase(
            "hengyu",
            "datong-2022",
            "dt-3-seat",
            date(2023, 6, 1),
            {"operating_normally": True, "enterprise_seats": 216, "first_application": True},
        ),
    )
    return SampleOffice(seed, date(2023, 6, 1), companies, schools, cases)
