"""Signing in and out on a school's host; everything else about the account is at the front door."""

from allauth.account import views as account
from django.urls import path

from tenants.accounts.guards import open_to_all
from tenants.accounts.hosts import in_region

urlpatterns = [
    path("connexion/", open_to_all(in_region(account.login)), name="account_login"),
    path("deconnexion/", open_to_all(in_region(account.logout)), name="account_logout"),
]
