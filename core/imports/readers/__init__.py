"""One reader a format: a stream of `core.imports.neutral` records from files that `core.imports.sources` opens."""
