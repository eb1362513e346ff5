from django.urls import path

from core.privacy.views import erasing, mine, register, retention

app_name = "privacy"
urlpatterns = [
    path("", mine.mine, name="mine"),
    path("archive/demander/", mine.ask_archive, name="archive_ask"),
    path("archive/<int:pk>/", mine.archive, name="archive"),
    path("archive/<int:pk>/telecharger/", mine.download, name="archive_download"),
    path("archive/<int:pk>/effacer/", mine.remove_archive, name="archive_remove"),
    path("consentement/", mine.consent, name="consent"),
    path("effacement/", mine.ask_erasure, name="erasure_ask"),
    path("effacement/retirer/", mine.withdraw_erasure, name="erasure_withdraw"),
    path("demandes/", erasing.requests, name="requests"),
    path("demandes/<int:pk>/refuser/", erasing.refuse, name="request_refuse"),
    path("personnes/<int:pk>/effacer/", erasing.person, name="person"),
    path("conservation/", retention.durations, name="durations"),
    path("conservation/<int:pk>/retenir/", retention.hold_back, name="notice_hold"),
    path("conservation/<int:pk>/laisser/", retention.let_go, name="notice_let_go"),
    path("registre/", register.register, name="register"),
    path("registre.csv", register.export, name="register_export"),
]
