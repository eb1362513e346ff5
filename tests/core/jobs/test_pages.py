"""The référent's page, and one's own work."""

import pytest
from django.utils import timezone

from core.audit.models import AuditEntry
from core.jobs import receivers
from core.jobs.models import Run
from core.modules.tasks import run_job
from core.privacy.models import Archive
from tenants.schemas.context import school
from tests.core.jobs.test_tracking import again
from tests.factories import make_person


@pytest.fixture
def works(lycee_a):
    """`works(label="Archive", state="failed")`"""

    def make(**fields):
        with school(lycee_a):
            return Run.objects.create(**({"label": "Archive", "beat_at": timezone.now()} | fields))

    return make


@pytest.fixture
def referent(lycee_a, as_person):
    client, _person = as_person(lycee_a, "digital_referent")
    return client


def page(client):
    return client.get("/travaux/").content.decode()


def test_page_shows_the_bar_of_what_runs(referent, works):
    works(state="running", done=12, total=40, message="Classe de 2de 4")
    html = page(referent)
    assert '<progress max="40" value="12"' in html
    assert "Classe de 2de 4" in html


def test_work_of_unknown_length_has_a_bar_without_numbers(referent, works):
    works(state="running", done=12)
    assert "<progress aria-label" in page(referent)


def test_page_asks_again_only_while_something_runs(referent, works):
    works(state="done")
    assert 'hx-trigger="every 2s"' not in page(referent)
    works(state="waiting")
    assert 'hx-trigger="every 2s"' in page(referent)


def test_page_without_scripts_loads_itself_anew_while_something_runs(referent, works):
    works(state="running")
    assert '<noscript><meta http-equiv="refresh"' in page(referent)


def test_fragment_says_to_load_the_page_once_nothing_runs(referent):
    assert referent.get("/travaux/", headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_failure_is_told_in_a_sentence_without_its_place(referent, works):
    works(state="failed", sentence="La base de données n’a pas répondu.", error="KeyError", place="core/x.py:3 y")
    html = page(referent)
    assert "La base de données n’a pas répondu." in html
    assert "core/x.py" not in html


def test_retry_sends_it_again_and_is_written_down(
    lycee_a, referent, works, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(again, "apply_async", lambda args, headers, retry: sent.append(args))
    run = works(state="failed", task=again.name, arguments=[7], retryable=True)
    with django_capture_on_commit_callbacks(execute=True):
        referent.post(f"/travaux/{run.pk}/relancer/")
    assert sent == [[7]]
    with school(lycee_a):
        assert AuditEntry.objects.latest("id").action == "jobs.retry"


def test_what_may_not_be_sent_twice_has_no_button(referent, works):
    run = works(state="failed")
    assert f"/travaux/{run.pk}/relancer/" not in page(referent)
    assert referent.post(f"/travaux/{run.pk}/relancer/").status_code == 409


def test_whoever_asked_follows_their_work(lycee_a, as_person, works):
    client, person = as_person(lycee_a, "guardian")
    run = works(state="running", done=1, total=4, actor=person)
    assert 'value="1"' in client.get(f"/travaux/{run.pk}/", headers={"HX-Request": "true"}).content.decode()


def test_others_do_not_find_it(lycee_a, as_person, works):
    client, _person = as_person(lycee_a, "guardian")
    assert client.get(f"/travaux/{works(state='running').pk}/").status_code == 404


def test_whoever_asked_calls_it_off(lycee_a, as_person, works):
    client, person = as_person(lycee_a, "guardian")
    run = works(state="waiting", actor=person)
    client.post(f"/travaux/{run.pk}/annuler/")
    with school(lycee_a):
        assert Run.objects.get(pk=run.pk).state == "cancelled"


def test_archive_in_the_making_is_shown_without_whose_it_is(lycee_a, referent):
    person = make_person(lycee_a, "pupil")
    with school(lycee_a):
        work = Run.objects.create(label="Archive", state="running", done=3, total=9, beat_at=timezone.now())
        Archive.objects.create(person=person, asked_by=person, state="running", run=work)
    html = page(referent)
    assert '<progress max="9" value="3"' in html
    assert person.last_name not in html


# --- scheduled jobs --------------------------------------------------------------------------------------
def test_job_that_failed_comes_first_with_its_sentence(lycee_a, referent):
    with school(lycee_a):
        receivers.record_job("files", "sweep", began=timezone.now(), error=KeyError("Léa"))
    rows = page(referent).split("<tbody", 1)[1]
    assert rows.index("Effacer les contenus que plus rien ne désigne") < rows.index("</tr>")
    assert "Une erreur inattendue" in rows


def test_job_that_failed_is_sent_again(lycee_a, referent, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr(run_job, "apply_async", lambda args, headers, retry: sent.append(args))
    with school(lycee_a):
        receivers.record_job("files", "sweep", began=timezone.now(), error=KeyError("x"))
        run = Run.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        referent.post(f"/travaux/{run.pk}/relancer/")
    assert sent == [["files", "sweep"]]
    assert "relancée" in page(referent)


def test_job_has_one_row_however_often_it_ran(lycee_a):
    with school(lycee_a):
        for error in (None, KeyError("x"), None):
            receivers.record_job("files", "sweep", began=timezone.now(), error=error)
        assert Run.objects.get(job="files.sweep").state == "done"


def test_job_of_an_older_release_is_passed_over(lycee_a):
    with school(lycee_a):
        receivers.record_job("news", "nothing", began=timezone.now(), error=None)
        assert not Run.objects.exists()


def test_failing_task_is_one_row_however_often_it_failed(lycee_a):
    with school(lycee_a):
        for _ in range(3):
            receivers.record_failure(again, None, KeyError("x"))
        assert Run.objects.get().state == "failed"


def test_persons_works_are_exported_and_lose_their_name(lycee_a, works, as_person):
    from core.jobs import hooks

    _client, person = as_person(lycee_a, "teacher")
    works(actor=person)
    with school(lycee_a):
        assert hooks.export_person(person)["works"][0]["label"] == "Archive"
        assert hooks.erase_person(person, actor=None) == 1
        assert Run.objects.get().actor is None
