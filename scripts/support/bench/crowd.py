"""A large lycée: its people, their classes, and years of news, written in bulk."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from time import time as now
from typing import Any

from scripts.support.bench.run import slices

PUPILS, GUARDIANS, TEACHERS, CLASSES = 2000, 3500, 150, 60
START = date(2026, 9, 1)
YEARS = 5
# The words of a school's news, the most usual first: they are drawn with weights that fall as one over the rank.
WORDS = """réunion parents élèves classe lycée professeurs sortie voyage cantine vacances inscriptions conseil examen
bac stage orientation informations rentrée bibliothèque sport musée concert théâtre spectacle atelier club projet
résultats concours calendrier horaires transport bus bourse dossier documents absence remplacement mathématiques
français histoire géographie physique chimie anglais allemand espagnol philosophie sciences économie musique arts
plastiques technologie gymnase piscine internat infirmerie psychologue assistante sociale vie scolaire direction
secrétariat intendance restauration menu semaine matin midi après-midi soir lundi mardi mercredi jeudi vendredi samedi
septembre octobre novembre décembre janvier février mars avril mai juin planning révisions oral écrit blanc épreuve
convocation salle bâtiment portes ouvertes journée forum métiers entreprise partenaire association foyer élection
délégués représentants assemblée générale solidarité collecte environnement jardin recyclage énergie numérique tablette
ordinateur réseau mot passe sécurité exercice évacuation travaux parking accès grille portail""".split()  # noqa: SIM905


@dataclass
class Crowd:
    """How many people there are, and one of each kind who will look."""

    total: int
    viewers: dict[str, Any] = field(default_factory=dict)


def fill(school: Any, *, items: int, chance: random.Random) -> Crowd:
    from tenants.schemas.context import school as inside

    with inside(school):
        crowd = _people(chance)
        _news(chance, items)
    for person in crowd.viewers.values():
        _account(school, person)
    return crowd


def _people(chance: random.Random) -> Crowd:
    from core.people.choices import Kinship
    from core.people.models import GuardianLink, Person
    from core.structure.models import ClassMembership, SchoolClass, SchoolYear, Subject, TeachingService

    pupils = Person.objects.bulk_create(_persons(chance, PUPILS, "pupil"), batch_size=1000)
    guardians = Person.objects.bulk_create(_persons(chance, GUARDIANS, "guardian"), batch_size=1000)
    teachers = Person.objects.bulk_create(_persons(chance, TEACHERS, "teacher", "Professeur"))
    head = Person.objects.bulk_create(_persons(chance, 5, "management", "Proviseur adjoint"))[0]
    year = SchoolYear.objects.create(label="2026-2027", starts_on=START, ends_on=date(2027, 7, 3), is_current=True)
    classes = SchoolClass.objects.bulk_create(
        [SchoolClass(year=year, name=f"{('2de', '1re', 'Tle')[n % 3]} {n // 3 + 1}") for n in range(CLASSES)]
    )
    ClassMembership.objects.bulk_create(
        [ClassMembership(school_class=classes[n % CLASSES], person=p, starts_on=START) for n, p in enumerate(pupils)]
    )
    GuardianLink.objects.bulk_create(
        [
            GuardianLink(child=pupil, guardian=guardians[(n + half * len(pupils)) % GUARDIANS], kinship=Kinship.MOTHER)
            for n, pupil in enumerate(pupils)
            for half in (0, 1)
        ]
    )
    subjects = Subject.objects.bulk_create([Subject(name=name) for name in WORDS[38:52]])
    TeachingService.objects.bulk_create(
        [
            TeachingService(
                teacher=teachers[(n * 7 + s) % TEACHERS], subject=subject, school_class=one, starts_on=START
            )
            for n, one in enumerate(classes)
            for s, subject in enumerate(subjects)
        ]
    )
    viewers = {"pupil": pupils[0], "guardian": guardians[0], "teacher": teachers[0], "management": head}
    return Crowd(Person.objects.count(), viewers)


def _persons(chance: random.Random, count: int, role: str, function: str = "") -> list[Any]:
    from core.demo.names import BOYS, GIRLS, SURNAMES
    from core.people.models import Person
    from core.people.text import search_words

    made = []
    for _n in range(count):
        first, last = chance.choice((*GIRLS, *BOYS)), chance.choice(SURNAMES)
        made.append(
            Person(
                first_name=first, last_name=last, roles=[role], function=function, arrived_on=START,
                search_text=search_words(last, first),
            )
        )  # fmt: skip
    return made


def _news(chance: random.Random, items: int) -> None:
    from core.structure.models import SchoolClass
    from modules.news.models import Article, Audience, Section

    sections = Section.objects.bulk_create([Section(name=f"Rubrique {n + 1}") for n in range(12)])
    classes = list(SchoolClass.objects.values_list("pk", flat=True))
    words, weights = _vocabulary(chance)
    for numbers in slices(list(range(items)), 2000):
        texts = [" ".join(chance.choices(words, weights, k=chance.randint(30, 110))) for _n in numbers]
        articles = Article.objects.bulk_create(
            [_article(chance, chance.choice(sections), text) for text in texts], batch_size=500
        )
        lines = [_audience(chance, article, classes) for article in articles]
        Audience.objects.bulk_create([line for line in lines if line], batch_size=1000)


def _vocabulary(chance: random.Random) -> tuple[list[str], list[float]]:
    """Real words with the weights of a real language, and a long tail of rare ones."""
    syllables = ("ba", "cor", "dé", "fi", "gra", "jo", "li", "mon", "no", "pré", "ques", "ri", "sa", "ti", "ve", "zen")
    rare = {"".join(chance.choices(syllables, k=chance.randint(2, 5))) for _n in range(6000)}
    words = [*WORDS, *sorted(rare)]
    return words, [1 / (rank + 3) for rank in range(len(words))]


def _article(chance: random.Random, section: Any, text: str) -> Any:
    from modules.news.choices import Status
    from modules.news.models import Article

    ago = timedelta(minutes=chance.randrange(YEARS * 525_600))
    at = datetime.combine(date(2026, 11, 20), time(8), tzinfo=UTC) - ago
    words = text.split()
    return Article(
        section=section, title=" ".join(words[: chance.randint(3, 8)]).capitalize(), summary=" ".join(words[8:20]),
        body=text, status=Status.PUBLISHED, publish_at=at, created_at=at, updated_at=at,
    )  # fmt: skip


def _audience(chance: random.Random, article: Any, classes: list[int]) -> Any:
    """Four in ten are for everybody, three for a role, three for a class."""
    from modules.news.choices import AudienceKind
    from modules.news.models import Audience

    draw = chance.random()
    if draw < 0.4:
        return None
    if draw < 0.7:
        role = chance.choice(("pupil", "guardian", "teacher", "management"))
        return Audience(article=article, kind=AudienceKind.ROLE, role=role)
    return Audience(article=article, kind=AudienceKind.CLASS, school_class_id=chance.choice(classes))


# --- who looks ----------------------------------------------------------------------------------------------
def _account(school: Any, person: Any) -> None:
    from core.people.models import Person
    from tenants.accounts.models import Account, Membership
    from tenants.schemas.context import region
    from tenants.schemas.context import school as inside

    with region():
        account = Account.objects.create(login=f"banc.{person.pk}", password="!")
        Membership.objects.create(
            account=account, uai=school.uai, schema_name=school.schema_name, person_id=person.pk
        )
    with inside(school):
        Person.objects.filter(pk=person.pk).update(account_id=account.pk)
    person.account_id = account.pk


def signed_in(school: Any, person: Any) -> Any:
    """A browser in which the person has signed in, the second factor included."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.test import Client

    from tenants.accounts.models import Account
    from tenants.schemas.context import region
    from tenants.schemas.context import school as inside

    client = Client(headers={"host": f"{school.slug}.localhost"})
    with region():
        account = Account.objects.get(pk=person.account_id)
    with inside(school):
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(account.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        session["mfa_at"] = int(now())
        session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client
