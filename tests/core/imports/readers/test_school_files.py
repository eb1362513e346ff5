"""SIECLE, STS and ONDE: the files that schools export themselves."""

import zipfile
from datetime import date
from pathlib import Path

import pytest

from core.imports.errors import SourceError
from core.imports.neutral import (
    Division,
    Facet,
    Format,
    GroupInfo,
    Level,
    PersonInfo,
    PersonKind,
    Relation,
    Stay,
    StayKind,
    Structure,
    SubjectInfo,
    Teaching,
)
from core.people.choices import Authority, Kinship
from tests.core.imports.readers.feeds import Read

HEAD = (
    "<PARAMETRES><UAJ>0670001A</UAJ><ANNEE_SCOLAIRE>2026</ANNEE_SCOLAIRE><DATE_EXPORT>02/09/2026</DATE_EXPORT>"
    "</PARAMETRES>"
)
ELEVE = (
    '<ELEVE ELEVE_ID="{id}"><ID_NATIONAL>12345678{id}aa</ID_NATIONAL><NOM_DE_FAMILLE>WEBER</NOM_DE_FAMILLE><NOM_USAGE/>'
    "<PRENOM>ZOÉ</PRENOM><DATE_NAISS>06/06/2014</DATE_NAISS><CODE_SEXE>2</CODE_SEXE><CODE_REGIME>2</CODE_REGIME>"
    "<DATE_ENTREE>01/09/2026</DATE_ENTREE><DATE_SORTIE>{left}</DATE_SORTIE><CODE_MEF>10010012110</CODE_MEF></ELEVE>"
)
IN_CLASS = (
    '<STRUCTURES_ELEVE ELEVE_ID="{id}"><STRUCTURE><CODE_STRUCTURE>6A</CODE_STRUCTURE><TYPE_STRUCTURE>D</TYPE_STRUCTURE>'
    "</STRUCTURE><STRUCTURE><CODE_STRUCTURE>6LAT</CODE_STRUCTURE><TYPE_STRUCTURE>G</TYPE_STRUCTURE></STRUCTURE>"
    "</STRUCTURES_ELEVE>"
)


def siecle(folder: Path, kind: str, donnees: str, encoding: str = "iso-8859-15") -> Path:
    path = folder / f"{kind}.xml"
    path.write_text(
        f'<?xml version="1.0" encoding="ISO-8859-15"?>\n<BEE_{kind} VERSION="3.0">{HEAD}<DONNEES>{donnees}</DONNEES>'
        f"</BEE_{kind}>",
        encoding=encoding,
    )
    return path


def pupils(folder: Path, *, left: str = "", in_class: str = IN_CLASS, count: int = 1) -> Path:
    ids = range(1, count + 1)
    options = '<OPTION ELEVE_ID="1"><OPTIONS_ELEVE><CODE_MATIERE>030101</CODE_MATIERE></OPTIONS_ELEVE></OPTION>'
    return siecle(
        folder, "ELEVES",
        f"<ELEVES>{''.join(ELEVE.format(id=one, left=left) for one in ids)}</ELEVES><OPTIONS>{options}</OPTIONS>"
        f"<STRUCTURES>{''.join(in_class.format(id=one) for one in ids)}</STRUCTURES>",
    )  # fmt: skip


def link(person: str, extra: str, kinship: str = "10", child: str = "1") -> str:
    return (
        f"<RESPONSABLE_ELEVE><ELEVE_ID>{child}</ELEVE_ID><PERSONNE_ID>{person}</PERSONNE_ID>"
        f"<CODE_PARENTE>{kinship}</CODE_PARENTE>{extra}<PERS_CONTACT>1</PERS_CONTACT></RESPONSABLE_ELEVE>"
    )


LEGAL = "<NIVEAU_RESPONSABILITE>1</NIVEAU_RESPONSABILITE><RESP_FINANCIER>1</RESP_FINANCIER>"
PERSONNE = (
    '<PERSONNE PERSONNE_ID="{id}"><NOM_DE_FAMILLE>MULLER</NOM_DE_FAMILLE><NOM_USAGE>WEBER</NOM_USAGE>'
    "<PRENOM>SOPHIE</PRENOM><LC_CIVILITE>MME</LC_CIVILITE><TEL_PORTABLE>0600000000</TEL_PORTABLE>"
    "<MEL>s@example.org</MEL><ADRESSE_ID>5</ADRESSE_ID></PERSONNE>"
)


def guardians(folder: Path, *links: str, people: str = "77") -> Path:
    persons = "".join(PERSONNE.format(id=one) for one in people.split())
    return siecle(
        folder, "RESPONSABLES",
        f"<PERSONNES>{persons}</PERSONNES><RESPONSABLES>{''.join(links or (link('77', LEGAL),))}</RESPONSABLES>"
        '<ADRESSES><ADRESSE ADRESSE_ID="5"><LIGNE1_ADRESSE>3 RUE X</LIGNE1_ADRESSE><CODE_POSTAL>67000</CODE_POSTAL>'
        "<LIBELLE_POSTAL>STRASBOURG</LIBELLE_POSTAL><LL_PAYS>FRANCE</LL_PAYS></ADRESSE></ADRESSES>",
    )  # fmt: skip


def structures(folder: Path) -> Path:
    return siecle(
        folder, "STRUCTURES",
        '<DIVISIONS><DIVISION CODE_STRUCTURE="6A"><LIBELLE_LONG>SIXIEME A</LIBELLE_LONG><MEFS_APPARTENANCE>'
        "<MEF_APPARTENANCE><CODE_MEF>10010012110</CODE_MEF></MEF_APPARTENANCE></MEFS_APPARTENANCE></DIVISION></DIVISIONS>"
        '<GROUPES><GROUPE CODE_STRUCTURE="6LAT"><LIBELLE_LONG>LATIN</LIBELLE_LONG><DIVISIONS_APPARTENANCE>'
        "<DIVISION_APPARTENANCE><CODE_STRUCTURE>6A</CODE_STRUCTURE></DIVISION_APPARTENANCE></DIVISIONS_APPARTENANCE></GROUPE>"
        "</GROUPES>",
    )  # fmt: skip


def nomenclatures(folder: Path) -> Path:
    return siecle(
        folder, "NOMENCLATURES",
        '<MEFS><MEF CODE_MEF="10010012110"><LIBELLE_LONG>6EME</LIBELLE_LONG></MEF></MEFS>'
        '<MATIERES><MATIERE CODE_MATIERE="030101"><LIBELLE_EDITION>Allemand LV1</LIBELLE_EDITION></MATIERE></MATIERES>',
    )  # fmt: skip


# --- SIECLE -----------------------------------------------------------------------------------------------
def test_the_four_files_together_tell_everything(tmp_path):
    for make in (pupils, guardians, structures, nomenclatures):
        make(tmp_path)
    found = Read(tmp_path)
    assert found.records == [
        Structure("uai:0670001A", "0670001A", divisions=(Division("6A", "SIXIEME A", "6e"),),
                  groups=(GroupInfo("6LAT", "LATIN", ("6A",)),)),
        SubjectInfo("030101", "Allemand LV1"),
        PersonInfo(
            PersonKind.PUPIL, "siecle.15:1", "Weber", "Zoé", ids=("ine:123456781AA",), structures=("uai:0670001A",),
            facets=frozenset({Facet.STAYS, Facet.RELATIONS}), civility="Mme", birth_name="Weber",
            birth_date=date(2014, 6, 6), regime="Demi-pensionnaire dans l’établissement", studies=("030101",),
        ),
        Relation("siecle.15:1", "siecle.15:P77", Kinship.MOTHER, Authority.LEGAL, True, True, 1),
        Stay("siecle.15:1", "uai:0670001A", StayKind.CLASS, "6A", "SIXIEME A", "6e", date(2026, 9, 1)),
        Stay("siecle.15:1", "uai:0670001A", StayKind.GROUP, "6LAT", "LATIN"),
        PersonInfo(
            PersonKind.GUARDIAN, "siecle.15:P77", "Weber", "Sophie", civility="Mme", birth_name="Muller",
            email="s@example.org", phones=("06 00 00 00 00",), address="3 RUE X\n67000 STRASBOURG",
        ),
    ]  # fmt: skip
    assert found.info.label == "SIECLE du 2 septembre 2026, élèves, responsables, structures, nomenclatures, 0670001A"
    assert (found.info.format, found.info.school_year) == (Format.SIECLE, 2026)


def test_files_in_archives_say_the_same(tmp_path):
    inner = tmp_path / "in"
    inner.mkdir()
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as outer:
        for make in (pupils, guardians):
            path = make(inner)
            with zipfile.ZipFile(inner / f"{path.stem}.zip", "w") as archive:
                archive.write(path, path.name)
            outer.write(inner / f"{path.stem}.zip", f"{path.stem}.zip")
    assert Read(tmp_path / "all.zip").records == Read(inner / "ELEVES.xml", inner / "RESPONSABLES.xml").records


def test_pupils_alone_say_nothing_of_guardians(tmp_path):
    found = Read(pupils(tmp_path))
    assert found.people["siecle.15:1"].facets == {Facet.STAYS}


def test_guardians_alone_are_linked_to_pupils_known_before(tmp_path):
    found = Read(guardians(tmp_path))
    child = found.people["siecle.15:1"]
    assert (child.partial, child.facets) == (True, {Facet.RELATIONS})
    assert [one.guardian for one in found.relations] == ["siecle.15:P77"]


def test_a_pupil_without_division_is_passed_over_with_a_note(tmp_path):
    found = Read(pupils(tmp_path, in_class=""))
    assert (found.people, found.codes, found.remarks[0].level) == ({}, ["no-class"], Level.NOTE)


def test_a_pupil_who_has_left_is_in_no_class_any_more(tmp_path):
    found = Read(pupils(tmp_path, left="15/10/2026"))
    assert (found.stays, found.codes) == ([], ["left"])
    assert Facet.STAYS in found.people["siecle.15:1"].facets


def test_a_pupil_who_will_leave_is_in_class_until_then(tmp_path):
    assert Read(pupils(tmp_path, left="15/01/2027")).stays[0].ends_on == date(2027, 1, 15)


@pytest.mark.parametrize(
    ("extra", "authority"),
    [
        ("<NIVEAU_RESPONSABILITE>1</NIVEAU_RESPONSABILITE>", "1"),
        ("<NIVEAU_RESPONSABILITE>2</NIVEAU_RESPONSABILITE>", "2"),
        ("<NIVEAU_RESPONSABILITE>3</NIVEAU_RESPONSABILITE>", "0"),
        ("<RESP_LEGAL>1</RESP_LEGAL>", "1"),
        ("<RESP_LEGAL>2</RESP_LEGAL>", "1"),
        ("<RESP_LEGAL>0</RESP_LEGAL>", "0"),
        ("", "0"),
    ],
)
def test_levels_of_responsibility_old_and_new(tmp_path, extra, authority):
    pupils(tmp_path)
    guardians(tmp_path, link("77", extra))
    assert Read(tmp_path).relations[0].authority == authority


def test_nobodys_guardian_is_left_out_and_an_absent_one_told(tmp_path):
    pupils(tmp_path)
    guardians(tmp_path, link("78", LEGAL), people="77")
    found = Read(tmp_path)
    assert "siecle.15:P77" not in found.people
    assert [(one.code, one.key) for one in found.remarks] == [("unknown-guardian", "siecle.15:P78")]


def test_two_pupils_of_one_id_are_told(tmp_path):
    path = pupils(tmp_path)
    twice = path.read_text("iso-8859-15").replace("</ELEVE>", "</ELEVE>" + ELEVE.format(id=1, left=""), 1)
    path.write_text(twice, "utf-8")
    assert Read(path).codes == ["contradictory"]


def test_structures_alone_are_not_enough(tmp_path):
    with pytest.raises(SourceError, match="ni élèves ni responsables"):
        Read(structures(tmp_path))


def test_a_school_out_of_the_region_needs_its_academie(tmp_path):
    path = pupils(tmp_path)
    path.write_text(path.read_text("iso-8859-15").replace("0670001A", "0750001X"), "utf-8")
    assert "siecle.01:1" in Read(path, academie="01").people
    with pytest.raises(SourceError, match="académie"):
        Read(path, academie="")


# --- STS --------------------------------------------------------------------------------------------------
STS = """<?xml version="1.0" encoding="ISO-8859-15"?>
<STS_EDT><PARAMETRES><UAJ CODE="0670001A"/><ANNEE_SCOLAIRE ANNEE="2026"/></PARAMETRES>
<NOMENCLATURES><MATIERES><MATIERE CODE="061300"><LIBELLE_EDITION>Mathematiques</LIBELLE_EDITION></MATIERE></MATIERES>
<MEFS><MEF CODE="10010012110"><LIBELLE_COURT>6EME</LIBELLE_COURT></MEF></MEFS></NOMENCLATURES>
<DONNEES><INDIVIDUS>{people}</INDIVIDUS><STRUCTURE>
<DIVISIONS><DIVISION CODE="6A"><MEFS_APPARTENANCE><MEF_APPARTENANCE CODE="10010012110"/></MEFS_APPARTENANCE><SERVICES>
<SERVICE CODE_MATIERE="061300"><ENSEIGNANTS><ENSEIGNANT ID="1" TYPE="epp"/></ENSEIGNANTS></SERVICE></SERVICES>
</DIVISION></DIVISIONS><GROUPES><GROUPE CODE="6G"><LIBELLE_LONG>GROUPE 1</LIBELLE_LONG><DIVISIONS_APPARTENANCE>
<DIVISION_APPARTENANCE CODE="6A"/></DIVISIONS_APPARTENANCE><SERVICES><SERVICE CODE_MATIERE="061300"><ENSEIGNANTS>
<ENSEIGNANT ID="1" TYPE="local"/></ENSEIGNANTS></SERVICE></SERVICES></GROUPE></GROUPES></STRUCTURE></DONNEES>
</STS_EDT>"""
INDIVIDU = (
    '<INDIVIDU ID="{id}" TYPE="{type}"><NOM_USAGE>KLEIN</NOM_USAGE><NOM_PATRONYMIQUE>MEYER</NOM_PATRONYMIQUE>'
    "<PRENOM>ANNE</PRENOM><CIVILITE>2</CIVILITE><DATE_NAISSANCE>1975-11-12</DATE_NAISSANCE><FONCTION>{function}</FONCTION>"
    "<PROFS_PRINC><PROF_PRINC><CODE_STRUCTURE>{led}</CODE_STRUCTURE></PROF_PRINC></PROFS_PRINC></INDIVIDU>"
)


def sts(folder: Path, *people: str) -> Path:
    path = folder / "sts_emp_0670001A_2026.xml"
    path.write_text(STS.format(people="".join(people)), encoding="iso-8859-15")
    return path


def individu(identifier: str = "1", kind: str = "epp", function: str = "ENS", led: str = "6A") -> str:
    return INDIVIDU.format(id=identifier, type=kind, function=function, led=led)


def test_the_downward_file_tells_staff_and_services(tmp_path):
    found = Read(sts(tmp_path, individu(), individu(kind="local", led="")))
    assert found.people["sts.15:1"] == PersonInfo(
        PersonKind.STAFF, "sts.15:1", "Klein", "Anne", structures=("uai:0670001A",),
        facets=frozenset({Facet.ROLES, Facet.TEACHING, Facet.STAYS}), roles=frozenset({"teacher"}), civility="Mme",
        birth_name="Meyer", birth_date=date(1975, 11, 12), function="Professeure de mathématiques",
    )  # fmt: skip
    assert found.stays == [Stay("sts.15:1", "uai:0670001A", StayKind.MAIN_TEACHER, "6A", "6A")]
    assert found.teachings == [
        Teaching("sts.15:1", "uai:0670001A", StayKind.CLASS, "6A", "061300", "Mathématiques"),
        Teaching("sts.0670001A:1", "uai:0670001A", StayKind.GROUP, "6G", "061300", "Mathématiques"),
    ]
    assert (found.info.label, found.info.school_year) == ("STS 2026-2027, 0670001A", 2026)


def test_who_teaches_and_is_not_there_is_told(tmp_path):
    assert Read(sts(tmp_path, individu())).codes == ["unknown-teacher"]


def test_an_unknown_class_of_a_main_teacher_is_told(tmp_path):
    found = Read(sts(tmp_path, individu(led="3Z"), individu(kind="local", led="")))
    assert (found.stays, found.codes) == ([], ["unknown-class"])


def test_other_functions_have_their_roles(tmp_path):
    found = Read(sts(tmp_path, individu(function="EDU"), individu(kind="local", function="DIR")))
    assert [person.roles for person in found.people.values()] == [{"school_life"}, {"management"}]


def test_the_same_individual_twice_is_refused(tmp_path):
    found = Read(sts(tmp_path, individu(), individu(), individu(kind="local")))
    assert [(one.code, one.row["PRENOM"]) for one in found.remarks] == [("contradictory", "ANNE")]


def test_the_upward_file_is_refused_in_words(tmp_path):
    path = tmp_path / "emp_sts.xml"
    path.write_text("<?xml version='1.0'?><EDT_STS><PARAMETRES/></EDT_STS>")
    with pytest.raises(SourceError, match="export STS montant") as caught:
        Read(path)
    assert caught.value.code == "wrong-direction"


# --- ONDE -------------------------------------------------------------------------------------------------
PUPILS = (
    "Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Cycle;Niveau;Libellé classe;Identifiant classe\n"
)
ADULTS = (
    "Civilité Responsable;Nom d'usage responsable;Nom responsable;Prénom responsable;Adresse responsable;"
    "CP responsable;Commune responsable;Pays;Courriel;Téléphone domicile;Téléphone travail;Téléphone portable;"
    "Nom de famille enfant;Prénom enfant;Classes enfants;Nom de famille enfant;Prénom enfant;Classes enfants\n"
)
ELOISE = "HUBER;;Éloïse;02/03/2018;F;000000001BB;CYCLE II;COURS ELEMENTAIRE 1ERE ANNEE;CE1 B;880001\n"
CLAIRE = "MME;;HUBER;Claire;1 RUE HAUTE;54000;NANCY;FRANCE;c@example.org;;;0600000000;HUBER;Éloïse;CE1 B;;;\n"


def onde(folder: Path, pupils: str = ELOISE, adults: str | None = CLAIRE, encoding: str = "utf-8-sig") -> Path:
    (folder / "CSVExtraction.csv").write_text(PUPILS + pupils, encoding=encoding)
    if adults is not None:
        (folder / "CSVExtraction-2.csv").write_text(ADULTS + adults, encoding=encoding)
    return folder


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "iso-8859-15", "cp1252"])
def test_an_ecole_is_read_in_any_encoding(tmp_path, encoding):
    found = Read(onde(tmp_path, encoding=encoding), uai="0540001A")
    assert found.records == [
        Structure("uai:0540001A", "0540001A"),
        PersonInfo(
            PersonKind.PUPIL, "onde.0540001A:000000001BB", "Huber", "Éloïse", ids=("ine:000000001BB",),
            structures=("uai:0540001A",), facets=frozenset({Facet.STAYS, Facet.RELATIONS}), civility="Mme",
            birth_name="Huber", birth_date=date(2018, 3, 2),
        ),
        Relation(
            "onde.0540001A:000000001BB", "onde.0540001A:huber claire / 000000001BB", Kinship.OTHER, Authority.LEGAL
        ),
        Stay("onde.0540001A:000000001BB", "uai:0540001A", StayKind.CLASS, "880001", "CE1 B", "CE1"),
        PersonInfo(
            PersonKind.GUARDIAN, "onde.0540001A:huber claire / 000000001BB", "Huber", "Claire", weak=True,
            civility="Mme", birth_name="Huber", email="c@example.org", phones=("06 00 00 00 00",),
            address="1 RUE HAUTE\n54000 NANCY",
        ),
    ]  # fmt: skip
    assert found.info.label == "ONDE, élèves et responsables"


def test_a_class_of_several_levels_is_one_class(tmp_path):
    other = ELOISE.replace("Éloïse", "Léo").replace("001BB", "002BB").replace("ELEMENTAIRE 1ERE", "ELEMENTAIRE 2EME")
    stays = Read(onde(tmp_path, ELOISE + other, None)).stays
    assert [(one.code, one.level) for one in stays] == [("880001", "CE1"), ("880001", "CE2")]


def test_iso_dates_an_empty_level_and_no_ine_are_usual(tmp_path):
    pupil = "HUBER;;Léo;2018-03-02;M;;;;ULIS;880002\n"
    person, = Read(onde(tmp_path, pupil, None)).people.values()
    assert (person.key, person.weak, person.birth_date) == ("onde:huber leo 2018-03-02", True, date(2018, 3, 2))


def test_guardians_alone_are_refused_with_what_is_missing(tmp_path):
    (tmp_path / "x.csv").write_text(ADULTS + CLAIRE)
    with pytest.raises(SourceError, match="Envoyez les deux fichiers ensemble"):
        Read(tmp_path / "x.csv")


def test_a_child_who_is_not_there_is_told_with_the_row(tmp_path):
    found = Read(onde(tmp_path, adults=CLAIRE.replace("Éloïse", "Emma")))
    assert [(one.code, one.row["Prénom responsable"]) for one in found.remarks] == [("unknown-child", "Claire")]
    assert len(found.people) == 1


def homonyms() -> str:
    return ELOISE + ELOISE.replace("001BB", "002BB").replace("CE1 B;880001", "CM2;880009")


def test_children_of_one_name_are_told_apart_by_their_class(tmp_path):
    found = Read(onde(tmp_path, homonyms()))
    assert [one.child for one in found.relations] == ["onde:000000001BB"]


def test_an_ambiguous_child_is_linked_to_nobody_and_told(tmp_path):
    found = Read(onde(tmp_path, homonyms(), CLAIRE.replace("CE1 B", "")))
    assert (found.relations, found.codes) == ([], ["ambiguous-child"])


def test_a_guardian_of_two_children_is_one_person(tmp_path):
    other = ELOISE.replace("Éloïse", "Léo").replace("001BB", "002BB")
    adults = CLAIRE.replace(";;;\n", ";HUBER;Léo;CE1 B\n")
    found = Read(onde(tmp_path, ELOISE + other, adults))
    assert len({one.guardian for one in found.relations}) == 1
    assert len(found.relations) == 2


def test_rows_of_one_person_are_joined_by_a_contact_they_share(tmp_path):
    other = ELOISE.replace("Éloïse", "Léo").replace("001BB", "002BB")
    adults = CLAIRE + CLAIRE.replace("Éloïse", "Léo").replace("1 RUE HAUTE", "9 RUE BASSE")
    assert len({one.guardian for one in Read(onde(tmp_path, ELOISE + other, adults)).relations}) == 1


def test_two_people_of_one_name_never_see_each_others_child(tmp_path):
    other = ELOISE.replace("Éloïse", "Léo").replace("001BB", "002BB")
    stranger = CLAIRE.replace("Éloïse", "Léo").replace("1 RUE HAUTE", "9 RUE BASSE").replace("c@", "d@")
    adults = CLAIRE + stranger.replace("0600000000", "0600000009")
    found = Read(onde(tmp_path, ELOISE + other, adults))
    assert len({one.guardian for one in found.relations}) == 2
    assert found.codes == ["homonyms"]
