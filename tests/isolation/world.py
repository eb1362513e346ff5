"""One school with somebody in each role and one of everything that an address can name."""

from datetime import date, time, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.utils import timezone

from core.activation.models import Letters
from core.alerts.models import Alert, MissingPupil
from core.files.models import StoredFile
from core.imports import models as imports
from core.imports.services import merge as merge_profiles
from core.jobs.models import Run
from core.modules.contract import Channel
from core.modules.models import ChangeSet
from core.notifications.channels import troubles
from core.notifications.channels.email import unsubscribe
from core.notifications.models import Event, Notification, PushSubscription
from core.people.choices import Role
from core.people.models import Person
from core.privacy.models import Archive, ErasureRequest, RetentionNotice
from core.structure.models import (
    ClassMembership,
    Closure,
    Group,
    GroupMembership,
    Period,
    Room,
    SchoolYear,
    Subject,
    Substitution,
    TeachingService,
)
from core.structure.turning import services as turning
from modules.liaison import models as liaison
from modules.messaging.models import Block, Draft, Folder, Label, Purge, Report, Suspension, Template
from modules.news.models import Article, Attachment, Contributor, Section
from tenants.accounts.models import Account, AccountSession, RegionalRole, Reunion
from tenants.alerts.models import RegionalAlert, SchoolAlert
from tenants.establishments.models import Domain, Establishment, ImportRun
from tenants.imports.models import RegionalImport, StructureRoute
from tenants.policies.models import Policy, PolicyChange
from tenants.schemas.context import current_uai, school
from tenants.schemas.models import Upgrade
from tenants.suspensions.models import RegionalSuspension
from tenants.work.models import RegionalWork, TaskFailure
from tests.factories import (
    client_for,
    give_account,
    make_account,
    make_class,
    make_establishment,
    make_guardian,
    make_person,
)
from tests.isolation import tokens
from tests.modules.messaging.world import make_message
from tests.signing import signed_in_at_front_door, signed_in_client

# The letter of each visitor in the tables, in the order of their columns.
SCHOOL_VISITORS = {
    "A": None,  # nobody signed in
    "O": None,  # the head of another school, with that school's cookie
    "p": Role.PUPIL,
    "g": Role.GUARDIAN,
    "t": Role.TEACHER,
    "s": Role.SCHOOL_LIFE,
    "m": Role.MANAGEMENT,
    "a": Role.ADMINISTRATIVE,
    "d": Role.DIGITAL_REFERENT,
    "x": Role.PARTNER,
}
REGION_VISITORS = {
    "A": None,  # nobody signed in
    "c": None,  # an account without a role in the region
    "r": ("administrator", "region", ""),
    "k": ("administrator", "academie", "Nancy-Metz"),  # the objects below lie in the académie of Strasbourg
    "u": ("support", "region", ""),
    "f": ("trainer", "region", ""),
}
STARTS = date(2026, 9, 1)


def school_world(lycee: Establishment, other: Establishment) -> SimpleNamespace:
    """Everybody, their browsers (`clients` by letter) and the objects of the addresses (`objects`)."""
    people = {letter: _person(lycee, role) for letter, role in SCHOOL_VISITORS.items() if role}
    give_account(other, make_person(other, Role.GUARDIAN), Account.objects.get(pk=people["g"].account_id))
    head_elsewhere = _person(other, Role.MANAGEMENT)
    clients = {letter: signed_in_client(lycee, person) for letter, person in people.items()}
    clients["A"] = client_for(lycee)
    clients["O"] = client_for(lycee)
    clients["O"].cookies = signed_in_client(other, head_elsewhere).cookies
    with school(lycee):
        run = Run.objects.create(label="Archive", state="failed", retryable=True, actor=people["t"])
        objects = {"run": run.pk} | _structure(lycee, people) | _news(people) | _told(people) | _privacy(people)
        objects |= _messaging(people)
        objects["change"] = ChangeSet.objects.create(
            actor=people["d"], modules=["news"], before={"news": {"name": "Infos"}}, after={"news": {"name": ""}},
            lines=[],
        ).pk  # fmt: skip
        objects |= _liaison(people)
        objects |= _imports(people) | tokens.school_objects(people) | _alerts(people)
    return SimpleNamespace(
        clients=clients,
        people=people,
        objects=objects | {"uai": other.uai},
        programs=tokens.school_tokens(lycee, people, other, head_elsewhere),
        for_programs=lambda: tokens.open_to_all_roles(lycee),
    )


def _person(establishment: Establishment, role: str) -> Person:
    """With an account but no password, whose hash would take most of the time here."""
    person = make_person(establishment, role)
    give_account(establishment, person, make_account(password=None))
    return person


def _structure(lycee: Establishment, people: dict[str, Person]) -> dict[str, Any]:
    pupil, teacher = people["p"], people["t"]
    classroom = make_class(lycee, "2de 1", pupil)
    link = make_guardian(lycee, pupil, people["g"])
    year = SchoolYear.objects.get()
    subject = Subject.objects.create(name="Allemand")
    group = Group.objects.create(year=year, name="2de Allemand", subject=subject)
    service = TeachingService.objects.create(
        teacher=teacher, subject=subject, school_class=classroom, starts_on=STARTS
    )
    turning.start(establishment=lycee, actor=people["m"])
    return {
        "pupil": pupil.pk,
        "class": classroom.pk,
        "link": link.pk,
        "class_membership": ClassMembership.objects.get().pk,
        "group": group.pk,
        "group_membership": GroupMembership.objects.create(group=group, person=pupil, starts_on=STARTS).pk,
        "service": service.pk,
        "substitution": Substitution.objects.create(
            service=service, substitute=people["d"], starts_on=STARTS, ends_on=STARTS
        ).pk,
        "year": year.pk,
        "closure": Closure.objects.create(year=year, name="Pont", starts_on=STARTS, ends_on=STARTS).pk,
        "period": Period.objects.create(year=year, number=1, name="T1", starts_on=STARTS, ends_on=STARTS).pk,
        "subject": Subject.objects.create(name="Latin").pk,
        "room": Room.objects.create(name="101").pk,
    }


def _news(people: dict[str, Person]) -> dict[str, Any]:
    section = Section.objects.create(name="Vie du lycée")
    now = timezone.now()

    def article(status: str, **fields: Any) -> Article:
        values = {"section": section, "title": status, "body": "Texte", "body_html": "<p>Texte</p>"}
        return Article.objects.create(author=people["t"], status=status, **(values | fields))

    published = article("published", publish_at=now - timedelta(days=1), urgent=True)
    stored = StoredFile(module="news", kind="document", name="note.txt", content_type="text/plain", size=2)
    stored.content.save("note.txt", ContentFile(b"ok"), save=False)
    stored.save()
    Attachment.objects.create(article=published, file=stored)
    return {
        "section": section.pk,
        "contributor": Contributor.objects.create(section=section, person=people["t"], manages=False).pk,
        "draft": article("draft").pk,
        "submitted": article("submitted", submitted_at=now).pk,
        "published": published.pk,
        "withdrawn": article("withdrawn", publish_at=now - timedelta(days=1), withdrawn_by=people["t"]).pk,
        "discarded": article("discarded").pk,
        "file": stored.pk,
    }


def _messaging(people: dict[str, Person]) -> dict[str, Any]:
    """A message of the teacher to all the others, reported; a folder and a label of the guardian.

    The pupil wrote to the guardian, who has blocked them, and another message of theirs waits for a moderator.
    """
    message = make_message(people["t"], *(person for letter, person in people.items() if letter != "t"))
    Report.objects.create(message=message, reporter=people["g"], reason="Insultes")
    make_message(people["p"], people["g"])
    Block.objects.create(person=people["g"], blocked=people["p"])
    now = timezone.now()
    over = {"since": now - timedelta(hours=2), "until": now - timedelta(hours=1), "reason": "Menaces"}
    return {
        "moderated": Draft.objects.create(author=people["p"], subject="À relire", body="x", state="moderation").pk,
        "mail_suspension": Suspension.objects.create(scope="person", person=people["x"], **over).pk,
        "purge": Purge.objects.create(sender=people["x"], **over).pk,
        "message_template": Template.objects.create(name="Convocation", body="Bonjour").pk,
        "conversation": message.conversation_id,
        "message": message.pk,
        "writing": uuid4(),
        "message_folder": Folder.objects.create(person=people["g"], name="Cantine").pk,
        "message_label": Label.objects.create(person=people["g"], name="À signer").pk,
    }


def _liaison(people: dict[str, Person]) -> dict[str, Any]:
    """Notes of the teacher, and one that the guardian has for the pupil; a word of the guardian's."""
    now = timezone.now()

    def note(status: str, **fields: Any) -> liaison.Note:
        values = {"kind": "signature", "title": status, "body": "Texte", "body_html": "<p>Texte</p>"}
        made = liaison.Note.objects.create(author=people["t"], status=status, **(values | fields))
        liaison.Line.objects.create(note=made, pupil=people["p"])
        return made

    out = {"published_at": now, "pupils_see": True}
    published = note("published", **out)
    copy = liaison.Copy.objects.create(note=published, child=people["p"])
    word = liaison.Word.objects.create(
        kind="late", child=people["p"], author=people["g"], starts_on=now.date(), ends_on=now.date(), to_time=time(9)
    )
    return {
        "note": published.pk,
        "copy": copy.pk,
        "note_draft": note("draft").pk,
        "note_scheduled": note("scheduled", publish_at=now + timedelta(days=1)).pk,
        "note_closed": note("closed", **out).pk,
        "note_withdrawn": note("withdrawn", **out).pk,
        "note_discarded": note("discarded").pk,
        "word": word.pk,
    }


def _told(people: dict[str, Person]) -> dict[str, Any]:
    event = Event.objects.create(kind="news.published", importance="information", state="done", url="/actualites/")
    row = Notification.objects.create(
        event=event, person=people["g"], channel="in_app", children=[people["p"].pk], state="unread",
        due_at=event.due_at,
    )  # fmt: skip
    device = PushSubscription.objects.create(person=people["g"], endpoint="https://push.example/1", digest="0" * 64)
    trouble = troubles.note(person=people["g"], channel=Channel.EMAIL, address="x@y.fr", reason="bounced")
    silent = unsubscribe.Choice(people["g"].pk, Channel.EMAIL, ("news.published",))
    return {
        "notification": row.pk,
        "device": device.pk,
        "trouble": trouble.pk,
        "event": event.pk,
        "unsubscribe": unsubscribe.token(current_uai(), silent),
    }


def _privacy(people: dict[str, Person]) -> dict[str, Any]:
    head, tomorrow = people["m"], timezone.now() + timedelta(days=1)
    stored = StoredFile(module="privacy", kind="document", name="donnees.zip", content_type="application/zip", size=2)
    stored.content.save("donnees.zip", ContentFile(b"ok"), save=False)
    stored.save()
    letters = Letters.objects.create(title="2de 1", file=stored, expires_at=tomorrow)
    archive = Archive.objects.create(person=head, asked_by=head, state="ready", file=stored, expires_at=tomorrow)
    notice = RetentionNotice.objects.create(
        model="news.Reading", months=12, limit=timezone.now(), rows=1, due_on=tomorrow.date()
    )
    return {
        "archive": archive.pk,
        "letters": letters.pk,
        "notice": notice.pk,
        "erasure": ErasureRequest.objects.create(person=people["p"], asked_by=people["g"]).pk,
    }


def _imports(people: dict[str, Person]) -> dict[str, Any]:
    done = imports.Run.objects.create(source="csv", label="eleves.csv", state="applied", applied_at=timezone.now())
    pairing = imports.Pairing.objects.create(key="onde:x", source="onde", kind="pupil", candidate=people["x"], run=done)
    twice = [Person.objects.create(first_name="Iris", last_name="Double", roles=[Role.PARTNER]) for _ in "ab"]
    merge = merge_profiles(kept=twice[0], gone=twice[1], actor=None)
    return {"import_run": done.pk, "pairing": pairing.pk, "merge": merge.pk}


def _alerts(people: dict[str, Person]) -> dict[str, Any]:
    """To everybody, still lasting, with the teacher's answer and a pupil who is missing."""
    alert = Alert.objects.create(key=uuid4(), kind="other", text="Essai", sent_by=people["m"])
    row = MissingPupil.objects.create(alert=alert, pupil=people["p"], reported_by=people["t"])
    return {"alert": alert.pk, "missing": row.pk}


def region_world(lycee: Establishment) -> SimpleNamespace:
    """The region's visitors, and one of everything its addresses name, in the académie of Strasbourg."""
    clients = {"A": client_for(None)}
    accounts = {}
    for letter, held in REGION_VISITORS.items():
        if letter == "A":
            continue
        accounts[letter] = make_account(password=None)
        if held:
            role, scope, value = held
            RegionalRole.objects.create(account=accounts[letter], role=role, scope=scope, scope_value=value)
        clients[letter] = signed_in_at_front_door(accounts[letter])
    give_account(lycee, make_person(lycee, Role.PUPIL), accounts["c"])
    known = make_establishment("0679990V", slug="connue")
    Domain.objects.create(domain="connue.example", tenant=known)
    policy = Policy.objects.create(module="news", scope="academie", scope_value="Strasbourg", effect="allow")
    alert = RegionalAlert.objects.create(
        key=uuid4(), kind="other", text="Essai", scope="academie", values=["Strasbourg"]
    )
    SchoolAlert.objects.create(alert=alert, uai=known.uai, state="failed")
    return SimpleNamespace(
        clients=clients,
        programs=tokens.region_tokens(accounts),
        for_programs=lambda: None,
        objects={
            "token": tokens.regional_token_of(accounts["r"]),
            "uai": known.uai,
            "account_go uai": lycee.uai,
            "portal:lifecycle uai": lycee.uai,
            "portal:purge uai": lycee.uai,
            "portal:purge_cancel uai": lycee.uai,
            "regional_import": RegionalImport.objects.create(format="aaf", label="aaf.zip", state="done").pk,
            "route": StructureRoute.objects.create(jointure="52003", uai=known.uai).pk,
            "import": ImportRun.objects.create(file_name="a.csv", size=1, actor_name="x", state="ready").pk,
            "work": RegionalWork.objects.create(label="Travail", uai=known.uai, state="failed").pk,
            "failure": TaskFailure.objects.create(task="x.y", uai=known.uai, error="ValueError").pk,
            "upgrade": Upgrade.objects.create(state="paused").pk,
            "policy": policy.pk,
            "regional_alert": alert.pk,
            "suspension": RegionalSuspension.objects.create(
                scope="departement", value="067", reason="Messages menaçants"
            ).pk,
            "policy_change": PolicyChange.objects.create(
                actor_name="x", module="news", scope="academie", scope_value="Strasbourg",
                before=None, after={"effect": "allow", "defaults": {}, "locked": [], "note": ""},
            ).pk,
            "reunion": Reunion.objects.create(
                account=accounts["c"], how="known", uai=lycee.uai, person_id=10**6
            ).pk,
            "session": AccountSession.objects.create(
                account=accounts["c"], schema_name="public", key_hash="0" * 64, device="Firefox"
            ).pk,
        },
    )  # fmt: skip
