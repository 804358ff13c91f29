"""Every business table, one module a subject. Importing this package registers them all."""

from caseworker.store.models.cases import (
    Case,
    CaseFact,
    CaseMove,
    CasePaper,
    CasePaperScan,
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
    PriorGrant,
)
from caseworker.store.models.notices import Notice, NoticeCase, Objection
from caseworker.store.models.office import Holiday, Office, PolicyPoint, User
from caseworker.store.models.parties import OtherBenefit, Party, PartyFact
from caseworker.store.models.people import Employment, InsuranceMonth, Person, WageMonth
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
    "FundChange",
    "FundYear",
    "Holiday",
    "Import",
    "Instalment",
    "InsuranceMonth",
    "Notice",
    "NoticeCase",
    "Objection",
    "Office",
    "OtherBenefit",
    "Party",
    "PartyFact",
    "PartyYear",
    "PaymentBatch",
    "PaymentLine",
    "Person",
    "PersonAward",
    "PolicyPoint",
    "PolicyText",
    "PriorGrant",
    "Proposal",
    "Seal",
    "SealUse",
    "ServiceRecord",
    "SpecialApproval",
    "User",
    "WageMonth",
]
