"""Under /actualites/ on a school's host."""

from django.urls import path

from modules.news.views import publishing, reading, reports, sections, writing

app_name = "news"
urlpatterns = [
    path("", reading.article_list, name="list"),
    path("mes-actualites/", writing.mine, name="mine"),
    path("a-valider/", publishing.queue, name="queue"),
    path("nouvelle/", writing.create, name="create"),
    path("destinataires/", writing.audience_count, name="audience_count"),
    path("<int:pk>/", reading.detail, name="detail"),
    path("<int:pk>/lu/", reading.confirm, name="confirm"),
    path("<int:pk>/modifier/", writing.edit, name="edit"),
    path("<int:pk>/publier/", publishing.check, name="check"),
    path("<int:pk>/renvoyer/", publishing.send_back, name="send_back"),
    path("<int:pk>/reprendre/", publishing.move, {"verb": "recall"}, name="recall"),
    path("<int:pk>/retirer/", publishing.move, {"verb": "withdraw"}, name="withdraw"),
    path("<int:pk>/remettre/", publishing.move, {"verb": "restore"}, name="restore"),
    path("<int:pk>/rouvrir/", publishing.move, {"verb": "reopen"}, name="reopen"),
    path("<int:pk>/supprimer/", publishing.move, {"verb": "discard"}, name="discard"),
    path("<int:pk>/recuperer/", publishing.move, {"verb": "recover"}, name="recover"),
    path("<int:pk>/lectures/", reports.report, name="report"),
    path("<int:pk>/lectures.csv", reports.export, name="report_export"),
    path("rubriques/", sections.section_list, name="sections"),
    path("rubriques/nouvelle/", sections.create, name="section_create"),
    path("rubriques/<int:pk>/", sections.edit, name="section_edit"),
    path("rubriques/<int:pk>/archiver/", sections.archive, name="section_archive"),
    path("rubriques/<int:pk>/rouvrir/", sections.reopen, name="section_reopen"),
    path("rubriques/<int:pk>/masquer/", sections.hide, name="section_hide"),
    path("rubriques/<int:pk>/afficher/", sections.show, name="section_show"),
    path("rubriques/<int:pk>/contributeurs/", sections.set_contributor, name="contributor_set"),
    path(
        "rubriques/<int:pk>/contributeurs/<int:line>/retirer/",
        sections.remove_contributor,
        name="contributor_remove",
    ),
]
