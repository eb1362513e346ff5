"""Pages that messages lead to, as paths on the school's host: no request is at hand where they are written."""

LIST = "/notifications/"


def preferences() -> str:
    return "/notifications/preferences/"
