"""Letters: who gets one, what it says, that its code opens and that a reprint ends the one before."""

import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.utils import timezone

from config.celery import app
from core.activation import selectors, services
from core.activation.letters import content, rendering
from core.activation.models import Letters
from core.activation.services.letters import sender_of
from core.audit.models import AuditEntry
from core.errors import DomainError
from core.files.models import StoredFile
from core.modules.state import Modules
from core.ui import printing
from tenants.accounts import codes
from tenants.schemas.context import school
from tests.factories import make_class, make_guardian, make_person

pytestmark = pytest.mark.django_db
needs_pango = pytest.mark.skipif(not printing.available(), reason="Pango is not installed: no PDF here")


@pytest.fixture(autouse=True)
def _workers_at_hand():
    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager = app.conf.task_eager_propagates = False


@pytest.fixture
def family(lycee_a):
    """Sophie, guardian of Léo (6e A) and Emma (4e C)."""
    leo = make_person(lycee_a, "pupil", first_name="Léo", last_name="Marchal", birth_date=date(2014, 5, 3))
    emma = make_person(lycee_a, "pupil", first_name="Emma", last_name="Marchal")
    sophie = make_person(
        lycee_a, "guardian", first_name="Sophie", last_name="Marchal", civility="Mme",
        address="3 rue des Tilleuls\n67000 Sainte-Tuile", email="sophie@example.org",
    )
    make_class(lycee_a, "6e A", leo)
    make_class(lycee_a, "4e C", emma)
    for child in (leo, emma):
        make_guardian(lycee_a, child, sophie)
    return {"leo": leo, "emma": emma, "sophie": sophie}


@pytest.fixture
def head(lycee_a):
    return make_person(lycee_a, "management", account=True)


def html(establishment, filters=None):
    with school(establishment):
        modules = Modules(establishment)
        members = selectors.recipients(filters or {}, actor=None, modules=modules)
        drawn = codes.draw(member.person.pk for member in members)
        found = content.piles(members, drawn, establishment)
        return found, rendering.html_of(found, sender_of(establishment, modules))


@pytest.fixture
def ask(lycee_a, head, django_capture_on_commit_callbacks):
    def asked(**filters):
        with school(lycee_a), django_capture_on_commit_callbacks(execute=True):
            made = services.ask_letters(actor=head, filters=filters, title="6e A", modules=Modules(lycee_a))
        with school(lycee_a):
            return Letters.objects.select_related("file").get(pk=made.pk)

    return asked


def test_siblings_are_named_in_one_letter(lycee_a, family):
    piles, page = html(lycee_a, {"role": "guardian"})
    [letter] = [letter for pile in piles for letter in pile.letters]
    assert letter.children_in_words == "Emma (4e C) et Léo (6e A)"
    assert "Emma (4e C) et Léo (6e A)" in page


def test_piles_are_by_class_then_by_name(lycee_a, family):
    make_person(lycee_a, "teacher")
    piles, _page = html(lycee_a)
    assert [pile.name for pile in piles] == ["4e C", "6e A", "Personnels"]


def test_the_window_shows_name_and_address(lycee_a, family):
    [pile] = html(lycee_a, {"role": "guardian"})[0]
    assert pile.letters[0].address_lines == ("Mme Sophie Marchal", "3 rue des Tilleuls", "67000 Sainte-Tuile")


def test_a_pupil_reads_that_the_birth_date_is_asked(lycee_a, family):
    _piles, page = html(lycee_a, {"role": "pupil", "q": "leo"})
    assert "votre date de naissance" in page


def test_the_page_fetches_nothing(lycee_a, family):
    _piles, page = html(lycee_a)
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "<script" not in page


def test_names_are_escaped(lycee_a):
    make_person(lycee_a, "teacher", first_name="<b>Anne", last_name="Roy")
    assert "<b>Anne" not in html(lycee_a)[1]


def test_letters_are_made_kept_and_journalled(lycee_a, family, ask):
    letters = ask(role="guardian")
    assert letters.count == 1
    assert letters.is_ready(timezone.now())
    with school(lycee_a):
        assert AuditEntry.objects.filter(action="activation.letter", target_id=str(family["sophie"].pk)).exists()


def test_one_class_is_one_document_and_more_are_an_archive(lycee_a, family, ask):
    assert ask(role="guardian").file.content_type in (printing.PDF, printing.HTML)
    letters = ask(role="pupil")
    with school(lycee_a), letters.file.content.open("rb") as kept:
        assert len(zipfile.ZipFile(io.BytesIO(kept.read())).namelist()) == 2


@needs_pango
def test_the_pdf_has_a_page_for_each(lycee_a, family, ask):
    letters = ask(role="guardian")
    with school(lycee_a), letters.file.content.open("rb") as kept:
        held = kept.read()
    assert held.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", held)) in (0, 1)


def test_a_reprint_ends_the_codes_of_before(lycee_a, family, ask, monkeypatch):
    drawn = []

    def drawing(people):
        drawn.append({person: codes.new_code() for person in people})
        return drawn[-1]

    monkeypatch.setattr(codes, "draw", drawing)
    ask(role="guardian")
    ask(role="guardian")
    first, second = (next(iter(one.values())) for one in drawn)
    with pytest.raises(DomainError) as error:
        codes.find(first)
    assert error.value.code == "code-superseded"
    assert codes.find(second).person_id == family["sophie"].pk


def test_letters_that_could_not_be_made_end_no_code(lycee_a, family, head, monkeypatch):
    code = codes.issue(
        lycee_a.uai, [family["sophie"].pk], purpose=codes.Purpose.ACTIVATE, way=codes.Way.LETTER
    )[family["sophie"].pk]

    def broken(*args, **kwargs):
        raise OSError("no room")

    monkeypatch.setattr("core.activation.services.letters.printed", broken)
    with school(lycee_a):
        letters = Letters.objects.create(title="x", filters={"role": "guardian"}, asked_by=head)
        with pytest.raises(OSError, match="no room"):
            services.make_letters(letters.pk)
    assert codes.find(code).person_id == family["sophie"].pk


def test_nobody_to_print_for_is_said(lycee_a, head):
    with school(lycee_a), pytest.raises(DomainError):
        services.ask_letters(actor=head, filters={"role": "partner"}, title="x", modules=Modules(lycee_a))


def test_each_download_is_journalled(lycee_a, family, ask, enter, head):
    letters = ask(role="guardian")
    response = enter(head).get(f"/comptes/courriers/{letters.pk}/telecharger/")
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    with school(lycee_a):
        assert AuditEntry.objects.get(action="activation.download_letters").actor_name == head.full_name


def test_the_file_is_read_on_its_own_page_only(lycee_a, family, ask, enter, head):
    letters = ask(role="guardian")
    assert enter(head).get(f"/fichiers/{letters.file_id}/").status_code == 404


def test_after_a_week_the_file_is_gone(lycee_a, family, ask, enter, head):
    letters = ask(role="guardian")
    with school(lycee_a):
        Letters.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert enter(head).get(f"/comptes/courriers/{letters.pk}/telecharger/").status_code == 404
    with school(lycee_a):
        assert services.forget_old() == 1
        assert not StoredFile.objects.filter(pk=letters.file_id).exists()


def test_asking_by_the_page(lycee_a, family, enter, head, django_capture_on_commit_callbacks):
    client = enter(head)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post("/comptes/courriers/", {"role": "guardian"})
    assert response.url == "/comptes/courriers/"
    page = client.get("/comptes/courriers/").content.decode()
    assert "Responsables" in page or "Responsable" in page
    assert "Télécharger" in page


def test_where_pango_is_missing_a_page_to_print_is_given(lycee_a, family, ask, enter, head, monkeypatch):
    monkeypatch.setattr(printing, "available", lambda: False)
    letters = ask(role="guardian")
    assert letters.file.content_type == printing.HTML
    assert "libpango" in enter(head).get("/comptes/courriers/").content.decode()
