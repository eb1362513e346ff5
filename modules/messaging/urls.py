"""Under /messagerie/ on a school's host."""

from django.urls import path

from modules.messaging import urls_safety
from modules.messaging.views import boxes, composing, own, threads

app_name = "messaging"

urlpatterns = [
    path("", boxes.inbox, name="inbox"),
    path("envoyes/", boxes.sent, name="sent"),
    path("brouillons/", boxes.drafts, name="drafts"),
    path("archives/", boxes.archive, name="archive"),
    path("corbeille/", boxes.trash, name="trash"),
    path("corbeille/vider/", boxes.empty_trash, name="empty_trash"),
    path("dossiers/<int:pk>/", boxes.folder, name="folder"),
    path("etiquettes/<int:pk>/", boxes.label, name="label"),
    path("ranger/", boxes.act, name="act"),
    path("annuler/", boxes.undo, name="undo"),
    path("clavier/", boxes.keys, name="keys"),
    path("<int:pk>/", threads.thread, name="thread"),
    path("<int:pk>/imprimer/", threads.paper, name="paper"),
    path("message/<int:pk>/destinataires/", threads.recipients, name="recipients"),
    path("message/<int:pk>/confirmer/", threads.confirm, name="confirm"),
    path("message/<int:pk>/rappeler/", threads.recall_message, name="recall"),
    path("message/<int:pk>/relancer/", threads.remind, name="remind"),
    path("message/<int:pk>/repondre/", threads.reply, name="reply"),
    path("ecrire/", composing.new, name="new"),
    path("ecrire/<uuid:key>/", composing.compose, name="compose"),
    path("ecrire/<uuid:key>/garder/", composing.autosave, name="autosave"),
    path("ecrire/<uuid:key>/destinataires/", composing.candidates, name="candidates"),
    path("moi/", own.own, name="own"),
    path("moi/<slug:shelf>/creer/", own.create, name="own_create"),
    path("moi/dossiers/<int:pk>/", own.change_folder, name="folder_change"),
    path("moi/etiquettes/<int:pk>/", own.change_label, name="label_change"),
    *urls_safety.urlpatterns,
]
