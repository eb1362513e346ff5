"""Loading a directory from the console: stored, analysed, shown, confirmed, applied."""

import json
import shutil
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accounts.models import Account
from tenants.audit.services import record
from tenants.errors import Conflict, DomainError
from tenants.establishments import directory
from tenants.establishments.directory.report import details
from tenants.establishments.models import ImportRun
from tenants.schemas.context import region

State = ImportRun.State
_SHOWN = 200
_ENDED = {State.DONE, State.FAILED, State.CANCELLED}


def folder_of(run: ImportRun) -> Path:
    """Where the file, the difference and the refused lines lie."""
    return Path(settings.DATA_DIR) / "imports" / str(run.pk)


def start(*, upload: UploadedFile, actor: Account) -> ImportRun:
    """Keep the file and have it analysed. Raises DomainError on a file too large or empty."""
    size = upload.size or 0
    if not size:
        raise directory.UnreadableFile(_("Ce fichier est vide."))
    if size > directory.MAX_BYTES:
        raise directory.UnreadableFile(_("Ce fichier dépasse 50\u00a0Mo. L’annuaire d’une région en fait moins d’un."))
    with region(), transaction.atomic():
        run = ImportRun.objects.create(
            file_name=Path(upload.name or "annuaire.csv").name[:200],
            size=size,
            actor_account_id=actor.pk,
            actor_name=actor.login,
        )
        folder = folder_of(run)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "file.csv").open("wb") as kept:
            for chunk in upload.chunks():
                kept.write(chunk)
        transaction.on_commit(lambda: _send("analyse_directory", run))
    return run


def analyse(run: ImportRun) -> None:
    """Read the file and write down the difference. Run again after a kill, it begins again."""
    if not _move(run, {State.WAITING, State.ANALYSING}, State.ANALYSING):
        return
    try:
        plan = _read(run)
    except directory.UnreadableFile as error:
        _end(run, State.FAILED, error=str(error.message))
        return
    _show(run, plan)


def confirm(run: ImportRun, *, actor: Account) -> None:
    """Have the shown difference applied. Raises Conflict when the run is no longer to be confirmed."""
    with region(), transaction.atomic():
        if not _move(run, {State.READY}, State.APPLYING):
            raise Conflict("import-not-ready", _("Ce chargement a déjà été confirmé ou abandonné."))
        run.actor_account_id, run.actor_name = actor.pk, actor.login
        run.save(update_fields=["actor_account_id", "actor_name"])
        transaction.on_commit(lambda: _send("apply_directory", run))


def cancel(run: ImportRun, *, actor: Account) -> None:
    """Give up a loading that has not been applied, and forget its file."""
    with region(), transaction.atomic():
        if not _move(run, {State.WAITING, State.ANALYSING, State.READY, State.FAILED}, State.CANCELLED):
            raise Conflict("import-not-ready", _("Ce chargement a déjà été confirmé ou abandonné."))
        record(
            "establishments.import_cancelled",
            actor=actor,
            target_type="directory",
            target_id=str(run.pk),
            target_label=run.file_name,
        )
        transaction.on_commit(lambda: shutil.rmtree(folder_of(run), ignore_errors=True))


def apply(run: ImportRun) -> None:
    """Write what was confirmed, and nothing else: if the difference is another one now, it is shown again."""
    with region():
        run.refresh_from_db()
    if run.state != State.APPLYING:
        return
    actor = Account.objects.filter(pk=run.actor_account_id).first() if run.actor_account_id else None
    plan = _read(run)
    if plan.fingerprint != run.fingerprint:
        _show(run, plan, error=_("L’annuaire a changé depuis l’analyse. Voici les nouvelles différences."))
        return
    try:
        with region(), transaction.atomic():
            directory.apply(plan, actor=actor, source=run.file_name)
            _end(run, State.DONE)
    except DomainError as error:
        _show(run, _read(run), error=str(error.message))


def difference_of(run: ImportRun) -> dict[str, object]:
    """What the analysis wrote down; empty before, and once the files are gone."""
    path = folder_of(run) / "difference.json"
    found: dict[str, object] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def refused_file_of(run: ImportRun) -> Path | None:
    path = folder_of(run) / "refused.csv"
    return path if path.is_file() else None


def _read(run: ImportRun) -> directory.Plan:
    path = folder_of(run) / "file.csv"
    if not path.is_file():
        raise directory.UnreadableFile(_("Le fichier n’est plus là. Chargez-le à nouveau."))
    with path.open("rb") as stream:
        return directory.plan(stream, lambda done, total: _progress(run, done, total))


def _progress(run: ImportRun, done: int, total: int) -> None:
    with region():
        ImportRun.objects.filter(pk=run.pk).update(lines_done=min(done, total), lines_total=total)


def _show(run: ImportRun, plan: directory.Plan, error: str = "") -> None:
    folder = folder_of(run)
    shown = json.dumps(details(plan, _SHOWN), ensure_ascii=False, default=str)
    (folder / "difference.json").write_text(shown, encoding="utf-8")
    if plan.refused:
        (folder / "refused.csv").write_bytes(directory.refused_csv(plan))
    nothing = not plan.created and not plan.updated
    _end(
        run,
        State.DONE if nothing else State.READY,
        fingerprint=plan.fingerprint,
        error=error,
        **plan.counts,
    )


def _move(run: ImportRun, from_states: set[State], to: State) -> bool:
    """Whether the run was in one of the states, and now is in the other."""
    with region():
        moved = ImportRun.objects.filter(pk=run.pk, state__in=from_states).update(state=to)
        run.refresh_from_db()
    return bool(moved)


def _end(run: ImportRun, state: State, **values: object) -> None:
    """Note the outcome, unless somebody gave the run up meanwhile."""
    if state in _ENDED:
        values["finished_at"] = timezone.now()
    with region():
        ImportRun.objects.filter(pk=run.pk).exclude(state=State.CANCELLED).update(state=state, **values)
        run.refresh_from_db()


def _send(name: str, run: ImportRun) -> None:
    from tenants.establishments import tasks  # noqa: PLC0415 -- tasks call these services

    getattr(tasks, name).delay(run.pk)
