"""Conversations, messages, one copy for each recipient, and what surrounds them.

A message is one body (`Message`) and one row for each person whom it concerns (`Copy`), sender included, written by
one statement however many they are. All that somebody does with a message (read, file, throw away) is in their own
copy. A box is a list of conversations: of each conversation a person sees their latest copy, marked `latest`, so that
a page of a box is a walk along one index, and the count of what is unread a walk along another.

What is not sent yet is a `Draft`, whatever it waits for; only sending makes messages.

Keys to core use `core.modules.deletion`: people are deleted in schools without the module too.
"""

from modules.messaging.models.lengths import BODY_LENGTH, NAME_LENGTH, SIGNATURE_LENGTH, SUBJECT_LENGTH
from modules.messaging.models.mail import (
    Conversation,
    Copy,
    Folder,
    Label,
    Message,
    Purge,
)
from modules.messaging.models.order import (
    Block,
    Correspondent,
    Report,
    Rule,
    Suspension,
)
from modules.messaging.models.writing import (
    Attachment,
    Draft,
    Template,
)

__all__ = [
    "BODY_LENGTH",
    "NAME_LENGTH",
    "SIGNATURE_LENGTH",
    "SUBJECT_LENGTH",
    "Attachment",
    "Block",
    "Conversation",
    "Copy",
    "Correspondent",
    "Draft",
    "Folder",
    "Label",
    "Message",
    "Purge",
    "Report",
    "Rule",
    "Suspension",
    "Template",
]
