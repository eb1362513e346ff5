"""What a manifest says of personal data: why it holds them, how long, how they leave, what it asks consent for."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from core.modules.contract.settings import IntSetting

PUBLIC_MISSION = _("Mission d’intérêt public (RGPD, art. 6.1.e)")
LEGAL_DUTY = _("Obligation légale (RGPD, art. 6.1.c)")
CONSENT = _("Consentement (RGPD, art. 6.1.a)")


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long the rows of `model` ("news.Article") are kept, and why.

    `months` is a default, which a school moves between `minimum` and `maximum`; `law` names the text that it comes
    from. `since` says in words what the months count from ("la dernière modification").

    `expired` is the path of `(limit: datetime) -> QuerySet`: the rows whose time was over by then. Core reports them,
    waits for objections, and erases them with `erase`, the path of `(rows: QuerySet) -> int`, a hundred or so in one
    transaction; without it they are deleted. Rows that only ever go with others have no `expired`: `follows` says in
    words with what ("la fiche de la personne"). `setting` is the key of the school's setting that holds the months,
    where the module declares one of its own.
    """

    model: str
    basis: Any
    months: int
    minimum: int = 1
    maximum: int = 120
    law: Any = ""
    since: Any = ""
    expired: str = ""
    erase: str = ""
    follows: Any = ""
    setting: str = ""

    @property
    def key(self) -> str:
        """The key of the school's setting."""
        return self.setting or f"keep_{self.model.partition('.')[2].lower()}"

    @property
    def rows_called(self) -> str:
        """What a reader calls the rows: the model's own name."""
        return str(apps.get_model(self.model)._meta.verbose_name)

    def as_setting(self) -> IntSetting:
        return IntSetting(
            key=self.key,
            label=_("Durée de conservation\u00a0: %(rows)s") % {"rows": self.rows_called},
            default=self.months,
            minimum=self.minimum,
            maximum=self.maximum,
            unit=_("mois"),
        )


@dataclass(frozen=True, kw_only=True)
class Processing:
    """The module's line in the school's register of processing (GDPR art. 30), in words that anybody reads.

    `purposes` what the data are for; `people` whose they are; `data` which; `recipients` who sees them; `basis` what
    makes it lawful. How long is in `retention`.
    """

    purposes: Any
    people: Any
    data: Any
    recipients: Any
    basis: Any = PUBLIC_MISSION


@dataclass(frozen=True, kw_only=True)
class Consent:
    """Something that is only done with somebody's agreement. `text` is what they read and agree to.

    Change `version` with the meaning of the text: earlier answers then no longer hold. With `for_minor_by_guardian`
    a guardian with authority answers for a child under fifteen (law of 6 January 1978, art. 45).
    """

    slug: str
    label: Any
    text: Any
    version: int
    for_minor_by_guardian: bool = True
