"""Who and what the demo region is made of. Every establishment and every person is invented."""

from dataclasses import dataclass, field

from core.people.choices import Role

# One password for all demo people; only places started with PREAU_DEMO=1 hold them.
PASSWORD = "préau-démo-2026"  # noqa: S105 -- printed by scripts/run, for fictional people
EMAIL_DOMAIN = "example.org"


@dataclass(frozen=True, kw_only=True)
class School:
    """`classes` maps a level to how many classes it has; `size` is pupils per class."""

    key: str
    uai: str
    official_name: str
    display_name: str
    type: str
    commune: str
    commune_code: str
    postal_code: str
    departement_code: str
    departement: str
    academie: str
    slug: str
    classes: dict[str, int]
    size: int
    subjects: tuple[str, ...]
    accent: str = ""
    lycee_type: str = ""


_RIVENBOURG = {
    "commune": "Rivenbourg", "commune_code": "67990", "postal_code": "67990",
    "departement_code": "067", "departement": "Bas-Rhin", "academie": "Strasbourg",
}  # fmt: skip
_MONTBRIEL = {
    "commune": "Montbriel", "commune_code": "57990", "postal_code": "57990",
    "departement_code": "057", "departement": "Moselle", "academie": "Nancy-Metz",
}  # fmt: skip
_VAUCELIN = {
    "commune": "Vaucelin", "commune_code": "51990", "postal_code": "51990",
    "departement_code": "051", "departement": "Marne", "academie": "Reims",
}  # fmt: skip
_COLLEGE = (
    "Français", "Mathématiques", "Histoire-géographie", "Anglais", "Allemand", "Sciences de la vie et de la Terre",
    "Physique-chimie", "Technologie", "Éducation physique et sportive", "Arts plastiques", "Éducation musicale",
)  # fmt: skip
_LYCEE = (
    "Français", "Mathématiques", "Histoire-géographie", "Anglais", "Allemand", "Sciences de la vie et de la Terre",
    "Physique-chimie", "Sciences économiques et sociales", "Philosophie", "Éducation physique et sportive",
)  # fmt: skip
_ECOLE = ("Enseignements de l’école",)

SCHOOLS = (
    School(
        key="lycee", uai="0679991W", type="lycee", lycee_type="LEGT", **_RIVENBOURG,
        official_name="LYCEE GENERAL ET TECHNOLOGIQUE LES HAUTES CHAUMES",
        display_name="Lycée général et technologique Les Hautes-Chaumes", slug="lycee-hautes-chaumes",
        classes={"Seconde": 3, "Première": 3, "Terminale": 3}, size=24, subjects=_LYCEE, accent="#2b5597",
    ),
    School(
        key="lpo", uai="0579991A", type="lycee", lycee_type="LPO", **_MONTBRIEL,
        official_name="LYCEE POLYVALENT DE LA GRANDE LISIERE",
        display_name="Lycée polyvalent de la Grande-Lisière", slug="lycee-grande-lisiere",
        classes={"Seconde": 2, "Première": 2, "Terminale": 2}, size=20, subjects=_LYCEE, accent="#7a3b69",
    ),
    School(
        key="college", uai="0679992X", type="college", **_RIVENBOURG,
        official_name="COLLEGE DES MIRABELLIERS", display_name="Collège des Mirabelliers",
        slug="college-mirabelliers", classes={"6e": 2, "5e": 2, "4e": 2, "3e": 2}, size=22, subjects=_COLLEGE,
    ),
    School(
        key="canal", uai="0579992B", type="college", **_MONTBRIEL,
        official_name="COLLEGE DU CANAL", display_name="Collège du Canal", slug="college-canal",
        classes={"6e": 1, "5e": 1, "4e": 1, "3e": 1}, size=22, subjects=_COLLEGE, accent="#8a5a00",
    ),
    School(
        key="ecole", uai="0679993Y", type="ecole", **_RIVENBOURG,
        official_name="ECOLE ELEMENTAIRE LE CLOS DES BRUMES", display_name="École élémentaire Le Clos-des-Brumes",
        slug="ecole-clos-des-brumes", classes={"CP": 1, "CE1": 1, "CE2": 1, "CM1": 1, "CM2": 1}, size=21,
        subjects=_ECOLE, accent="#a3521f",
    ),
    School(
        key="primaire", uai="0519993K", type="ecole", **_VAUCELIN,
        official_name="ECOLE PRIMAIRE", display_name="École primaire", slug="ecole-primaire-vaucelin",
        classes={"Maternelle": 1, "CP-CE1": 1, "CE2-CM1-CM2": 1}, size=18, subjects=_ECOLE,
    ),
)  # fmt: skip

# Known to the region and not open yet: something to prepare from the console.
WAITING = (
    School(
        key="haut-bois", uai="0679994Z", type="college", **_RIVENBOURG, official_name="COLLEGE DU HAUT BOIS",
        display_name="Collège du Haut-Bois", slug="college-haut-bois", classes={"6e": 4, "5e": 4, "4e": 4, "3e": 4},
        size=25, subjects=(),
    ),
    School(
        key="peupliers", uai="0519994L", type="ecole", **_VAUCELIN, official_name="ECOLE ELEMENTAIRE LES PEUPLIERS",
        display_name="École élémentaire Les Peupliers", slug="ecole-peupliers", classes={"CP": 1, "CE1": 1, "CE2": 1},
        size=20, subjects=(),
    ),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a person is in one school. `level` places a pupil in the first class of it, `teaches` a teacher."""

    school: str
    roles: tuple[str, ...]
    function: str = ""
    level: str = ""
    teaches: str = ""


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """A person whose login is printed. `children` are keys; `apart` marks a parent who lives elsewhere."""

    key: str
    civility: str
    first_name: str
    last_name: str
    profiles: tuple[Profile, ...]
    children: tuple[str, ...] = ()
    kinship: str = ""
    address: str = ""
    says: str = ""  # what signing in as this person shows
    extra: dict[str, str] = field(default_factory=dict)


def _head(school: str, function: str, *more: str) -> tuple[Profile, ...]:
    return (Profile(school=school, roles=(Role.MANAGEMENT, *more), function=function),)


def _pupil(school: str, level: str) -> tuple[Profile, ...]:
    return (Profile(school=school, roles=(Role.PUPIL,), level=level),)


def _guardian(*schools: str) -> tuple[Profile, ...]:
    return tuple(Profile(school=school, roles=(Role.GUARDIAN,)) for school in schools)


CAST = (
    Somebody(key="vautrin", civility="Mme", first_name="Claire", last_name="Vautrin",
             profiles=_head("lycee", "Proviseure"), says="dirige le lycée Les Hautes-Chaumes"),
    Somebody(key="belkacem", civility="M.", first_name="Samir", last_name="Belkacem",
             profiles=(Profile(school="lycee", roles=(Role.TEACHER, Role.DIGITAL_REFERENT),
                               function="Professeur, référent numérique", teaches="Mathématiques"),),
             says="règle les modules du lycée Les Hautes-Chaumes"),
    Somebody(key="ruhlmann", civility="Mme", first_name="Hélène", last_name="Ruhlmann",
             profiles=(Profile(school="lycee", roles=(Role.SCHOOL_LIFE,),
                               function="Conseillère principale d’éducation"),),
             says="vie scolaire du lycée Les Hautes-Chaumes"),
    Somebody(key="keller", civility="M.", first_name="Thomas", last_name="Keller",
             profiles=(Profile(school="lycee", roles=(Role.TEACHER,), function="Professeur", teaches="Allemand"),
                       Profile(school="college", roles=(Role.TEACHER,), function="Professeur",
                               teaches="Allemand")),
             says="enseigne dans deux établissements"),
    Somebody(key="didierjean", civility="M.", first_name="Luc", last_name="Didierjean",
             profiles=_head("lpo", "Proviseur", Role.DIGITAL_REFERENT),
             says="dirige le lycée de la Grande-Lisière"),
    Somebody(key="hartmann", civility="Mme", first_name="Odile", last_name="Hartmann",
             profiles=_head("college", "Principale"), says="dirige le collège des Mirabelliers"),
    Somebody(key="mougel", civility="M.", first_name="Denis", last_name="Mougel",
             profiles=(Profile(school="college", roles=(Role.TEACHER, Role.DIGITAL_REFERENT),
                               function="Professeur, référent numérique", teaches="Technologie"),),
             says="règle les modules du collège des Mirabelliers"),
    Somebody(key="ferrand", civility="Mme", first_name="Nadia", last_name="Ferrand",
             profiles=(Profile(school="college", roles=(Role.TEACHER, Role.GUARDIAN), function="Professeure",
                               teaches="Français"),),
             children=("ilyes",), kinship="10", says="enseigne au collège où va son fils"),
    Somebody(key="ilyes", civility="M.", first_name="Ilyès", last_name="Ferrand", profiles=_pupil("college", "5e"),
             says="élève de 5e au collège des Mirabelliers"),
    Somebody(key="sophie", civility="Mme", first_name="Sophie", last_name="Marchal",
             profiles=_guardian("college", "ecole"), children=("ines", "malo", "zelie"), kinship="10",
             says="trois enfants dans deux établissements"),
    Somebody(key="ines", civility="Mme", first_name="Inès", last_name="Marchal", profiles=_pupil("college", "6e"),
             says="élève de 6e au collège des Mirabelliers"),
    Somebody(key="malo", civility="M.", first_name="Malo", last_name="Marchal", profiles=_pupil("ecole", "CM1")),
    Somebody(key="zelie", civility="Mme", first_name="Zélie", last_name="Marchal", profiles=_pupil("ecole", "CP")),
    Somebody(key="julien", civility="M.", first_name="Julien", last_name="Aubert", profiles=_guardian("college"),
             children=("lou",), kinship="20", address="3 rue du Lavoir\n67990 Rivenbourg",
             says="séparé d’Émilie Noirot, père de Lou"),
    Somebody(key="emilie", civility="Mme", first_name="Émilie", last_name="Noirot", profiles=_guardian("college"),
             children=("lou",), kinship="10", address="12 quai des Tanneurs\n67990 Rivenbourg",
             says="séparée de Julien Aubert, mère de Lou"),
    Somebody(key="lou", civility="Mme", first_name="Lou", last_name="Aubert", profiles=_pupil("college", "4e")),
    Somebody(key="yanis", civility="M.", first_name="Yanis", last_name="Kremer",
             profiles=_pupil("lycee", "Première"), says="élève de première au lycée Les Hautes-Chaumes"),
    Somebody(key="poirot", civility="Mme", first_name="Brigitte", last_name="Poirot",
             profiles=_head("canal", "Principale", Role.DIGITAL_REFERENT), says="dirige le collège du Canal"),
    Somebody(key="petitjean", civility="Mme", first_name="Anne", last_name="Petitjean",
             profiles=(Profile(school="ecole", roles=(Role.MANAGEMENT, Role.TEACHER, Role.DIGITAL_REFERENT),
                               function="Directrice", teaches="Enseignements de l’école"),),
             says="dirige l’école du Clos-des-Brumes et y enseigne"),
    Somebody(key="lejeune", civility="M.", first_name="Rémi", last_name="Lejeune",
             profiles=(Profile(school="primaire", roles=(Role.MANAGEMENT, Role.TEACHER, Role.DIGITAL_REFERENT),
                               function="Directeur", teaches="Enseignements de l’école"),),
             says="dirige l’école primaire de Vaucelin"),
)  # fmt: skip

# login -> (role, scope, scope value, what it shows)
REGIONAL = {
    "region.admin": ("administrator", "region", "", "administre toute la région"),
    "admin.strasbourg": ("administrator", "academie", "Strasbourg", "administre l’académie de Strasbourg"),
    "assistance": ("support", "region", "", "assistance de la région"),
    "formation": ("trainer", "region", "", "formation"),
}
