"""Under /carnet/ on a school's host."""

from django.urls import path

from modules.liaison.views import boards, family, publishing, words, writing

app_name = "liaison"
urlpatterns = [
    path("", family.home, name="list"),
    path("mots/<int:pk>/", family.note, name="note"),
    path("reponses/<int:pk>/", family.answer, name="answer"),
    path("reponses/<int:pk>/lu/", family.acknowledge, name="acknowledge"),
    path("reponses/<int:pk>/document/", family.return_paper, name="paper"),
    path("reponses/<int:pk>/document/<int:paper>/retirer/", family.take_paper_back, name="paper_remove"),
    # --- Written by the school
    path("suivi/", boards.notes, name="notes"),
    path("nouveau/", writing.new, name="new"),
    path("nouveau/<slug:nature>/", writing.create, name="create"),
    path("destinataires/", writing.audience_count, name="audience_count"),
    path("eleves/", writing.pupils, name="pupils"),
    path("mots/<int:pk>/modifier/", writing.edit, name="edit"),
    path("mots/<int:pk>/corriger/", writing.amend, name="amend"),
    path("mots/<int:pk>/dupliquer/", writing.duplicate, name="duplicate"),
    path("mots/<int:pk>/publier/", publishing.check, name="check"),
    path("mots/<int:pk>/annuler/", publishing.move, {"verb": "unschedule"}, name="unschedule"),
    path("mots/<int:pk>/clore/", publishing.move, {"verb": "close"}, name="close"),
    path("mots/<int:pk>/rouvrir/", publishing.move, {"verb": "reopen"}, name="reopen"),
    path("mots/<int:pk>/retirer/", publishing.move, {"verb": "withdraw"}, name="withdraw"),
    path("mots/<int:pk>/remettre/", publishing.move, {"verb": "restore"}, name="restore"),
    path("mots/<int:pk>/supprimer/", publishing.move, {"verb": "discard"}, name="discard"),
    path("mots/<int:pk>/recuperer/", publishing.move, {"verb": "recover"}, name="recover"),
    path("mots/<int:pk>/completer/", publishing.extend, name="extend"),
    path("mots/<int:pk>/relancer/", publishing.remind, name="remind"),
    path("mots/<int:pk>/suivi/", boards.board, name="board"),
    path("mots/<int:pk>/suivi/export/<slug:extension>/", boards.export, name="export"),
    path("reponses/<int:pk>/saisir/", boards.record, name="record"),
    # --- Written by families
    path("familles/", words.desk, name="desk"),
    path("a-l-etablissement/", words.mine, name="words"),
    path("a-l-etablissement/nouveau/", words.create, name="word_new"),
    path("a-l-etablissement/<int:pk>/", words.detail, name="word"),
    path("a-l-etablissement/<int:pk>/reprendre/", words.take_back, name="word_take_back"),
    path("a-l-etablissement/<int:pk>/traiter/", words.treat, name="word_treat"),
]
