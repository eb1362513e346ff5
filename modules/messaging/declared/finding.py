"""What can be found."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import SearchKind

SEARCH = (
    SearchKind(
        slug="message",
        label=_("Messages"),
        permission="messaging.view",
        visible="modules.messaging.finding.visible",
        model="messaging.Message",
        entries="modules.messaging.finding.entries",
        url_name="messaging:message",
    ),
)
