"""What keeps the messagerie safe: suspensions, moderation, reports, purges, blocks, absences; whose data they are."""
