"""Opening what people hand in, safely: `open_source(*paths)` gives a `Source` of members that stream."""

from core.imports.sources.limits import Limits
from core.imports.sources.members import Member
from core.imports.sources.opening import Source, open_source

__all__ = ["Limits", "Member", "Source", "open_source"]
