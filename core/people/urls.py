from django.urls import path

from core.people.views import accounts, directory, guardians, manage, me

app_name = "people"

urlpatterns = [
    path("", directory.directory, name="directory"),
    path("nouveau/", manage.create, name="create"),
    path("moi/", me.profile, name="me"),
    path("moi/coordonnees/", me.contact, name="contact"),
    path("moi/preferences/", me.preferences, name="preferences"),
    path("<int:pk>/", directory.person, name="person"),
    path("<int:pk>/modifier/", manage.edit, name="edit"),
    path("<int:pk>/roles/", manage.roles, name="roles"),
    path("<int:pk>/depart/", manage.departure, name="departure"),
    path("<int:pk>/retour/", manage.comeback, name="return"),
    path("<int:pk>/responsables/ajouter/", guardians.add, name="guardian_add"),
    path("responsables/<int:pk>/", guardians.edit, name="guardian"),
    path("responsables/<int:pk>/fin/", guardians.end, name="guardian_end"),
    path("<int:pk>/compte/", accounts.account, name="account"),
    path("<int:pk>/compte/existant/", accounts.link, name="account_link"),
    path("<int:pk>/compte/mot-de-passe/", accounts.password, name="account_password"),
    path("<int:pk>/compte/retirer/", accounts.unlink, name="account_unlink"),
]
