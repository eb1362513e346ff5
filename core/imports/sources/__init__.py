"""Opening what people send: a file, a folder, a zip or a tar.gz, without trusting any of it."""
