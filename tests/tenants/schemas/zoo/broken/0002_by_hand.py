from importlib import import_module

Migration = import_module("tests.tenants.schemas.zoo.v1.0002_by_hand").Migration
