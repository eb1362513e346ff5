from datetime import date, timedelta

from core.permissions.viewer import Viewer
from tests.contract.dummy.models import Meal


def may_book(viewer: Viewer, meal: Meal, today: date) -> bool:
    """Whoever books does so from today to the horizon that the school has set."""
    horizon = today + timedelta(days=viewer.modules["dummy"].settings["days_ahead"])
    return viewer.can("dummy.book") and today <= meal.served_on <= horizon
