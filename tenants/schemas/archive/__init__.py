"""One school alone: archived into a signed bundle, restored from it, erased. `docs/archives.md` has the format."""
