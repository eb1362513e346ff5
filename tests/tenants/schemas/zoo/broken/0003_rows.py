from importlib import import_module

Migration = import_module("tests.tenants.schemas.zoo.v1.0003_rows").Migration
