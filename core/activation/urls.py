"""Who has opened their account, invitations and codes, under /comptes/."""

from django.urls import path

from core.activation.views import codes, letters, overview

app_name = "activation"

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("personnes/", overview.people, name="people"),
    path("inviter/", overview.invite, name="invite"),
    path("personnes/<int:pk>/code/", codes.code, name="code"),
    path("courriers/", letters.letters, name="letters"),
    path("courriers/<int:pk>/", letters.row, name="letters_row"),
    path("courriers/<int:pk>/telecharger/", letters.download, name="letters_download"),
]
