"""Every write of activation. Keyword-only, journalled; refusals are DomainError with a sentence in French."""

from core.activation.services.invitations import invite, send_invitations
from core.activation.services.letters import ask_letters, forget_old, make_letters, note_download
from core.activation.services.recovery import give_code

__all__ = [
    "ask_letters",
    "forget_old",
    "give_code",
    "invite",
    "make_letters",
    "note_download",
    "send_invitations",
]
