"""Every business table, one module a subject. Importing this package registers them all."""

from caseworker.store.models.cases import (
    Case,
    CaseFact,
    CaseMove,
    CasePaper,
    CasePaperScan,
    FindingSettlement,
    Proposal,
)
from caseworker.store.models.documents import Document, DocumentSequence, Seal, SealUse
from caseworker.store.models.intake import Attachment, ColumnMappingMemory, Import
from caseworker.store.models.money import (
    Decision,
    FundYear,
    Instalment,
    PaymentBatch,
    PaymentLine,
    PersonAward,
    PriorBatch,
    PriorFundUse,
    PriorGrant,
    PriorNumber,
)
from caseworker.store.models.notices import Notice, NoticeCase, Objection
from caseworker.store.models.office import Holiday, Office, PolicyPoint, User
from caseworker.store.models.parties import OtherBenefit, Party, PartyFact, PartyRecord
from caseworker.store.models.people import Employment, InsuranceMonth, Internship, Person, PersonFact, WageMonth
from caseworker.store.models.programs import FundChange, PartyYear, PolicyText, ServiceRecord, SpecialApproval

__all__ = [
    "Attachment",
    "Case",
    "CaseFact",
    "CaseMove",
    "CasePaper",
    "CasePaperScan",
    "ColumnMappingMemory",
    "Decision",
    "Document",
    "DocumentSequence",
    "Employment",
    "FindingSettlement",
    "FundChange",
    "FundYear",
    "Holiday",
    "Import",
    "Instalment",
    "InsuranceMonth",
    "Internship",
    "Notice",
    "NoticeCase",
    "Objection",
    "Office",
    "OtherBenefit",
    "Party",
    "PartyFact",
    "PartyRecord",
    "PartyYear",
    "PaymentBatch",
    "PaymentLine",
    "Person",
    "PersonAward",
    "PersonFact",
    "PolicyPoint",
    "PolicyText",
    "PriorBatch",
    "PriorFundUse",
    "PriorGrant",
    "PriorNumber",
    "Proposal",
    "Seal",
    "SealUse",
    "ServiceRecord",
    "SpecialApproval",
    "User",
    "WageMonth",
]
