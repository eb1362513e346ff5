"""The pages of alerts."""

from core.alerts.views.following import board, end, found, lost, report, report_csv, report_pdf, say
from core.alerts.views.launching import index, launch, preview
from core.alerts.views.reading import alert, answer

__all__ = [
    "alert", "answer", "board", "end", "found", "index", "launch", "lost", "preview", "report", "report_csv",
    "report_pdf", "say",
]  # fmt: skip
