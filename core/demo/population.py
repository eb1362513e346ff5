"""Who lives in the demo region: drawn with a fixed seed, so that two installations hold the same people."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from core.demo import names
from core.demo.cast import CAST, EMAIL_DOMAIN, SCHOOLS, School, Somebody
from core.people.choices import Role

_STREETS = ("rue du Lavoir", "rue des Tilleuls", "place de la Fontaine", "rue de la Gare", "chemin des Vignes",
            "rue du Moulin", "impasse des Cigognes", "rue Haute", "quai des Tanneurs", "rue de la Scierie")  # fmt: skip
# The age that pupils of a level reach in the school year.
_AGES = {"Maternelle": 5, "CP": 6, "CE1": 7, "CE2": 8, "CM1": 9, "CM2": 10, "CP-CE1": 7, "CE2-CM1-CM2": 9, "6e": 11,
         "5e": 12, "4e": 13, "3e": 14, "Seconde": 15, "Première": 16, "Terminale": 17}  # fmt: skip
_NEVER_ACTIVATED = 0.07  # share of guardians without an account, as everywhere


@dataclass(kw_only=True)
class Profile:
    """One human in one school."""

    school: str
    roles: list[str]
    function: str = ""
    class_name: str = ""
    teaches: str = ""


@dataclass(kw_only=True)
class Human:
    key: str
    civility: str
    first_name: str
    last_name: str
    birth_date: date | None = None
    address: str = ""
    phone: str = ""
    email: str = ""
    has_account: bool = True
    profiles: list[Profile] = field(default_factory=list)
    # (key of the child, kinship code), to be linked in each school where both are
    children: list[tuple[str, str]] = field(default_factory=list)


def class_names(school: School) -> list[tuple[str, str]]:
    """`[("6e A", "6e"), …]`: the school's classes with their level."""
    letters = "ABCDEFGH"
    return [
        (level if count == 1 else f"{level} {letters[n]}", level)
        for level, count in school.classes.items()
        for n in range(count)
    ]


def everybody(year: int, seed: int = 2026) -> list[Human]:
    """All people of the demo region for the school year that begins in `year`."""
    rng = Random(seed)  # noqa: S311 -- fictional people, not secrets
    humans = list(_cast(year, rng))
    humans += _families(year, rng, humans)
    for school in SCHOOLS:
        humans += _staff(school, rng, humans)
    return humans


def _cast(year: int, rng: Random) -> Iterator[Human]:
    schools = {school.key: school for school in SCHOOLS}
    for somebody in CAST:
        profiles = [
            Profile(
                school=profile.school,
                roles=[str(role) for role in profile.roles],
                function=profile.function,
                teaches=profile.teaches,
                class_name=_first_class(schools[profile.school], profile.level) if profile.level else "",
            )
            for profile in somebody.profiles
        ]
        levels = [profile.level for profile in somebody.profiles if profile.level]
        yield Human(
            key=somebody.key,
            civility=somebody.civility,
            first_name=somebody.first_name,
            last_name=somebody.last_name,
            birth_date=_born(year, levels[0], rng) if levels else None,
            address=somebody.address,
            phone="" if levels else _phone(rng),
            email=_email(somebody),
            profiles=profiles,
            children=[(child, somebody.kinship) for child in somebody.children],
        )


def _families(year: int, rng: Random, already: list[Human]) -> list[Human]:
    """Fill the classes. Siblings live in the same commune, hence often in another school of the region."""
    places = _free_places(already)
    rng.shuffle(places)
    made: list[Human] = []
    number = 0
    while places:
        number += 1
        surname = rng.choice(names.SURNAMES)
        school, class_name, level = places.pop()
        children = [_child(f"f{number}c0", surname, school, class_name, level, year, rng)]
        for n in range(1, rng.choices((1, 2, 3), weights=(5, 4, 1))[0]):
            sibling = next((p for p in places if p[0].commune == school.commune and p[2] != level), None)
            if sibling is None:
                break
            places.remove(sibling)
            children.append(_child(f"f{number}c{n}", surname, *sibling, year, rng))
        made += children + _parents(number, surname, children, rng)
    return made


def _free_places(already: list[Human]) -> list[tuple[School, str, str]]:
    taken: dict[tuple[str, str], int] = {}
    for human in already:
        for profile in human.profiles:
            if profile.class_name:
                taken[profile.school, profile.class_name] = taken.get((profile.school, profile.class_name), 0) + 1
    return [
        (school, name, level)
        for school in SCHOOLS
        for name, level in class_names(school)
        for _ in range(school.size - taken.get((school.key, name), 0))
    ]


def _child(key: str, surname: str, school: School, class_name: str, level: str, year: int, rng: Random) -> Human:
    girl = rng.random() < 0.5
    return Human(
        key=key,
        civility="Mme" if girl else "M.",
        first_name=rng.choice(names.GIRLS if girl else names.BOYS),
        last_name=surname,
        birth_date=_born(year, level, rng),
        profiles=[Profile(school=school.key, roles=[Role.PUPIL], class_name=class_name)],
    )


def _parents(number: int, surname: str, children: list[Human], rng: Random) -> list[Human]:
    schools = list(dict.fromkeys(child.profiles[0].school for child in children))
    address = f"{rng.randint(1, 90)} {rng.choice(_STREETS)}"
    parents = []
    for n in range(1 if rng.random() < 0.55 else 2):
        mother = n == 0
        human = Human(
            key=f"f{number}p{n}",
            civility="Mme" if mother else "M.",
            first_name=rng.choice(names.WOMEN if mother else names.MEN),
            last_name=rng.choice(names.SURNAMES) if mother and rng.random() < 0.3 else surname,
            address=address,
            phone=_phone(rng),
            has_account=rng.random() > _NEVER_ACTIVATED,
            profiles=[Profile(school=school, roles=[Role.GUARDIAN]) for school in schools],
            children=[(child.key, "10" if mother else "20") for child in children],
        )
        parents.append(human)
    return parents


def _staff(school: School, rng: Random, already: list[Human]) -> list[Human]:
    """Teachers for every subject (one per class in a primary school), school life and the office."""
    posts: list[tuple[str, str, str]] = []
    classes = len(class_names(school))
    there = [p for human in already for p in human.profiles if p.school == school.key]
    for subject in school.subjects:
        wanted = classes if school.type == "ecole" else max(1, round(classes / 4))
        wanted -= sum(profile.teaches == subject for profile in there)
        posts += [(Role.TEACHER, "Professeur des écoles" if school.type == "ecole" else "Professeur", subject)] * max(
            0, wanted
        )
    if school.type == "ecole":
        posts += [(Role.PARTNER, "Agent périscolaire", "")]
    else:
        posts += [(Role.SCHOOL_LIFE, "Assistant d’éducation", "")] * 2 + [(Role.ADMINISTRATIVE, "Secrétariat", "")]
        posts += [(Role.MANAGEMENT, "Adjoint de direction", ""), (Role.TEACHER, "Professeur documentaliste", "")]
    return [_employee(f"{school.key}s{n}", school, *post, rng) for n, post in enumerate(posts)]


def _employee(key: str, school: School, role: str, function: str, teaches: str, rng: Random) -> Human:
    woman = rng.random() < 0.6
    feminine = {"Professeur": "Professeure", "Assistant": "Assistante", "Agent": "Agente", "Adjoint": "Adjointe"}
    first, _, rest = function.partition(" ")
    if woman and first in feminine:
        function = f"{feminine[first]} {rest}".strip()
    return Human(
        key=key,
        civility="Mme" if woman else "M.",
        first_name=rng.choice(names.WOMEN if woman else names.MEN),
        last_name=rng.choice(names.SURNAMES),
        phone=_phone(rng),
        profiles=[Profile(school=school.key, roles=[role], function=function, teaches=teaches)],
    )


def _first_class(school: School, level: str) -> str:
    return next(name for name, of in class_names(school) if of == level)


def _born(year: int, level: str, rng: Random) -> date:
    return date(year - _AGES[level], 1, 1) + timedelta(days=rng.randrange(365))


def _phone(rng: Random) -> str:
    """In the range that the French regulator keeps for fiction (06 39 98 …)."""
    return f"06 39 98 {rng.randint(0, 99):02} {rng.randint(0, 99):02}"


def _email(somebody: Somebody) -> str:
    return f"{somebody.key}@{EMAIL_DOMAIN}"
