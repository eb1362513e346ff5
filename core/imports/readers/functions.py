"""What staff do: the State's codes as roles in a school and as words.

The table follows the profiles of the SDET as ENTs read them; a place may see ORI, AVS or others differently and says
so in PREAU_IMPORT_ROLES.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from core.imports.readers.naming import label
from core.people.choices import Role


@dataclass(frozen=True, slots=True)
class Function:
    role: Role
    words: str
    feminine: str = ""


# ENTPersonFonctions (AAF) and FONCTION (STS). « - » means none.
FUNCTIONS = {
    "ENS": Function(Role.TEACHER, "Professeur", "Professeure"),
    "DOC": Function(Role.TEACHER, "Professeur documentaliste", "Professeure documentaliste"),
    "DIR": Function(Role.MANAGEMENT, "Direction"),
    "EDU": Function(Role.SCHOOL_LIFE, "CPE"),
    "AED": Function(Role.SCHOOL_LIFE, "Assistant d’éducation", "Assistante d’éducation"),
    "SUR": Function(Role.SCHOOL_LIFE, "Surveillant", "Surveillante"),
    "AVS": Function(Role.SCHOOL_LIFE, "Accompagnant d’élèves", "Accompagnante d’élèves"),
    "ASE": Function(Role.SCHOOL_LIFE, "Assistant étranger", "Assistante étrangère"),
    "ORI": Function(Role.ADMINISTRATIVE, "Orientation"),
    "CFC": Function(Role.ADMINISTRATIVE, "Conseiller en formation continue", "Conseillère en formation continue"),
    "ADF": Function(Role.ADMINISTRATIVE, "Administration"),
    "LAB": Function(Role.ADMINISTRATIVE, "Laboratoire"),
    "ALB": Function(Role.ADMINISTRATIVE, "Laboratoire"),
    "MDS": Function(Role.ADMINISTRATIVE, "Santé scolaire"),
    "OUV": Function(Role.ADMINISTRATIVE, "Agent"),
    "CTR": Function(Role.ADMINISTRATIVE, "Directeur délégué aux formations", "Directrice déléguée aux formations"),
    "TEC": Function(Role.ADMINISTRATIVE, "Technique"),
    "ASS": Function(Role.ADMINISTRATIVE, "Assistant social", "Assistante sociale"),
    "APP": Function(Role.SCHOOL_LIFE, "Apprentissage"),
    "CIO": Function(Role.TEACHER, "Documentation"),
    "DCT": Function(Role.TEACHER, "Documentation"),
}
# D0010 and D0011 are heads and deputies; the labels of the State are not what they call themselves
_DISCIPLINES = {
    "D0010": Function(Role.MANAGEMENT, "Chef d’établissement", "Cheffe d’établissement"),
    "D0011": Function(Role.MANAGEMENT, "Adjoint au chef d’établissement", "Adjointe au chef d’établissement"),
}
_NONE = {"", "-", "SANS OBJET", "NON SPECIALISE"}
_VOWELS = "aeiouyhéèêàâîôûœæ"
WORDS = 100  # core.people.models.Person.function


def role_of(code: str) -> str | None:
    """The role of a function's code; None for a code that nobody has told of."""
    if (told := getattr(settings, "IMPORT_ROLES", {}).get(code)) is not None:
        return str(told)
    function = FUNCTIONS.get(code)
    return function.role.value if function else None


@lru_cache(maxsize=20_000)
def function_words(code: str, name: str, discipline_code: str, discipline: str, civility: str) -> str:
    """What a person does, for the directory: "Professeure de mathématiques", "CPE", "Adjoint au chef…"."""
    feminine = civility == "Mme"
    known = _DISCIPLINES.get(discipline_code) or FUNCTIONS.get(code)
    if known is None:
        return label(name if name not in _NONE else code)[:WORDS]
    words = known.feminine if feminine and known.feminine else known.words
    if code == "ENS":
        words += _of(discipline)
    return words[:WORDS]


def subject_words(discipline: str) -> str:
    """The subject that a teacher's discipline is called after; empty for none."""
    return "" if discipline.strip() in _NONE else label(discipline)


def _of(discipline: str) -> str:
    words = subject_words(discipline)
    if not words:
        return ""
    if len(words) < 2 or not words[1].isupper():
        words = words[0].lower() + words[1:]
    return f" d’{words}" if words[0] in _VOWELS else f" de {words}"


def joined(words: Iterable[str]) -> str:
    """Several functions of one person, each once."""
    return ", ".join(dict.fromkeys(word for word in words if word))[:WORDS]
