"""The sample office (演示机构): invented parties and people, real workbooks, a practice date in 2023."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from caseworker.documents.sample_certificate import PASSPHRASE, sample_certificate
from caseworker.documents.seal import sample_seal_png
from caseworker.errors import InvalidInput
from caseworker.sample_data import Company, SampleCase, School
from caseworker.sample_data import make_sample as write_hand_ins
from caseworker.sample_data.scans import write_scan
from caseworker.services.desk import OFFICE_SUFFIX, Desk, NewOffice, NewUser, bundled_packs, create_office, open_desk
from caseworker.services.fact_values import DERIVED, fact_schema
from caseworker.services.views import ROLE_NAMES, PartyForm, Role
from caseworker.values.clock import Clock, SystemClock

OFFICE_NAME = "演示县产业发展领导小组办公室"
FILE_NAME = f"演示机构{OFFICE_SUFFIX}"
CERTIFICATE_FILE = "样章证书.p12"
SEAL_NAME = "样章"


@dataclass(frozen=True, slots=True)
class SampleUser:
    """A user of the sample office, whose password anybody may know."""

    login: str
    name: str
    roles: frozenset[Role]
    password: str

    def role_names(self) -> str:
        return "、".join(ROLE_NAMES[role] for role in Role if role in self.roles)


SAMPLE_USERS = (
    SampleUser("admin", "管理员", frozenset({Role.ADMINISTRATOR}), "yanshi-admin"),
    SampleUser("zhang", "张经办", frozenset({Role.CASEWORKER}), "yanshi-zhang"),
    SampleUser("li", "李复核", frozenset({Role.REVIEWER}), "yanshi-li-2023"),
    SampleUser("wang", "王主任", frozenset({Role.HEAD}), "yanshi-wang"),
    SampleUser("zhao", "赵掌印", frozenset({Role.SEAL_KEEPER}), "yanshi-zhao"),
)


@dataclass(frozen=True, slots=True)
class MadeSample:
    """Where the sample office and what belongs to it lie. `hand_ins`: a folder a company with its files."""

    path: Path
    users: tuple[SampleUser, ...]
    hand_ins: Path
    readme: Path
    cases: tuple[SampleCase, ...]
    parties: Mapping[str, int]  # company key -> party id
    codes: Mapping[str, str]  # party key -> 统一社会信用代码
    folders: Mapping[str, Path]  # party key -> its folder

    def user(self, role: Role) -> SampleUser:
        return next(user for user in self.users if role in user.roles)

    def open(self, role: Role, clock: Clock | None = None) -> Desk:
        user = self.user(role)
        return open_desk(self.path, user.login, user.password, clock=clock)


@dataclass(frozen=True, slots=True)
class SampleOffice:
    """The sample office's file and the users whose passwords the login screen may show."""

    path: Path
    users: tuple[SampleUser, ...]


def ensure_sample(folder: Path) -> SampleOffice:
    """The sample office in a folder, made on the first call.

    It is made aside and moved into its place, the office file last: an office whose making was broken off is never
    taken for a whole one.
    """
    path = folder / FILE_NAME
    if not path.exists():
        aside = folder / ".未完成"
        shutil.rmtree(aside, ignore_errors=True)
        try:
            made = make_sample(aside)
            entries = sorted(aside.iterdir(), key=lambda entry: entry == made.path)
            for entry in entries:
                place = folder / entry.name
                if place.is_dir():  # of a move that was broken off, or with files somebody put there
                    shutil.copytree(entry, place, dirs_exist_ok=True)
                else:
                    entry.replace(place)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return SampleOffice(path, SAMPLE_USERS)


def make_sample(folder: Path, people: int = 600, seed: int = 1, clock: Clock | None = None) -> MadeSample:
    """Makes the office file, the companies' workbooks and scans, and README.txt. The same seed, the same office.

    InvalidInput when a sample office is already there.
    """
    path = folder / FILE_NAME
    if path.exists():
        raise InvalidInput(f"这里已有演示机构：{path}")
    clock = clock or SystemClock()
    folder.mkdir(parents=True, exist_ok=True)
    hand_ins = folder / "企业报送材料"
    manifest = write_hand_ins(hand_ins, people, seed)
    sample = manifest.office
    create_office(
        path,
        NewOffice(
            name=OFFICE_NAME,
            letter_name="演产办字",
            region="演示县",
            address="演示县人民路1号",
            phone="0000-0000000",
            contact="张经办",
            reconsider_by="演示县人民政府",
            policies=("xunwu-2022-59", "datong-2022"),
            is_sample=True,
            practice_date=sample.practice_date,
        ),
        [NewUser(user.login, user.name, user.roles, user.password) for user in SAMPLE_USERS],
        clock=clock,
        cheap_keys=True,
    )
    users = {next(iter(user.roles)): user for user in SAMPLE_USERS}
    desk = open_desk(path, users[Role.CASEWORKER].login, users[Role.CASEWORKER].password, clock=clock)
    parties: dict[str, int] = {}
    try:
        for company in sample.companies:
            parties[company.key] = desk.dossiers.create(_company_form(company))
        for school in sample.schools:
            parties[school.key] = desk.dossiers.create(_school_form(school))
        for case in sample.cases:
            _keep_facts(desk, parties[case.company], sample.company(case.company), case)
            _scans(hand_ins / sample.company(case.company).name, sample.company(case.company), case)
        desk = desk.switch(users[Role.SEAL_KEEPER].login, users[Role.SEAL_KEEPER].password)
        desk.documents.load_seal(SEAL_NAME, sample_seal_png())
    except BaseException:
        desk.close()
        raise
    desk.close()
    everybody: tuple[Company | School, ...] = (*sample.companies, *sample.schools)
    (folder / CERTIFICATE_FILE).write_bytes(sample_certificate(OFFICE_NAME))
    readme = folder / "README.txt"
    readme.write_text(_readme(path, hand_ins), encoding="utf-8-sig", newline="\r\n")
    return MadeSample(
        path=path,
        users=SAMPLE_USERS,
        hand_ins=hand_ins,
        readme=readme,
        cases=sample.cases,
        parties=parties,
        codes={party.key: party.code for party in everybody},
        folders={party.key: hand_ins / party.name for party in everybody},
    )


def _company_form(company: Company) -> PartyForm:
    return PartyForm(
        kind="company",
        name=company.name,
        code=company.code,
        registered_on=company.registered_on,
        registered_address=company.address,
        legal_representative=company.legal_representative,
        legal_representative_id=company.legal_representative_id,
        contact=company.contact,
        phone=company.phone,
        account_name=company.account_name,
        bank_name=company.bank,
        account_number=company.account,
        bank_code=company.bank_code,
        region=company.place,
    )


def _school_form(school: School) -> PartyForm:
    return PartyForm(
        kind="school",
        name=school.name,
        code=school.code,
        registered_address=school.address,
        contact=school.contact,
        phone=school.phone,
        region=school.place,
    )


def _keep_facts(desk: Desk, party_id: int, company: Company, case: SampleCase) -> None:
    """The company's facts as its papers show them; what the program derives itself is not typed in."""
    schema = fact_schema(bundled_packs())
    sources = {
        "operation_start": "商务合同与开业证明",
        "self_invested": "验资报告",
        "seats": "座席现场核查记录",
        "enterprise_seats": "座席现场核查记录",
    }
    for name, value in case.facts.items():
        if name in schema and name not in DERIVED and value is not None:
            counted = name in ("seats", "enterprise_seats")
            since = case.as_of - timedelta(days=1) if counted else company.registered_on
            desk.dossiers.set_fact(party_id, name, value, since, sources.get(name, "营业执照"))


def _scans(folder: Path, company: Company, case: SampleCase) -> None:
    """A scan for every paper of the case's checklist."""
    clause = bundled_packs()[case.policy].clauses[case.clause]
    place = folder / "扫描件"
    place.mkdir(exist_ok=True)
    lines = (f"统一社会信用代码：{company.code}", f"法定代表人：{company.legal_representative}")
    for paper in clause.papers:
        write_scan(place / f"{paper.id}.png", paper.name, company.name, lines)


def _readme(path: Path, hand_ins: Path) -> str:
    lines = [
        "兑现台演示机构",
        "",
        "机构、企业和人员都是编造的，仅供练习。文书带有“演示数据”水印，印章为“样章”。",
        "",
        f"机构文件：{path.name}",
        f"企业报送材料：{hand_ins.name}（花名册、工资流水、社保记录、实习生名单、年度数据、扫描件）",
        "",
        f"{CERTIFICATE_FILE}：练习签名用，密码 {PASSPHRASE}，由印章管理员载入；阅读软件会提示它不可信。",
        "",
        "用户和密码：",
        *(f"  {user.name}（{user.role_names()}）  登录名 {user.login}  密码 {user.password}" for user in SAMPLE_USERS),
        "",
    ]
    return "\n".join(lines)
