"""Where the module stands: its place in the rail, its part of the first page, its pages in the search."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import NavItem, SearchPage, Widget
from core.people.choices import Role

NAVIGATION = (
    NavItem(
        label=_("Messagerie"),
        short=_("Messages"),
        url_name="messaging:inbox",
        permission="messaging.view",
        badge="modules.messaging.selectors.boxes.unread_count",
    ),
)
WIDGETS = (
    Widget(
        slug="unread",
        label=_("Messages à lire"),
        render="modules.messaging.widgets.unread",
        template="messaging/widgets/unread.html",
        permission="messaging.view",
        roles=tuple(Role.values),
        weight=25,
        rows=7,
    ),
)
PAGES = (
    SearchPage(
        label=_("Écrire un message"),
        url_name="messaging:new",
        permission="messaging.write",
        words=_("courrier mail contacter joindre prévenir envoyer"),
        icon="pencil",
    ),
    SearchPage(
        label=_("Signature, dossiers et étiquettes de ma messagerie"),
        url_name="messaging:own",
        permission="messaging.view",
        words=_("classer ranger signer"),
        icon="settings",
    ),
)
