"""What people type. Forms check shapes; services decide."""

from modules.liaison.forms.answers import PaperForm, RecordForm, ReplyForm, TreatForm, WordForm
from modules.liaison.forms.filters import BoardFilter, DeskFilter, NotesFilter
from modules.liaison.forms.notes import AmendForm, AudienceForm, NoteForm, SeenForm

__all__ = [
    "AmendForm",
    "AudienceForm",
    "BoardFilter",
    "DeskFilter",
    "NoteForm",
    "NotesFilter",
    "PaperForm",
    "RecordForm",
    "ReplyForm",
    "SeenForm",
    "TreatForm",
    "WordForm",
]
