from importlib import import_module

Migration = import_module("tests.tenants.schemas.zoo.v1.0001_initial").Migration
