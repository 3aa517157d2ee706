"""Writes what people agree to and ask about their own data: consent, a copy of everything, being forgotten."""

from alliance.commands.privacy.answering import answer_due, purge_copies
from alliance.commands.privacy.asking import ask_for_data, refuse_request, set_consent, withdraw_request
from alliance.commands.privacy.forgetting import forget, hindrances

__all__ = [
    "answer_due",
    "ask_for_data",
    "forget",
    "hindrances",
    "purge_copies",
    "refuse_request",
    "set_consent",
    "withdraw_request",
]
