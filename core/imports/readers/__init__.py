"""One reader for each format: a stream of `core.imports.neutral` records from files opened by `core.imports.sources`."""
