from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    def handle(self, **options):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS standin (starts int)")
            cursor.execute("INSERT INTO standin VALUES (1)")
