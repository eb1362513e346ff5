"""The index: what can be found of the rows of all modules, in one table."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

TITLE_LENGTH, LINE_LENGTH = 300, 300


class IndexEntry(models.Model):
    """One row of a module. It never says who may see it: each search asks the module.

    `kind` is "news.article", `object_id` the key of the row there. `vector` holds each word twice, stemmed and
    whole: the first finds "publier" under "publication", the second what is only half typed. Titles weigh A, the
    rest D. `digest` is of what it was made from: what has not changed is not written again.
    """

    kind = models.CharField(max_length=81)
    object_id = models.BigIntegerField()
    title = models.CharField(_("titre"), max_length=TITLE_LENGTH)
    line = models.CharField(_("détail"), max_length=LINE_LENGTH, blank=True)
    on = models.DateField(_("date"), null=True)
    vector = SearchVectorField()
    digest = models.CharField(max_length=16)

    class Meta:
        verbose_name = _("entrée de la recherche")
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once")]
        indexes = [
            # New words wait in a list, which `services` puts in order at the end of each change: many rows at once are
            # written five times faster than one by one, and no search has to go through the list.
            GinIndex(fields=["vector"], name="search_words", fastupdate=True),
            # Of a word that half the school's texts hold, the newest are read in order.
            models.Index(fields=["kind", "-on", "-object_id"], name="search_newest"),
        ]

    def __str__(self) -> str:
        return self.title
