"""Writing news. Each function takes the viewer who acts, and refuses what their rights do not allow."""

from modules.news.services.articles import Content, FileChanges, change_article, create_article
from modules.news.services.publishing import (
    AudienceWidened,
    discard,
    publish,
    recall,
    recover,
    reopen,
    restore,
    send_back,
    submit,
    withdraw,
)
from modules.news.services.reading import confirm, hide_section, mark_read, note_export, show_section
from modules.news.services.retention import empty_bin
from modules.news.services.sections import (
    archive_section,
    change_section,
    create_section,
    remove_contributor,
    reopen_section,
    set_contributor,
)

__all__ = [
    "AudienceWidened",
    "Content",
    "FileChanges",
    "archive_section",
    "change_article",
    "change_section",
    "confirm",
    "create_article",
    "create_section",
    "discard",
    "empty_bin",
    "hide_section",
    "mark_read",
    "note_export",
    "publish",
    "recall",
    "recover",
    "remove_contributor",
    "reopen",
    "reopen_section",
    "restore",
    "send_back",
    "set_contributor",
    "show_section",
    "submit",
    "withdraw",
]
