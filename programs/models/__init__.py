"""Joint programmes, calls, proposals and their review, and what came of them."""

from programs.models.agreements import Agreement, RenewalNotice
from programs.models.calls import Call, CallRule, Criterion, Offer, PartnerDeadline, ScoreScale, Window
from programs.models.cooperation import (
    Confirmation,
    Entitlement,
    Milestone,
    Partner,
    Program,
    ProgramPermission,
    ProgramVersion,
    ProgressReport,
    Theme,
    next_number,
)
from programs.models.evaluations import Evaluation
from programs.models.exchange import Enrolment, ExchangeStay, Training
from programs.models.industry import IndustrialRequest, Payment, PublishedTitle, Quotation, Statement
from programs.models.money import BudgetLine, Contribution, Expenditure
from programs.models.nodes import NODED, Node
from programs.models.opportunities import Candidacy, CandidacyFile, Opportunity
from programs.models.outcomes import Authorship, ExperimentReport, Feedback, OutcomeLink, Publication
from programs.models.proposals import (
    Answer,
    Attachment,
    Consent,
    EligibilityCheck,
    Feasibility,
    Leg,
    Proposal,
    ProposalMember,
    ProposalVersion,
    ReturnPoint,
    SafetyReview,
)
from programs.models.questionnaires import Questionnaire, QuestionnaireVersion
from programs.models.reviews import Assessment, ConflictDeclaration, Expertise, Panel, PanelMember, Review, Score
from programs.models.rounds import Appeal, Line, Round, Transfer
from programs.models.showcase import ApplicationCase, IndustrialOffer, VisitorEnquiry

__all__ = [
    "NODED",
    "Agreement",
    "Answer",
    "Appeal",
    "ApplicationCase",
    "Assessment",
    "Attachment",
    "Authorship",
    "BudgetLine",
    "Call",
    "CallRule",
    "Candidacy",
    "CandidacyFile",
    "Confirmation",
    "ConflictDeclaration",
    "Consent",
    "Contribution",
    "Criterion",
    "EligibilityCheck",
    "Enrolment",
    "Entitlement",
    "Evaluation",
    "ExchangeStay",
    "Expenditure",
    "ExperimentReport",
    "Expertise",
    "Feasibility",
    "Feedback",
    "IndustrialOffer",
    "IndustrialRequest",
    "Leg",
    "Line",
    "Milestone",
    "Node",
    "Offer",
    "Opportunity",
    "OutcomeLink",
    "Panel",
    "PanelMember",
    "Partner",
    "PartnerDeadline",
    "Payment",
    "Program",
    "ProgramPermission",
    "ProgramVersion",
    "ProgressReport",
    "Proposal",
    "ProposalMember",
    "ProposalVersion",
    "Publication",
    "PublishedTitle",
    "Questionnaire",
    "QuestionnaireVersion",
    "Quotation",
    "RenewalNotice",
    "ReturnPoint",
    "Review",
    "Round",
    "SafetyReview",
    "Score",
    "ScoreScale",
    "Statement",
    "Theme",
    "Training",
    "Transfer",
    "VisitorEnquiry",
    "Window",
    "next_number",
]
