"""What can be found."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import SearchKind, SearchPage

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

PAGES = (
    SearchPage(
        label=_("Annoncer une absence"),
        url_name="messaging:absence",
        permission="messaging.write_places",
        words=_("vacances congé formation remplaçant répondeur"),
        icon="calendar",
    ),
    SearchPage(
        label=_("Modèles de message"),
        url_name="messaging:templates",
        permission="messaging.write",
        words=_("canevas convocation texte type"),
        icon="file-text",
    ),
    SearchPage(
        label=_("Régler qui écrit à qui"),
        url_name="messaging:rules",
        permission="messaging.manage_rules",
        words=_("grille droits messagerie autoriser interdire"),
        icon="sliders",
    ),
    SearchPage(
        label=_("Suspendre des envois, retirer des messages"),
        url_name="messaging:suspensions",
        permission="messaging.suspend",
        words=_("bloquer couper messagerie menace attaque purger"),
        icon="lock",
    ),
    SearchPage(
        label=_("Messages signalés ou à relire"),
        url_name="messaging:reports",
        permission="messaging.moderate",
        words=_("modération signalement harcèlement"),
        icon="flag",
    ),
)
