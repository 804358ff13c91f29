"""Hand-ins of other kinds: the schools' intern lists, and a company's figures by year."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

from caseworker.sample_data import numbers
from caseworker.sample_data.companies import School
from caseworker.sample_data.office import SampleOffice
from caseworker.sample_data.people import make_people
from caseworker.sample_data.sheets import Heading, write_sheet

INTERN_FILE, YEARLY_FILE = "实习生名单.xlsx", "年度数据.xlsx"
INTERNS = {"secondary": 116, "higher": 64}  # 寻乌 asks for 100 of three months, 大同 for 50
_EDUCATION = {"secondary": "中职", "higher": "大专"}
YEARLY = {  # figures of the one company that hands them in, in 万元 but for the seats
    "年纳税额": ("86.50", "152.30"),
    "县本级实得部分": ("31.20", "55.08"),
    "首年营业收入": ("1,120.00", None),
    "产值": ("1,350.00", "2,480.75"),
}
YEARS = (2022, 2023)
_STREAM = 7_919  # a random stream of its own, so that the people on the rosters stay who they are


def write_other_hand_ins(office: SampleOffice, folder: Path) -> tuple[Path, ...]:
    """A list for every school, and the first company's yearly figures. Returns the files."""
    rng = Random(office.seed * _STREAM)
    files = [_interns(school, folder / school.name, rng) for school in office.schools]
    company = office.companies[0]
    place = folder / company.name / YEARLY_FILE
    write_sheet(
        place,
        "年度数据",
        f"{company.name}年度经营数据",
        "填报单位（盖章）：",
        "金额单位：万元",
        [Heading("项目"), *(Heading(f"{year}年度") for year in YEARS)],
        [[name, *values] for name, values in YEARLY.items()],
    )
    return (*files, place)


def _interns(school: School, folder: Path, rng: Random) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    headings = [
        Heading("序号"),
        Heading("学生姓名"),
        Heading("身份证号"),
        Heading("学历"),
        Heading("开始日期", "实习"),
        Heading("结束日期", "实习"),
        Heading("录用日期"),
        Heading("离职日期"),
    ]
    rows: list[list[object]] = []
    count = INTERNS[school.education]
    named = make_people(count + 9, rng)[9:]  # the first nine have the rare names
    for number, person in enumerate(named, start=1):
        born = date(2002, 1, 1) + timedelta(days=rng.randrange(900))
        id_number = numbers.id_number(rng, born, person.female)
        start = date(2022, 7, 4) + timedelta(days=rng.randrange(10))
        end = start + timedelta(days=rng.randrange(95, 150))
        hired = end + timedelta(days=rng.randrange(1, 20)) if number % 3 else None  # two of three are kept on
        left = hired + timedelta(days=rng.randrange(30, 120)) if hired is not None and number % 5 == 0 else None
        rows.append([number, person.name, id_number, _EDUCATION[school.education], start, end, hired, left])
    path = folder / INTERN_FILE
    write_sheet(
        path,
        "实习生名单",
        f"{school.name}2022年输送实习生名单",
        f"学校（盖章）：{school.name}",
        f"共 {count} 人",
        headings,
        rows,
        notes=("注：离职日期为最后工作日，仍在职的不填。",),
    )
    return path
