"""Parts of the manifest, one file each."""
