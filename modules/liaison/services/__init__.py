"""Writing in the carnet. Each function takes the viewer who acts, and refuses what their rights do not allow."""

from modules.liaison.services.answering import (
    Reply,
    acknowledge,
    answer,
    record,
    return_paper,
    take_paper_back,
)
from modules.liaison.services.exports import note_export
from modules.liaison.services.publishing import (
    AudienceWidened,
    close,
    discard,
    extend,
    publish,
    publish_due,
    recover,
    reopen,
    restore,
    unschedule,
    withdraw,
)
from modules.liaison.services.reminding import remind, remind_before_due
from modules.liaison.services.retention import empty_bin
from modules.liaison.services.words import WordContent, see_words, take_back, treat, write_word
from modules.liaison.services.writing import (
    Amendment,
    ChoiceSpec,
    Content,
    SlotSpec,
    amend_note,
    change_note,
    create_note,
    duplicate_note,
    slots_between,
)

__all__ = [
    "Amendment",
    "AudienceWidened",
    "ChoiceSpec",
    "Content",
    "Reply",
    "SlotSpec",
    "WordContent",
    "acknowledge",
    "amend_note",
    "answer",
    "change_note",
    "close",
    "create_note",
    "discard",
    "duplicate_note",
    "empty_bin",
    "extend",
    "note_export",
    "publish",
    "publish_due",
    "record",
    "recover",
    "remind",
    "remind_before_due",
    "reopen",
    "restore",
    "return_paper",
    "see_words",
    "slots_between",
    "take_back",
    "take_paper_back",
    "treat",
    "unschedule",
    "withdraw",
    "write_word",
]
