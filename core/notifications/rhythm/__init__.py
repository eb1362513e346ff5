"""When a message may leave: digests, and the hours in which nobody is disturbed. They delay, they never lose.

`due_at` computes from what is given and reads nothing, so that the relay may ask it for thousands.

Rules. What is urgent leaves at once. The school's hours and the person's own both hold, unless the person does not
follow the school's. A quiet day is quiet from midnight to midnight. What was held by hours leaves when they end; what
was held by days leaves on the first day that is not quiet, at the end of its quiet morning: after holidays, on the
morning of the return. A digest whose hour is quiet leaves when the quiet ends, if that is the same day; one whose day
is quiet waits for the next day's. A school may let one moment a week through in its holidays, for what would
otherwise wait all summer.

Hours are those of the clock on the wall, both nights of the changing clocks included: an hour that does not exist is
the moment at which the clock passes it; of an hour that comes twice, quiet ends with the second, and all else
happens at the first. Wishes that would leave no moment at all are set aside: first the school's hours, if the
person's own leave some; else the person's. Only a pause always holds: it ends by itself.
"""

from core.notifications.rhythm.due import due_at, is_quiet
from core.notifications.rhythm.hours import Hours, SchoolHours, hours_of, school_hours
from core.notifications.rhythm.words import frequency_in_words, in_words, school_in_words

__all__ = [
    "Hours",
    "SchoolHours",
    "due_at",
    "frequency_in_words",
    "hours_of",
    "in_words",
    "is_quiet",
    "school_hours",
    "school_in_words",
]
