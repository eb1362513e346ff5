from importlib import import_module

Migration = import_module("core.people.migrations.0002_imported").Migration
