"""How long things may be, in characters."""

SUBJECT_LENGTH, BODY_LENGTH, SIGNATURE_LENGTH, NAME_LENGTH = 150, 20_000, 500, 60
