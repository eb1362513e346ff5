"""Some weeks of a plausible carnet for a demo school: invented, and the same for the same seed."""

import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from core.modules.state import Modules
from core.notifications.models import Event
from core.people.choices import Role
from core.people.families import guardians_of
from core.people.models import Person
from core.permissions.viewer import Viewer, viewer_as
from core.structure.models import SchoolClass
from core.structure.selectors import Places, classes_of, teachers_in
from modules.liaison import finding, selectors, services
from modules.liaison.choices import Answer, NoteKind, Status
from modules.liaison.demo.content import Letter, Story, letters_for, stories_for
from modules.liaison.models import Copy, Note, Step, Word
from modules.liaison.selectors import Spec
from modules.liaison.services import ChoiceSpec, Content, Reply, WordContent, slots_between
from modules.liaison.services.telling import key_of, word_key
from tenants.establishments.models import Establishment

WORDS = ("Merci.", "", "", "", "Bien noté.", "")


@transaction.atomic
def create(establishment: Establishment, rng: random.Random) -> None:
    """Fill a school that has no note yet; any other is left as it is. Stands in the school."""
    if Note.objects.exists() or not Person.objects.filter(roles__contains=[Role.MANAGEMENT]).exists():
        return
    writer = _Writer(establishment, rng)
    for story in stories_for(establishment.type):
        writer.tell(story)
    for letter in letters_for(establishment.type):
        writer.receive(letter)


class _Writer:
    """Writes and answers through the services, then moves the dates into the past."""

    def __init__(self, establishment: Establishment, rng: random.Random) -> None:
        self.establishment, self.rng = establishment, rng
        self.modules = Modules(establishment)
        self.today = timezone.localdate()
        present = Person.objects.filter(left_on=None).order_by("pk")
        self.head = present.filter(roles__contains=[Role.MANAGEMENT])[0]
        self.life = present.filter(roles__contains=[Role.SCHOOL_LIFE]).first() or self.head
        # The demo's own people come first in a school: the notes go round among their classes.
        self.pupils = list(present.filter(roles__contains=[Role.PUPIL], guardian_links__isnull=False).distinct()[:4])
        self.turn = 0

    def _viewer(self, person: Person) -> Viewer:
        return viewer_as(person, self.establishment, modules=self.modules)

    # --- Notes ------------------------------------------------------------------------------------------
    def tell(self, story: Story) -> None:
        if not self.pupils:
            return
        pupil = self.pupils[self.turn % len(self.pupils)]
        self.turn += 1
        school_class = classes_of(pupil).first()
        if school_class is None:
            return
        spec = self._audience(story, pupil, school_class)
        writers: dict[str, Person | None] = {
            Role.TEACHER: self._teacher_of(school_class),
            Role.SCHOOL_LIFE: self.life,
        }
        author = self._viewer(writers.get(story.role) or self.head)
        if not selectors.is_within_reach(author, spec):
            author = self._viewer(self.head)
        note = services.create_note(viewer=author, content=self._content(story, spec))
        if story.status == Status.DRAFT:
            return
        preview = selectors.preview_of(note, author)
        if preview.problems:
            return
        note = services.publish(viewer=author, note=note, version=note.version, seen=preview.fingerprint)
        if story.days_ago < 0:
            return
        self._answered(note, story)
        self._into_the_past(note, story)
        if story.status == Status.CLOSED:
            services.close(viewer=author, note=note)

    def _teacher_of(self, school_class: SchoolClass) -> Person | None:
        there = teachers_in(Places(frozenset({school_class.pk})))
        return Person.objects.filter(there, left_on=None).order_by("pk").first()

    def _audience(self, story: Story, pupil: Person, school_class: SchoolClass) -> Spec:
        if story.one_pupil:
            return Spec(pupils=frozenset({pupil.pk}))
        if story.whole_level:
            same = SchoolClass.objects.filter(year=school_class.year_id, level=school_class.level)
            return Spec(classes=frozenset(same.values_list("pk", flat=True)))
        return Spec(classes=frozenset({school_class.pk}))

    def _content(self, story: Story, spec: Spec) -> Content:
        due = self.today + timedelta(days=story.due_in) if story.due_in is not None else None
        first = self._at(-6, 17)
        slots = slots_between(
            first, first + timedelta(minutes=15 * story.slots), minutes=15, places=1, place=story.place
        )
        return Content(
            kind=story.kind,
            title=story.title,
            body=story.body,
            needed=story.needed,
            pupils_see=bool(self.modules["liaison"].settings[f"pupils_see_{story.kind}"]),
            due_on=max(due, self.today) if due else None,
            paper=story.paper,
            publish_at=self._at(story.days_ago, story.hour) if story.days_ago < 0 else None,
            audience=spec,
            choices=[ChoiceSpec(label=one["label"], amount=Decimal(str(one["amount"]))) for one in story.choices],
            slots_added=slots if story.slots else (),
            files_added=[SimpleUploadedFile(one["name"], one["text"].encode(), "text/plain") for one in story.joined],
        )

    def _answered(self, note: Note, story: Story) -> None:
        """Most families answer, some only read, one or two refuse, and one pair disagrees."""
        copies = list(note.copies.select_related("child", "note").order_by("pk"))
        disagreed = False
        for index, copy in enumerate(copies[:60]):
            if self.rng.random() > story.answered:
                continue
            if copy.child in self.pupils and story.status == Status.PUBLISHED and not story.one_pupil:
                continue  # what a visitor of the demo has still to do
            guardians = list(guardians_of(copy.child, modules=self.modules))[:2]
            if not guardians:
                continue
            refuses = bool(story.refusal) and index in (4, 9)
            self._one_answers(copy, guardians[0], story, refuses=refuses)
            both = len(guardians) > 1 and (self.rng.random() < 0.35 or note.needs_all)
            if both and note.kind != NoteKind.APPOINTMENT:
                contrary = bool(story.refusal) and index > 10 and not disagreed
                disagreed = disagreed or contrary
                self._one_answers(copy, guardians[1], story, refuses=refuses or contrary)

    def _one_answers(self, copy: Copy, guardian: Person, story: Story, *, refuses: bool) -> None:
        viewer = self._viewer(guardian)
        if copy.note.only_acknowledged or self.rng.random() < 0.06:
            services.acknowledge(viewer=viewer, copy=copy)
            return
        reply = self._reply(copy, story, refuses=refuses)
        if reply is not None:
            services.answer(viewer=viewer, copy=copy, reply=reply)
            if copy.note.paper and self.rng.random() < 0.7:
                paper = SimpleUploadedFile("document.txt", f"{copy.note.paper}, {copy.pk}".encode(), "text/plain")
                services.return_paper(viewer=viewer, copy=copy, upload=paper)

    def _reply(self, copy: Copy, story: Story, *, refuses: bool) -> Reply | None:
        if refuses:
            return Reply(answer=Answer.REFUSED, word=story.refusal)
        word = self.rng.choice(WORDS)
        if copy.note.kind == NoteKind.SIGNATURE:
            return Reply(answer=Answer.SIGNED, word=word)
        if copy.note.kind == NoteKind.OUTING:
            choices = list(copy.note.choices.order_by("position"))
            chosen = choices[copy.pk % len(choices)].pk if choices else None
            return Reply(answer=Answer.ACCEPTED, choice=chosen, word=word)
        slot = copy.note.slots.filter(receipts=None).order_by("starts_at").first()
        return Reply(answer=Answer.CHOSEN, slot=slot.pk) if slot else None

    def _into_the_past(self, note: Note, story: Story) -> None:
        """Services know no time but now; the demo needs yesterday."""
        at = self._at(story.days_ago, story.hour)
        later = min(at + timedelta(hours=9), timezone.now())
        due = self.today + timedelta(days=story.due_in) if story.due_in is not None else None
        Note.objects.filter(pk=note.pk).update(
            created_at=at, updated_at=at, published_at=at, due_on=due, reminded_on=at.date()
        )
        for copy in note.copies.all():
            copy.receipts.filter(acknowledged_at__isnull=False).update(acknowledged_at=later)
            copy.receipts.exclude(answer="").update(answered_at=later)
            copy.papers.update(returned_at=later)
        Step.objects.filter(receipt__copy__note=note).update(at=later)
        finding.changed(note)
        Event.objects.filter(key=key_of(note)).update(happened_at=at)

    # --- Families' words --------------------------------------------------------------------------------
    def receive(self, letter: Letter) -> None:
        children = Person.objects.filter(left_on=None, roles__contains=[Role.PUPIL], guardian_links__authority="1")
        pupils = list(children.distinct().order_by("pk")[:12])
        if not pupils:
            return
        child = pupils[letter.in_days % len(pupils)] if letter.decision else self.rng.choice(pupils)
        guardians = list(guardians_of(child, modules=self.modules))[: 2 if letter.twice else 1]
        words = [self._word(letter, child, guardian) for guardian in guardians]
        for word in words:
            at = timezone.now() - timedelta(hours=1 if letter.in_days >= 0 else 24 * (1 - letter.in_days))
            Word.objects.filter(pk=word.pk).update(created_at=at)
            word.steps.update(at=at)
            Event.objects.filter(key=word_key(word)).update(happened_at=at)
            if letter.decision:
                services.treat(
                    viewer=self._viewer(self.life), word=word, decision=letter.decision, reply=letter.reply
                )

    def _word(self, letter: Letter, child: Person, guardian: Person) -> Word:
        first = self.today + timedelta(days=letter.in_days)
        content = WordContent(
            kind=letter.kind,
            starts_on=first,
            ends_on=first + timedelta(days=letter.lasts - 1),
            from_time=time.fromisoformat(letter.from_time) if letter.from_time else None,
            to_time=time.fromisoformat(letter.to_time) if letter.to_time else None,
            text=letter.text,
        )
        return services.write_word(viewer=self._viewer(guardian), child=child, content=content)

    def _at(self, days_ago: int, hour: int) -> datetime:
        day: date = self.today - timedelta(days=days_ago)
        at = timezone.make_aware(datetime.combine(day, time(hour)))
        return min(at, timezone.now() - timedelta(minutes=20)) if days_ago >= 0 else at
