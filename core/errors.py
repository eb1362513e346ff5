"""The errors that services raise (defined on the region's side, which core may import)."""

from tenants.errors import Conflict, DomainError, NotAllowed

__all__ = ["Conflict", "DomainError", "NotAllowed"]
