"""A pupil who changes school: what may follow is proposed to the new one, and taken in by somebody who decides."""
