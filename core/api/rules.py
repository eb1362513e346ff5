"""Who may have programs act for them."""

import time

from core.permissions.viewer import Viewer

# A token opens what its person sees without asking for anything: it is made by who has just proved who they are.
FACTOR_SECONDS = 60 * 60


def may_hold_tokens(viewer: Viewer) -> bool:
    """Whether one of the viewer's roles is among those that the school lets use tokens."""
    return bool(viewer.roles & set(viewer.modules["api"].settings["token_roles"]))


def is_fresh(mfa_at: int | None) -> bool:
    """Whether a second factor was passed (seconds since 1970) within the hour."""
    return mfa_at is not None and 0 <= time.time() - mfa_at < FACTOR_SECONDS
