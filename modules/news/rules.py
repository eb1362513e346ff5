"""Who may do what with an article. Pure: what is known of the person comes in, an answer comes out."""

from collections.abc import Collection
from dataclasses import dataclass

from modules.news.choices import Status

WRITE, PUBLISH, URGENT = "news.write", "news.publish", "news.send_urgent"
REPORTS, SECTIONS = "news.see_reports", "news.manage_sections"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a person is to one article. `direct`: the school's settings let their roles publish unread."""

    codes: frozenset[str] = frozenset()
    direct: bool = False
    is_author: bool = False
    writes_in_section: bool = False
    manages_section: bool = False
    withdrew_it: bool = False

    @property
    def reviews(self) -> bool:
        """May decide about other people's articles here."""
        return PUBLISH in self.codes or self.manages_section

    @property
    def publishes_own(self) -> bool:
        return self.is_author and self.writes_in_section and (self.direct or self.reviews)


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What may be done with an article now: one flag for each action that a page offers."""

    edit: bool
    submit: bool
    publish: bool
    send_back: bool
    recall: bool
    withdraw: bool
    restore: bool
    reopen: bool
    discard: bool
    recover: bool
    see_readers: bool
    see_report: bool

    @property
    def any_change(self) -> bool:
        return any((self.edit, self.recall, self.withdraw, self.restore, self.reopen, self.discard, self.recover))


def rights(standing: Standing, status: str, *, urgent: bool) -> Rights:
    """Drafts are their author's alone; what is submitted belongs to reviewers too; what is out, to both."""
    author, reviews, own = standing.is_author, standing.reviews, standing.publishes_own
    draft, submitted = status == Status.DRAFT, status == Status.SUBMITTED
    published, withdrawn = status == Status.PUBLISHED, status == Status.WITHDRAWN
    may_write = author and standing.writes_in_section
    return Rights(
        edit=(draft and author) or (submitted and (author or reviews)) or (published and (reviews or own)),
        submit=draft and may_write and not own,
        publish=(draft and own) or (submitted and reviews),
        send_back=submitted and reviews,
        recall=submitted and author,
        withdraw=published and (author or reviews),
        restore=withdrawn and (reviews or own or (author and standing.withdrew_it)),
        reopen=withdrawn and author,
        discard=(draft and author) or (withdrawn and (author or reviews)),
        recover=status == Status.DISCARDED and author,
        see_readers=(published or withdrawn) and (author or reviews),
        see_report=(published or withdrawn) and urgent and REPORTS in standing.codes,
    )


def writes_in(codes: frozenset[str], *, open_to_all: bool, contributes: bool, manages: bool, archived: bool) -> bool:
    """Whether one may write in a section. Contributors need no permission of their own: a pupils' journal."""
    if archived:
        return False
    if codes & {SECTIONS, PUBLISH} or manages or contributes:
        return True
    return open_to_all and WRITE in codes


def may_describe_section(codes: frozenset[str], *, manages: bool) -> bool:
    """Changing its name, its look and its contributors."""
    return SECTIONS in codes or manages


def publishes_directly(roles: Collection[str], setting: Collection[str]) -> bool:
    return bool(set(roles) & set(setting))
