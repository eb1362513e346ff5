import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.establishments.naming import academie_name, commune_name, departement_name, school_name
from tenants.text import words_of

SCHOOLS = {
    "COLLEGE JEAN MACE": "Collège Jean Macé",
    "ECOLE PRIMAIRE": "École primaire",
    "ECOLE ELEMENTAIRE PUBLIQUE LES TILLEULS": "École élémentaire publique Les Tilleuls",
    "LYCEE POLYVALENT ANTOINE DE SAINT EXUPERY": "Lycée polyvalent Antoine de Saint-Exupéry",
    "LYCEE GENERAL ET TECHNOLOGIQUE GENERAL LECLERC": "Lycée général et technologique Général Leclerc",
    "COLLEGE GENERAL DE GAULLE": "Collège Général de Gaulle",
    "LYCEE PROFESSIONNEL PRIVE NOTRE DAME DES VERTUS": "Lycée professionnel privé Notre-Dame des Vertus",
    "COLLEGE PRIVE SAINTE JEANNE D ARC": "Collège privé Sainte-Jeanne-d’Arc",
    "COLLEGE PRIVE DU SACRE COEUR": "Collège privé du Sacré-Cœur",
    "COLLEGE DE L ARGONNE": "Collège de l’Argonne",
    "ECOLE PRIMAIRE L ENVOL DU PETIT PRINCE": "École primaire L’Envol du Petit Prince",
    "COLLEGE JEAN DE LA FONTAINE": "Collège Jean de La Fontaine",
    "COLLEGE MARIE HELENE CARDOT": "Collège Marie-Hélène Cardot",
    "COLLEGE PAUL EMILE VICTOR": "Collège Paul-Émile Victor",
    "ECOLE ELEMENTAIRE J J ROUSSEAU": "École élémentaire J.-J. Rousseau",
    "ECOLE ELEMENTAIRE K ET M KRAFFT": "École élémentaire K. et M. Krafft",
    "ECOLE ELEMENTAIRE L PASTEUR": "École élémentaire L. Pasteur",
    "LYCEE POLYVALENT FRANCOIS 1ER": "Lycée polyvalent François 1er",
    "COLLEGE PRIVE JEAN XXIII": "Collège privé Jean XXIII",
    "LYCEE POLYVALENT GEORGES BRIERE LYCEE DES METIERS DE L INDUSTRIE": "Lycée polyvalent Georges Brière",
    "LYCEE DES METIERS PIERRE MENDES FRANCE": "Lycée des métiers Pierre Mendès France",
    "COLLEGE EPISCOPAL SAINT ETIENNE (COLLEGE PRIVE)": "Collège épiscopal Saint-Étienne (collège privé)",
    "RPI DE LA PETITE DOLLER": "RPI de la Petite Doller",
    "ECOLE PRIMAIRE PUBLIQUE LA P TITE PRELE": "École primaire publique La P’tite Prêle",
    "ECOLE PRMAIRE SCULPTEURS JACQUES": "École primaire Sculpteurs Jacques",
    "ECOLE ELEMENTAIRE CHAMPS A NABORD": "École élémentaire Champs à Nabord",
    "Ecole primaire Jules Ferry": "École primaire Jules Ferry",
    "Collège Jean Macé": "Collège Jean Macé",
}
COMMUNES = {
    "CHARLEVILLE MEZIERES": "Charleville-Mézières",
    "CHALONS EN CHAMPAGNE": "Châlons-en-Champagne",
    "SAINT DIZIER": "Saint-Dizier",
    "L HOPITAL": "L’Hôpital",
    "RAON L ETAPE": "Raon-l’Étape",
    "LE VAL D AJOL": "Le Val-d’Ajol",
    "LA CHAPELLE SAINT LUC": "La Chapelle-Saint-Luc",
    "MONTIGNY LES METZ": "Montigny-lès-Metz",
    "SIERCK LES BAINS": "Sierck-les-Bains",
    "SAINTE MARIE AUX MINES": "Sainte-Marie-aux-Mines",
    "BLENOD LES PONT A MOUSSON": "Blénod-lès-Pont-à-Mousson",
    "VILLE": "Villé",
    "VILLE SUR ILLON": "Ville-sur-Illon",
    "VANDOEUVRE LES NANCY": "Vandœuvre-lès-Nancy",
    "LES HAUTES RIVIERES": "Les Hautes-Rivières",
    "METZ": "Metz",
    "Vandœuvre-lès-Nancy": "Vandœuvre-lès-Nancy",
}


@pytest.mark.parametrize(("official", "readable"), SCHOOLS.items())
def test_school_name_reads_well(official, readable):
    assert school_name(official) == readable


@pytest.mark.parametrize(("official", "readable"), COMMUNES.items())
def test_commune_name_follows_the_official_spelling(official, readable):
    assert commune_name(official) == readable


def test_school_name_spells_its_commune_as_the_commune_is():
    name = school_name("COLLEGE COLOMBEY LES DEUX EGLISES", "COLOMBEY LES DEUX EGLISES")
    assert name == "Collège Colombey-les-Deux-Églises"


@pytest.mark.parametrize(("code", "official"), [("067", "BAS-RHIN"), ("067", "")])
def test_departement_name_is_known_by_its_code(code, official):
    assert departement_name(code, official) == "Bas-Rhin"


def test_academie_name_comes_from_the_departement_when_the_file_is_silent():
    assert academie_name("054", "") == academie_name("054", "NANCY-METZ") == "Nancy-Metz"


capitals = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ '-()/,.0123456789", max_size=80)


@given(capitals)
def test_school_name_never_fails_on_capitals(text):
    assert school_name(text).strip() == school_name(text)


@given(
    st.lists(
        st.sampled_from(
            [
                "COLLEGE",
                "LA",
                "LES",
                "SAINT",
                "JEAN",
                "ARC",
                "FONTAINE",
                "ETANGS",
                "PRE",
                "VERT",
                "MACE",
                "SOURCES",
            ]
        )
    )
)
def test_school_name_keeps_every_word(words):
    text = " ".join(words)
    assert words_of(school_name(text)) == words_of(text)


@given(st.text(max_size=60))
def test_commune_name_never_fails(text):
    assert isinstance(commune_name(text), str)
