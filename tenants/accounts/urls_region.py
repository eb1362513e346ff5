"""The pages of an account at the front door."""

from allauth.account import views as account
from django.urls import path

from tenants.accounts.guards import open_to_all

urlpatterns = [
    path("connexion/", open_to_all(account.login), name="account_login"),
    path("deconnexion/", open_to_all(account.logout), name="account_logout"),
]
