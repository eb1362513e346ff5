"""What may follow a pupil: identity, identifiers, guardians and their links. Nothing else."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.people.choices import Authority, Kinship
from core.people.families import holding
from core.people.models import Person
from core.people.text import tidy

_LINK = ("kinship", "authority", "priority", "pays", "is_contact")


@dataclass(frozen=True)
class Human:
    """Somebody of a record: names, birth, identifiers of imports, the account that they have in the region."""

    first_name: str
    last_name: str
    birth_name: str = ""
    birth_date: date | None = None
    civility: str = ""
    ids: dict[str, Any] = field(default_factory=dict)
    account: int | None = None

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def fields(self) -> dict[str, Any]:
        """What `create_person` takes."""
        names = ("first_name", "last_name", "birth_name", "birth_date", "civility")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Guardian:
    human: Human
    link: dict[str, Any]

    @property
    def words(self) -> str:
        """« Mère · Responsable légal »"""
        return f"{Kinship(self.link['kinship']).label} · {Authority(self.link['authority']).label}"


@dataclass(frozen=True)
class Following:
    """A record as it came."""

    pupil: Human
    guardians: list[Guardian]


def record_of(pupil: Person) -> dict[str, Any]:
    """The JSON of `tenants.transfers.models.Transfer.record`, with the guardians of today. One query."""
    links = pupil.guardian_links.filter(holding()).select_related("guardian").order_by("priority", "pk")
    guardians = [_human(link.guardian) | {"link": {name: getattr(link, name) for name in _LINK}} for link in links]
    return _human(pupil) | {"guardians": guardians}


def read(record: dict[str, Any]) -> Following:
    return Following(_read(record), [Guardian(_read(one), dict(one["link"])) for one in record["guardians"]])


def _human(person: Person) -> dict[str, Any]:
    born = person.birth_date.isoformat() if person.birth_date else None
    names = ("first_name", "last_name", "birth_name", "civility")
    identity = {name: getattr(person, name) for name in names} | {"birth_date": born}
    return {"identity": identity, "ids": person.external_ids, "account": person.account_id}


def _read(told: dict[str, Any]) -> Human:
    identity = dict(told["identity"])
    born = identity.pop("birth_date", None)
    return Human(
        **{name: tidy(value) for name, value in identity.items()},
        birth_date=date.fromisoformat(born) if born else None,
        ids=dict(told.get("ids") or {}),
        account=told.get("account"),
    )
