"""The guided change of year: prepared in a plan, checked, applied at once, undone within a week."""
