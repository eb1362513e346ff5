"""The address that a notification's mail may be answered at (`NotificationKind.reply_to`)."""

from core.modules.state import Modules
from core.notifications.models import Event
from core.people.models import Person
from modules.messaging.bridge.addresses import reply_address
from modules.messaging.choices import Replies
from modules.messaging.models import Message
from tenants.schemas.context import current_uai


def address_for(event: Event, person: Person, modules: Modules) -> str:
    """"" where the school wants no answers by e-mail, or the message takes none."""
    if not modules["messaging"].settings["mail_replies"]:
        return ""
    message = Message.objects.select_related("conversation").filter(pk=event.data.get("message")).first()
    if message is None or not message.is_readable or message.conversation.replies == Replies.NOBODY:
        return ""
    return reply_address(current_uai(), message.pk, person.pk)
