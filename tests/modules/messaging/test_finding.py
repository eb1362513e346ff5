"""Search in one's own mail: whoever has no copy finds nothing, and what is gone is found by nobody."""

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone

from core.search.kinds import everything
from core.search.selectors import entries
from core.search.text import words_of
from modules.messaging import finding
from modules.messaging.models import Copy, Message
from modules.messaging.views import permalink
from tests.modules.messaging.world import make_message

pytestmark = pytest.mark.django_db


def found(viewer, typed):
    kind = everything()[finding.KIND]
    return [row.object_id for row in entries(kind, finding.visible(viewer), words_of(typed), limit=10)]


@pytest.fixture
def message(here):
    made = make_message(here.teacher, here.parent, subject="Piscine", body="Prévoir un **bonnet**", blind=[here.head])
    finding.changed(made)
    return made


@pytest.mark.parametrize("typed", ["piscine", "bonnet", "keller bonnet"])
def test_words_of_subject_text_and_sender_find_it(here, message, typed):
    assert found(here.viewer(here.parent), typed) == [message.pk]


@pytest.mark.parametrize("who", ["colleague", "pupil", "outsider"])
def test_others_find_nothing(here, message, who):
    assert found(here.viewer(getattr(here, who)), "bonnet") == []


def test_blind_copy_is_found_by_its_owner_and_names_nobody(here, message):
    assert found(here.viewer(here.head), "bonnet") == [message.pk]
    assert found(here.viewer(here.parent), "vautrin") == []


@pytest.mark.parametrize("gone", ["recalled_at", "removed_at"])
def test_what_is_gone_is_found_by_nobody(here, message, gone):
    Message.objects.update(**{gone: timezone.now()})
    assert found(here.viewer(here.parent), "bonnet") == []
    finding.changed(message)
    assert not list(finding.entries(Message.objects.all()))


def test_hidden_copy_is_not_found(here, message):
    Copy.objects.filter(person=here.parent).update(hidden=True)
    assert found(here.viewer(here.parent), "bonnet") == []


def test_address_of_a_message_leads_into_its_thread(here, message):
    request = RequestFactory().get("/")
    request.school, request.viewer = here.establishment, here.viewer(here.parent)
    answer = permalink.message(request, message.pk)
    assert answer.url.endswith(f"/{message.conversation_id}/#message-{message.pk}")
    request.viewer = here.viewer(here.outsider)
    with pytest.raises(Http404):
        permalink.message(request, message.pk)
