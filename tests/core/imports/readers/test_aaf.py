from datetime import date

import pytest

from core.imports.errors import SourceError
from core.imports.neutral import (
    Division,
    Facet,
    GroupInfo,
    Level,
    PersonInfo,
    PersonKind,
    Relation,
    Removal,
    Stay,
    StayKind,
    Structure,
    SubjectInfo,
    Teaching,
)
from core.people.choices import Authority, Kinship
from tests.core.imports.readers.feeds import (
    COLLEGE,
    GUARDIAN,
    PUPIL,
    TEACHER,
    Read,
    document,
    export,
    request,
    write,
)


def read_pupil(folder, **values):
    return Read(export(folder, pupils={"1": {**PUPIL, **values}}))


def read_teacher(folder, **values):
    return Read(export(folder, staff={"9": {**TEACHER, **values}}))


# --- the whole --------------------------------------------------------------------------------------------
def test_the_head_is_told_in_words(tmp_path):
    info = Read(export(tmp_path)).info
    assert info.label == "AAF 2D complet du 1er septembre 2026, 6 fichiers"
    assert (info.complete, info.uais) == (True, ("0679990V",))
    assert (info.made_on, len(info.digest)) == (date(2026, 9, 1), 64)


def test_records_come_in_the_order_that_the_engine_waits_for(tmp_path):
    records = Read(export(tmp_path)).records
    kinds = [one.kind if isinstance(one, PersonInfo) else type(one) for one in records]
    assert kinds == [
        Structure, SubjectInfo, SubjectInfo, PersonKind.PUPIL, Relation, Stay, PersonKind.GUARDIAN, PersonKind.STAFF,
        Teaching,
    ]  # fmt: skip


def test_an_archive_says_the_same_as_its_folder(tmp_path):
    import shutil

    folder = tmp_path / "in"
    folder.mkdir()
    export(folder)
    archive = shutil.make_archive(str(tmp_path / "ENT2DVA.20260901"), "gztar", folder)
    assert Read(tmp_path / archive).records == Read(folder).records


def test_a_structure_lists_its_classes_and_groups(tmp_path):
    structure = Read(export(tmp_path)).records[0]
    assert structure == Structure(
        "aaf.15:15042", "0679990V", "CLG DES TILLEULS, STRASBOURG", True,
        (Division("6A", "6EME A", "6e"), Division("5B", "5EME B", "5e")),
        (GroupInfo("6ALL", "ALLEMAND GR1", ("6A", "5B")),),
    )  # fmt: skip


def test_dollars_in_labels_are_part_of_them(tmp_path):
    college = {**COLLEGE, "ENTStructureClasses": "6A$6E $ A$10010012110", "ENTStructureGroupes": "G$A $ B$6A"}
    structure = Read(export(tmp_path, structures={"15042": college})).records[0]
    assert structure.divisions == (Division("6A", "6E $ A", "6e"),)
    assert structure.groups == (GroupInfo("G", "A $ B", ("6A",)),)


def test_a_class_code_that_comes_twice_is_told(tmp_path):
    college = {**COLLEGE, "ENTStructureClasses": ["6A$6EME A", "6A$6EME Z"]}
    found = Read(export(tmp_path, structures={"15042": college}))
    assert found.records[0].divisions == (Division("6A", "6EME Z"),)
    assert "code-twice" in found.codes


def test_the_academie_is_found_by_its_name(tmp_path):
    college = {key: value for key, value in COLLEGE.items() if key != "ENTServAcCodeAcademie"}
    found = Read(export(tmp_path, structures={"15042": {**college, "ENTServAcAcademie": "AIX-MARSEILLE"}}), academie="")
    assert "aaf.02:1" in found.people


def test_without_any_academie_nothing_is_read(tmp_path):
    with pytest.raises(SourceError) as caught:
        Read(write(tmp_path, "Eleve", request("Eleve", "1", PUPIL)), academie="")
    assert caught.value.code == "no-academy"


def test_a_replacement_zone_is_no_school_until_it_has_pupils(tmp_path):
    zone = {**COLLEGE, "ENTStructureNomCourant": "Z.REMP-DE SAVERNE", "ENTStructureTypeStruct": "SANS OBJET"}
    one, two = Read(export(tmp_path, structures={"15042": zone, "15043": {**zone, "ENTStructureUAI": ""}})).records[:2]
    assert (one.is_school, two.is_school) == (True, False)


def test_a_missing_number_of_a_series_makes_it_partial(tmp_path):
    export(tmp_path)
    write(tmp_path, "Eleve", request("Eleve", "2", PUPIL), number=2)
    found = Read(tmp_path)
    assert not found.info.complete
    assert "Eleve_0001" in found.remarks[0].sentence


@pytest.mark.parametrize("prefix", ["FULL_ENTTSSERVICES_Complet_20260901", "ENT_IT_Complet_20260901", "x"])
def test_prefixes_and_downloads_do_not_matter(tmp_path, prefix):
    export(tmp_path, prefix=prefix)
    (tmp_path / f"{prefix}_Eleve_0000.xml").rename(tmp_path / f"{prefix}_Eleve_0000 (1).xml")
    assert {person.kind for person in Read(tmp_path).people.values()} == set(PersonKind)


def test_a_file_that_is_there_twice_is_refused(tmp_path):
    export(tmp_path)
    path = tmp_path / "ENT2DVA_Complet_20260901_Eleve_0000.xml"
    path.with_stem(f"{path.stem} (1)").write_bytes(path.read_bytes())
    with pytest.raises(SourceError, match="deux fois"):
        Read(tmp_path)


def test_a_complete_and_a_delta_together_are_refused(tmp_path):
    export(tmp_path)
    write(tmp_path, "Eleve", prefix="ENT2DVA_Delta_20260902")
    with pytest.raises(SourceError, match="d’abord le complet"):
        Read(tmp_path)


# --- pupils -----------------------------------------------------------------------------------------------
def test_a_pupil_is_told_whole(tmp_path):
    found = read_pupil(
        tmp_path, ENTEleveINE="000000000aa", ENTEleveStructRattachId="1234567", ENTEleveRegime="EXTERNE LIBRE",
        ENTEleveCodeEnseignements=["061300", "030101"], ENTPersonAdresse="3 RUE DU MOULIN$$BAT A$",
        ENTPersonCodePostal="67000", ENTPersonVille="STRASBOURG", ENTPersonPays="FRANCE",
    )  # fmt: skip
    assert found.person("1") == PersonInfo(
        PersonKind.PUPIL, "aaf.15:1", "Weber", "Loïc", ids=("ine:000000000AA", "siecle.15:1234567"),
        structures=("aaf.15:15042",), facets=frozenset({Facet.RELATIONS, Facet.STAYS}), civility="M.",
        birth_name="Weber", birth_date=date(2014, 6, 6), regime="EXTERNE LIBRE", studies=("061300", "030101"),
        address="3 RUE DU MOULIN\nBAT A\n67000 STRASBOURG",
    )  # fmt: skip


def test_empty_values_leave_what_is_known_alone_but_for_address_and_studies(tmp_path):
    person = read_pupil(
        tmp_path, mail="", ENTPersonAdresse="", ENTEleveCodeEnseignements="", ENTEleveRegime="", personalTitle=""
    ).person("1")
    assert (person.email, person.regime, person.civility) == (None, None, None)
    assert (person.address, person.studies) == ("", ())


@pytest.mark.parametrize(
    ("lien", "kinship"),
    [("1", "20"), ("2", "10"), ("3", "50"), ("4", "39"), ("5", "51"), ("6", "90"), ("7", "70"), ("10", "10"),
     ("20", "20"), ("37", "37"), ("42", "42"), ("99", "90")],
)  # fmt: skip
def test_old_and_new_codes_of_kinship_are_never_mistaken(tmp_path, lien, kinship):
    relation = read_pupil(tmp_path, ENTElevePersRelEleve=f"7${lien}$0$1$1$0").relations[0]
    assert relation.kinship == kinship


@pytest.mark.parametrize(("legal", "authority"), [("1", "1"), ("2", "2"), ("0", "0"), ("3", "0"), ("", "0")])
def test_authority_is_what_the_level_says(tmp_path, legal, authority):
    assert read_pupil(tmp_path, ENTElevePersRelEleve=f"7$10$0${legal}$1$0").relations[0].authority == authority


def test_legal_guardians_are_called_first(tmp_path):
    links = ["8$38$0$0$1$0", "7$10$0$1$1$0", "6$20$1$2$0$0"]
    found = read_pupil(tmp_path, ENTElevePersRelEleve=links).relations
    assert [(one.guardian, one.priority) for one in found] == [("aaf.15:7", 1), ("aaf.15:6", 2), ("aaf.15:8", 3)]


def test_a_relation_says_who_pays(tmp_path):
    found = read_pupil(tmp_path, ENTElevePersRelEleve="7$10$1$0$0$0").relations
    assert found == [Relation("aaf.15:1", "aaf.15:7", Kinship.MOTHER, Authority.CONTACT, True, False, 1)]


def test_a_guardian_cited_twice_keeps_the_strongest_right(tmp_path):
    found = read_pupil(tmp_path, ENTElevePersRelEleve=["7$10$0$0$1$0", "7$10$0$1$1$0"]).relations
    assert [one.authority for one in found] == [Authority.LEGAL]


def test_who_is_their_own_guardian_has_no_relation(tmp_path):
    found = read_pupil(tmp_path, ENTElevePersRelEleve="1$70$1$1$1$1")
    assert (found.relations, found.codes) == ([], ["own-guardian"])


def test_no_guardian_at_all_is_said(tmp_path):
    found = read_pupil(tmp_path, ENTElevePersRelEleve="")
    assert found.relations == []
    assert Facet.RELATIONS in found.person("1").facets


def test_a_badly_written_relation_is_told_and_the_pupil_kept(tmp_path):
    found = read_pupil(tmp_path, ENTElevePersRelEleve="7$10$1")
    assert found.codes == ["unreadable-relation"]
    assert "aaf.15:1" in found.people


def test_a_guardian_who_is_not_there_is_told(tmp_path):
    found = read_pupil(tmp_path, ENTElevePersRelEleve="77$10$1$1$1$1")
    assert [(one.code, one.key) for one in found.remarks] == [("unknown-guardian", "aaf.15:1")]


def test_an_old_second_guardian_with_parental_authority_is_to_be_checked(tmp_path):
    found = read_pupil(tmp_path, ENTElevePersRelEleve="7$2$0$2$0$0", ENTEleveAutoriteParentale="7")
    assert (found.relations[0].authority, found.codes) == (Authority.IN_CHARGE, ["authority-to-check"])


def test_relations_of_old_files_without_the_six_fields_are_read(tmp_path):
    values = {key: value for key, value in PUPIL.items() if key != "ENTElevePersRelEleve"}
    values |= {"ENTEleveAutoriteParentale": ["6", "7"], "ENTEleveMere": "7", "ENTElevePere": "6"}
    found = Read(export(tmp_path, pupils={"1": values}, guardians={"6": GUARDIAN, "7": GUARDIAN}))
    assert [(one.kinship, one.authority) for one in found.relations] == [("20", "1"), ("10", "1")]


def test_a_class_that_is_not_listed_is_made_of_its_pupils(tmp_path):
    found = read_pupil(tmp_path, ENTEleveClasses="15042$6Z", ENTEleveNivFormation="6EME")
    assert found.stays == [Stay("aaf.15:1", "aaf.15:15042", StayKind.CLASS, "6Z", "6Z", "6e")]
    assert found.codes == ["unlisted-class"]


def test_codes_with_a_dollar_stay_whole(tmp_path):
    found = read_pupil(tmp_path, ENTEleveClasses="15042$6$A")
    assert found.stays[0].code == "6$A"


def test_days_of_entry_and_leaving_are_read(tmp_path):
    found = read_pupil(
        tmp_path, ENTEleveDateEntreeClasses=["15042$01/09/2025$5B", "15042$01/09/2026$6A"],
        ENTEleveDateSortieClasses="15042$30/06/2027$6A",
    )  # fmt: skip
    assert (found.stays[0].starts_on, found.stays[0].ends_on) == (date(2026, 9, 1), date(2027, 6, 30))


def test_a_pupil_of_an_absent_structure_is_kept_and_told(tmp_path):
    found = read_pupil(tmp_path, ENTPersonStructRattach="99999", ENTEleveClasses="99999$6A")
    assert (found.person("1").structures, found.stays, found.codes) == ((), [], ["unknown-structure"])


@pytest.mark.parametrize("text", ["31/02/2014", "hier", "06/06/1200"])
def test_a_date_that_is_none_is_told_and_left_aside(tmp_path, text):
    found = read_pupil(tmp_path, ENTPersonDateNaissance=text)
    assert (found.person("1").birth_date, found.codes) == (None, ["bad-birth-date"])


@pytest.mark.parametrize("values", [{"sn": "", "ENTPersonNomPatro": ""}, {"givenName": ""}])
def test_who_has_no_name_is_refused_with_the_whole_record(tmp_path, values):
    found = read_pupil(tmp_path, **values)
    remark = next(one for one in found.remarks if one.code == "no-name")
    assert (remark.level, remark.kind, remark.row["ENTEleveClasses"]) == (Level.REFUSED, PersonKind.PUPIL, "15042$6A")
    assert "aaf.15:1" not in found.people


# --- guardians --------------------------------------------------------------------------------------------
def test_a_guardian_is_told_with_mobiles_first(tmp_path):
    values = {**GUARDIAN, "homePhone": "+33 3 88 00 00 01", "mobile": "0600000002", "mail": "p@example.org"}
    person = Read(export(tmp_path, guardians={"7": values})).person("7")
    assert (person.phones, person.email) == (("06 00 00 00 02", "03 88 00 00 01"), "p@example.org")


@pytest.mark.parametrize(
    ("values", "phones"),
    [({"homePhone": "0000000000"}, None), ({"mobile": ""}, ()), ({"homePhone": ""}, None), ({}, None)],
)
def test_an_empty_mobile_clears_and_another_number_does_not(tmp_path, values, phones):
    assert Read(export(tmp_path, guardians={"7": {**GUARDIAN, **values}})).person("7").phones == phones


def test_an_address_that_is_no_address_is_told(tmp_path):
    found = Read(export(tmp_path, guardians={"7": {**GUARDIAN, "mail": "chez moi"}}))
    assert (found.person("7").email, found.codes) == (None, ["bad-email"])


# --- staff ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("function", "role", "words"),
    [
        ("15042$ENS$ENSEIGNEMENT$L0422$ANGLAIS", "teacher", "Professeure d’anglais"),
        ("15042$DOC$DOCUMENTATION$L0080$DOCUMENTATION", "teacher", "Professeure documentaliste"),
        ("15042$DIR$DIRECTION$D0011$DIRECTION ADJOINT AU CHEF ETABLISSEMENT", "management",
         "Adjointe au chef d’établissement"),
        ("15042$EDU$EDUCATION$E0030$EDUCATION  (CE ,CPE)", "school_life", "CPE"),
        ("15042$AED$ASSISTANT D'EDUCATION$-$SANS OBJET", "school_life", "Assistante d’éducation"),
        ("15042$ORI$ORIENTATION$O0040$ORIENTATION", "administrative", "Orientation"),
        ("15042$XYZ$GARDIEN $ DE NUIT", "administrative", "Gardien"),
    ],
)  # fmt: skip
def test_functions_give_roles_and_words(tmp_path, function, role, words):
    person = read_teacher(tmp_path, ENTPersonFonctions=function).person("9")
    assert (person.roles, person.function) == ({role}, words)


def test_a_place_may_see_a_function_otherwise(tmp_path, settings):
    settings.IMPORT_ROLES = {"ORI": "school_life"}
    person = read_teacher(tmp_path, ENTPersonFonctions="15042$ORI$ORIENTATION$O0040$ORIENTATION").person("9")
    assert person.roles == {"school_life"}


def test_an_unknown_function_is_told(tmp_path):
    assert read_teacher(tmp_path, ENTPersonFonctions="15042$XYZ$GARDIEN").codes == ["unknown-function"]


def test_no_function_is_no_role(tmp_path):
    person = read_teacher(tmp_path, ENTPersonFonctions="15042$-$-").person("9")
    assert (person.roles, person.function) == (frozenset(), "")


def test_staff_belong_where_they_are_attached_and_where_they_work(tmp_path):
    other = {**COLLEGE, "ENTStructureUAI": "0679991W"}
    staff = {**TEACHER, "ENTPersonFonctions": ["15043$ENS$ENSEIGNEMENT$L1300$MATHEMATIQUES"]}
    found = Read(export(tmp_path, structures={"15042": COLLEGE, "15043": other}, staff={"9": staff}))
    assert found.person("9").structures == ("aaf.15:15042", "aaf.15:15043")


def test_teachings_name_class_and_subject(tmp_path):
    found = read_teacher(tmp_path, ENTAuxEnsGroupesMatieres="15042$6ALL$030101")
    assert found.teachings == [
        Teaching("aaf.15:9", "aaf.15:15042", StayKind.CLASS, "6A", "061300", "Mathématiques"),
        Teaching("aaf.15:9", "aaf.15:15042", StayKind.GROUP, "6ALL", "030101", "Allemand LV1"),
    ]


def test_a_class_that_nobody_is_in_is_told_once(tmp_path):
    found = read_teacher(tmp_path, ENTAuxEnsClassesMatieres=["15042$3Z$061300", "15042$3Z$030101"])
    assert (found.teachings, found.codes) == ([], ["unknown-class"])


def test_an_absent_structure_is_one_remark_that_says_what_cites_it(tmp_path):
    found = read_teacher(
        tmp_path, ENTPersonFonctions="50001$ENS$ENSEIGNEMENT$L1300$MATHEMATIQUES",
        ENTAuxEnsClassesMatieres=["50001$3A$061300", "50001$3B$061300"], ENTAuxEnsClassesPrincipal="50001$3A",
    )  # fmt: skip
    assert found.codes == ["unknown-structure"]
    assert "1 fonction, 2 classes, 1 classe principale" in found.remarks[0].sentence
    assert (found.person("9").structures, found.person("9").roles) == (("aaf.15:15042",), {"teacher"})


def test_classes_cited_under_a_number_that_is_held_are_kept(tmp_path):
    """As in real exports, where one attribute has a structure's old number."""
    found = read_teacher(
        tmp_path, ENTAuxEnsClassesMatieres="50001$6A$030101", ENTAuxEnsClasses=["15042$6A", "15042$5B", "15042$3Z"],
        ENTAuxEnsClassesPrincipal="50001$5B",
    )  # fmt: skip
    assert [(one.code, one.subject, one.subject_name) for one in found.teachings] == [
        ("6A", "030101", "Allemand LV1"), ("5B", "", "Mathématiques"),
    ]  # fmt: skip
    assert [(one.kind, one.code) for one in found.stays if one.person == "aaf.15:9"] == [("main_teacher", "5B")]


def test_an_unknown_subject_is_told_and_takes_the_name_of_the_discipline(tmp_path):
    found = read_teacher(tmp_path, ENTAuxEnsClassesMatieres="15042$6A$999999")
    assert (found.teachings[0].subject, found.teachings[0].subject_name) == ("999999", "Mathématiques")
    assert found.codes == ["unknown-subject"]


def test_main_teachers_lead_their_class(tmp_path):
    found = read_teacher(tmp_path, ENTAuxEnsClassesPrincipal=["15042$6A", "15042$6A"])
    assert found.stays[-1] == Stay("aaf.15:9", "aaf.15:15042", StayKind.MAIN_TEACHER, "6A", "6EME A")


# --- records that repeat, cannot be read, or come at the wrong place ------------------------------------------
def test_an_identical_repetition_is_noted_and_read_once(tmp_path):
    export(tmp_path)
    write(tmp_path, "Eleve", request("Eleve", "1", PUPIL), request("Eleve", "1", PUPIL))
    found = Read(tmp_path)
    assert [(one.level, one.code) for one in found.remarks] == [(Level.NOTE, "repeated")]
    assert len(found.people) == 3


def test_a_contradictory_repetition_is_refused_with_both_places(tmp_path):
    export(tmp_path)
    write(tmp_path, "Eleve", request("Eleve", "2", PUPIL), request("Eleve", "1", PUPIL))
    write(tmp_path, "Eleve", request("Eleve", "1", {**PUPIL, "sn": "MULLER"}), number=1)
    remark = next(one for one in Read(tmp_path).remarks if one.code == "contradictory")
    assert (remark.level, remark.file, remark.line) == (Level.REFUSED, "ENT2DVA_Complet_20260901_Eleve_0001.xml", 4)
    assert "la ligne 19 de ENT2DVA_Complet_20260901_Eleve_0000.xml" in remark.sentence


def test_a_broken_record_spoils_no_other(tmp_path):
    export(tmp_path)
    broken = request("Eleve", "2", PUPIL).replace("</attributes>", "<oops></attributes>")
    path = write(tmp_path, "Eleve")
    path.write_text(document(broken, request("Eleve", "3", PUPIL)))
    found = Read(tmp_path)
    assert [(one.code, one.line) for one in found.remarks] == [("unreadable-record", 4)]
    assert "aaf.15:3" in found.people


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda text: text.replace("\n<attr", "\n\t  <attr"),
        lambda text: text.replace("\n", ""),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("'", '"').replace('<attr name="sn">', "<attr name='sn'>"),
        lambda text: text.replace("<value>WEBER</value>", "<value><![CDATA[WEBER]]></value>"),
        lambda text: text.replace("</value></attr>", "</value>\n</attr>"),
        lambda text: text.replace("<value/>", "<value></value>"),
        lambda text: text.replace("<value/>", "<value />"),
        lambda text: text.replace("<attributes>", "<!-- </addRequest> nothing --><attributes>", 0)
        .replace("<attributes>", "<attributes><!-- a note -->"),
        lambda text: text.replace("<value>WEBER</value>", "<value>WE&#66;ER</value>"),
        lambda text: text.replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", ""),
    ],
)  # fmt: skip
def test_however_it_is_written_it_says_the_same(tmp_path, rewrite):
    export(tmp_path)
    before = Read(tmp_path).records
    for path in tmp_path.iterdir():
        path.write_text(rewrite(path.read_text()), newline="")
    assert Read(tmp_path).records == before


def test_text_of_values_is_text(tmp_path):
    found = read_pupil(tmp_path, sn="D&eacute;l&eacute;", givenName="A & <b>")
    assert (found.person("1").last_name, found.person("1").first_name) == ("Délé", "A & <b>")


def test_a_record_of_another_category_is_refused(tmp_path):
    export(tmp_path)
    write(tmp_path, "Eleve", request("PersEducNat", "5", TEACHER))
    assert "other-category" in Read(tmp_path).codes


# --- deltas -----------------------------------------------------------------------------------------------
def delta(folder, *requests):
    return Read(write(folder, "Eleve", *requests, prefix="ENT2DVA_Delta_20260902"))


def test_a_delta_changes_only_what_it_speaks_of(tmp_path):
    found = delta(tmp_path, request("Eleve", "1", {"ENTEleveClasses": "15042$5B"}, "modify"))
    assert found.person("1") == PersonInfo(
        PersonKind.PUPIL, "aaf.15:1", "", "", structures=("aaf.15:15042",), facets=frozenset({Facet.CLASS_STAYS}),
        partial=True,
    )  # fmt: skip
    assert found.stays == [Stay("aaf.15:1", "aaf.15:15042", StayKind.CLASS, "5B", "5B")]
    assert (found.info.complete, found.remarks) == (False, [])


def test_a_delta_ends_groups_that_it_says_to_be_none(tmp_path):
    changes = {"ENTEleveClasses": "15042$5B", "ENTEleveGroupes": ""}
    assert delta(tmp_path, request("Eleve", "1", changes, "modify")).person("1").facets == {Facet.STAYS}


def test_a_delta_removes(tmp_path):
    found = delta(tmp_path, request("Eleve", "1", {}, "delete"), request("Eleve", "2", PUPIL))
    assert found.records[0] == Removal(PersonKind.PUPIL, "aaf.15:1")
    assert "aaf.15:2" in found.people


def test_a_delta_of_nothing_but_changes_is_read_through(tmp_path):
    changes = [request("Eleve", str(at), {"ENTPersonAdresse": "x" * 2_000}, "modify") for at in range(2_200)]
    assert len(delta(tmp_path, *changes).people) == 2_200


# --- first degree -----------------------------------------------------------------------------------------
PRIMARY = {
    "ENTPersonNomPatro": "HUBER", "ENTPersonNom": "HUBER", "ENTPersonPrenom": "Éloïse", "ENTPersonCivilite": "Mme",
    "ENTEleveAutoriteParentale": ["7$10", "8$20"], "ENTPersonStructRattach": "25001",
    "ENTPersonClasses": "25001$$$880001$CE1 $ B", "ENTPersonGroupes": "",
    "ENTEleveNiveau": "COURS ELEMENTAIRE 1ERE ANNEE",
}  # fmt: skip


def primary(folder, kind, *records):
    return Read(write(folder, kind, *records, prefix="ENT1D_Complet_20260901"))


def test_a_pupil_of_an_ecole_is_read(tmp_path):
    found = primary(tmp_path, "Eleve", request("Eleve", "1", PRIMARY))
    assert (found.person("1").last_name, found.person("1").civility) == ("Huber", "Mme")
    assert found.stays == [Stay("aaf.15:1", "aaf.15:25001", StayKind.CLASS, "880001", "CE1 $ B", "CE1")]
    assert [(one.kinship, one.authority) for one in found.relations] == [("10", "1"), ("20", "1")]
    assert found.info.label == "AAF 1D complet du 1er septembre 2026, 1 fichier"


def test_a_teacher_of_an_ecole_leads_their_class(tmp_path):
    staff = {"ENTPersonNom": "KLEIN", "ENTPersonPrenom": "Paul", "ENTPersonStructRattach": "25001",
             "ENTPersonFonctions": "25001$ENS$ENSEIGNEMENT", "ENTPersonClasses": "25001$$$880001$CE1 B"}  # fmt: skip
    found = primary(tmp_path, "PersEducNat", request("PersEducNat", "9", staff))
    assert found.stays == [Stay("aaf.15:9", "aaf.15:25001", StayKind.MAIN_TEACHER, "880001", "CE1 B")]
