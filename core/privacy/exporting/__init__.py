"""A person’s data as one archive: gathered from manifests, told in words, packed."""
