"""Reading boxes, threads, and who has read."""
