"""Which screens there are: one line each for the navigation, one line for each kind of record opened in place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from caseworker.desktop.context import Context
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.batch import BatchScreen
from caseworker.desktop.screens.calculator import CalculatorScreen
from caseworker.desktop.screens.case import CaseScreen
from caseworker.desktop.screens.cases import CasesScreen
from caseworker.desktop.screens.consultation import ConsultationScreen
from caseworker.desktop.screens.consultation_entry import InquiryEntryScreen
from caseworker.desktop.screens.document import DocumentScreen
from caseworker.desktop.screens.documents import DocumentsScreen
from caseworker.desktop.screens.dossier import DossierScreen
from caseworker.desktop.screens.dossiers import DossiersScreen
from caseworker.desktop.screens.home import HomeScreen
from caseworker.desktop.screens.imports import ImportScreen
from caseworker.desktop.screens.notice import NoticeScreen
from caseworker.desktop.screens.notices import NoticesScreen
from caseworker.desktop.screens.oversight import OversightScreen
from caseworker.desktop.screens.oversight_act import ActScreen
from caseworker.desktop.screens.oversight_draw import DrawEntryScreen, DrawScreen
from caseworker.desktop.screens.oversight_entry import ActEntryScreen
from caseworker.desktop.screens.oversight_recovery import RecoveryEntryScreen, RecoveryScreen
from caseworker.desktop.screens.payments import PaymentsScreen
from caseworker.desktop.screens.person import PersonScreen
from caseworker.desktop.screens.policies import PoliciesScreen
from caseworker.desktop.screens.prior_batch import PriorBatchScreen
from caseworker.desktop.screens.prior_entry import PriorEntryScreen
from caseworker.desktop.screens.prior_grant import PriorGrantScreen
from caseworker.desktop.screens.programs import ProgramsScreen
from caseworker.desktop.screens.programs_lines import FundLinesScreen
from caseworker.desktop.screens.review_entry import ReviewEntryScreen
from caseworker.desktop.screens.service_record import ServiceScreen
from caseworker.desktop.screens.settings import SettingsScreen
from caseworker.desktop.screens.template_entry import TemplateEntryScreen
from caseworker.desktop.screens.verify import VerifyScreen


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    title: str
    icon: str
    make: Callable[[Context], Screen]
    apart: bool = False  # below the line


NAVIGATION: tuple[Entry, ...] = (
    Entry("home", "工作台", "home", HomeScreen),
    Entry("dossiers", "企业档案", "dossiers", DossiersScreen),
    Entry("cases", "办件", "cases", CasesScreen),
    Entry("calculator", "政策计算器", "calculator", CalculatorScreen),
    Entry("notices", "公示", "notices", NoticesScreen),
    Entry("payments", "拨付", "payments", PaymentsScreen),
    Entry("oversight", "监管", "oversight", OversightScreen),
    Entry("programs", "台账", "programs", ProgramsScreen),
    Entry("documents", "文书", "documents", DocumentsScreen),
    Entry("policies", "政策库", "policies", PoliciesScreen),
    Entry("settings", "设置", "settings", SettingsScreen, apart=True),
)

# Records: the kind of target, how to open one (0 is a new one), and the list it belongs to. A key is a number, or text
# where two numbers name the record, as a person in a party's dossier: 3/55.
RECORDS: dict[str, tuple[Callable[[Context, Any], Screen], str]] = {
    "party": (DossierScreen, "dossiers"),
    "person": (PersonScreen, "dossiers"),
    "import": (ImportScreen, "dossiers"),
    "case": (CaseScreen, "cases"),
    "consultation": (ConsultationScreen, "cases"),
    "inquiry-entry": (InquiryEntryScreen, "cases"),
    "review-entry": (ReviewEntryScreen, "cases"),
    "notice": (NoticeScreen, "notices"),
    "batch": (BatchScreen, "payments"),
    "template": (TemplateEntryScreen, "payments"),
    "verify": (VerifyScreen, "documents"),
    "document": (DocumentScreen, "documents"),
    "oversight": (ActScreen, "oversight"),
    "oversight-entry": (ActEntryScreen, "oversight"),
    "spot-check": (DrawScreen, "oversight"),
    "spot-draw": (DrawEntryScreen, "oversight"),
    "recovery": (RecoveryScreen, "oversight"),
    "recovery-entry": (RecoveryEntryScreen, "oversight"),
    "service": (ServiceScreen, "programs"),
    "fund-lines": (FundLinesScreen, "programs"),
    "prior": (PriorBatchScreen, "programs"),
    "prior-entry": (PriorEntryScreen, "programs"),
    "prior-grant": (PriorGrantScreen, "programs"),
}
