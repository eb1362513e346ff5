"""What the columns of a free table may hold, and the headers by which each is recognised."""

import re
from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.people.text import fold

# Name, label for people, headers by which it is recognised
_OWN: tuple[tuple[str, str | Promise, str], ...] = (
    ("kind", _("Profil (élève, responsable, enseignant…)"),
     "profil eleve responsable enseignant | profil | type | categorie | statut | kind | profile"),
    ("identifier", _("Identifiant"), "identifiant | id | identifier | matricule | numero | external id"),
    ("ine", _("INE"), "ine | numero ine | identifiant national | identifiant national eleve"),
    ("last_name", _("Nom"),
     "nom | nom d usage | nom usage | nom de famille | last name | lastname | surname | family name | nom "
     "eleve | nom de l eleve"),
    ("first_name", _("Prénom"),
     "prenom | prenoms | first name | firstname | given name | prenom eleve | prenom de l eleve"),
    ("birth_name", _("Nom de naissance"), "nom de naissance | nom naissance | nom patronymique | birth name"),
    ("civility", _("Civilité ou sexe"), "civilite ou sexe | civilite | sexe | genre | title | gender | sex"),
    ("birth_date", _("Date de naissance"),
     "date de naissance | date naissance | naissance | ne le | nee le | ne e le | birth date | birthdate | "
     "date of birth | ddn"),
    ("email", _("Courriel"),
     "courriel | mail | email | e mail | adresse mail | adresse e mail | adresse electronique | adresse "
     "email"),
    ("mobile", _("Téléphone portable"), "portable | telephone portable | mobile | tel portable | gsm | cell phone"),
    ("phone", _("Téléphone"), "telephone | tel | telephone fixe | telephone domicile | phone | numero de telephone"),
    ("address", _("Adresse"), "adresse | adresse postale | rue | address | street"),
    ("postcode", _("Code postal"), "code postal | cp | postcode | zip | zip code"),
    ("town", _("Commune"), "commune | ville | town | city"),
    ("class", _("Classe"), "classe | division | class | libelle classe | classes"),
    ("level", _("Niveau"), "niveau | level | grade"),
    ("groups", _("Groupes"), "groupe | groupes | group | groups"),
    ("regime", _("Régime"), "regime | demi pension"),
    ("role", _("Rôle du personnel"), "role du personnel | role | roles"),
    ("function", _("Fonction"), "fonction | emploi | poste | function | job | metier"),
    ("subject", _("Matière enseignée"), "matiere | matiere enseignee | matieres | discipline | subject"),
    ("classes_taught", _("Classes enseignées"), "classes enseignees | enseigne a | teaches"),
    ("main_class", _("Professeur principal de"),
     "professeur principal de | professeur principal | pp | classe principale | main class"),
    ("child_identifier", _("Enfant\u00a0: identifiant ou INE"),
     "enfant identifiant ou ine | identifiant enfant | ine enfant | identifiant eleve | child id"),
    ("child_last_name", _("Enfant\u00a0: nom"),
     "enfant nom | nom enfant | nom de l enfant | nom de famille enfant | child last name"),
    ("child_first_name", _("Enfant\u00a0: prénom"),
     "enfant prenom | prenom enfant | prenom de l enfant | child first name"),
    ("kinship", _("Lien avec l’enfant"), "lien avec l enfant | lien | lien de parente | parente | relation | kinship"),
    ("authority", _("Responsabilité légale"),
     "responsabilite legale | autorite parentale | responsable legal | legal | niveau de responsabilite | "
     "authority"),
)  # fmt: skip
GUARDIANS = (1, 2, 3)
_OF_GUARDIANS = (
    "last_name", "first_name", "birth_name", "civility", "kinship", "authority", "email", "mobile", "phone", "address",
    "postcode", "town", "identifier",
)  # fmt: skip
_LABELS = {name: label for name, label, _words in _OWN}
# (name, label for people), in the order in which they are offered
FIELDS: tuple[tuple[str, str | Promise], ...] = (
    *((name, label) for name, label, _words in _OWN),
    *(
        (f"guardian{rank}_{name}", format_lazy("{} {}\u00a0: {}", _("Responsable"), rank, _LABELS[name]))
        for rank in GUARDIANS
        for name in _OF_GUARDIANS
    ),
)
NAMES = frozenset(name for name, _label in FIELDS)
_BY_WORDS = {words: name for name, _label, known in _OWN for words in known.split(" | ")}
_GUARDIAN = re.compile(
    r"\b(?:du |de la |de l )?(?:responsable legal|responsable|representant legal|representant|parent|tuteur|guardian"
    r"|resp)(?: n)? ?([123])\b"
)
HEADERS = frozenset(_BY_WORDS)


def field_of(header: str) -> str:
    """The field that a header names, in the French and English of usual lists; empty for none."""
    words = fold(header)
    if found := _GUARDIAN.search(words):
        own = " ".join((words[: found.start()] + " " + words[found.end() :]).split())
        name = _BY_WORDS.get(own.removesuffix(" du").removesuffix(" de").strip(), "")
        return f"guardian{found[1]}_{name}" if name in _OF_GUARDIANS else ""
    return _BY_WORDS.get(words, "")


def proposed(headers: Sequence[str]) -> dict[str, str]:
    """{header: field} for what is recognised, each field once."""
    mapping: dict[str, str] = {}
    for header in headers:
        name = field_of(header)
        if name and name not in mapping.values():
            mapping[header] = name
    return mapping
