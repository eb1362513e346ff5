"""Making a school again from its bundle: verified whole, built beside, then put in its place at once."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accounts.models import Account
from tenants.establishments import slugs
from tenants.establishments.directory.apply import slugs_in_use
from tenants.establishments.models import Establishment, Lifecycle
from tenants.establishments.search import search_text
from tenants.establishments.services.common import locked, record_change
from tenants.schemas import engine, graph, roles
from tenants.schemas.archive import files, people, rows, tables
from tenants.schemas.archive.beside import beside, bring_up, clean
from tenants.schemas.archive.bundle import Bundle, opened
from tenants.schemas.archive.manifest import Manifest
from tenants.schemas.archive.refusals import altered, refused
from tenants.schemas.archive.shape import differing, server_version
from tenants.schemas.archive.swapping import take_place
from tenants.schemas.blueprint import store
from tenants.schemas.blueprint.capture import BASE
from tenants.schemas.blueprint.definition import Definition
from tenants.schemas.context import region, workshop
from tenants.schemas.models import InstalledApp, Tombstone
from tenants.schemas.names import schema_name_for
from tenants.schemas.selectors import schema_exists

logger = structlog.get_logger(__name__)


@dataclass
class Restored:
    """What was done, or would be (`dry`). `replaces`: a school was there and is kept under a tombstone."""

    uai: str
    manifest: Manifest
    meeting: people.Meeting
    replaces: bool
    dry: bool
    lifecycle: str
    # Labels of the apps whose tables were brought up to the code's version
    upgraded: list[str] = field(default_factory=list)
    # Addresses of then that lead to another school by now
    domains_left: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Wish:
    uai: str
    replace: bool
    suspended: bool
    actor: Account | None


def restore(
    path: Path,
    *,
    actor: Account | None,
    uai: str = "",
    replace: bool = False,
    suspended: bool = False,
    dry_run: bool = False,
) -> Restored:
    """Restore the bundle at `path`, as the school that it was or as another that the directory knows.

    Raises ArchiveRefused before anything is touched when the bundle or the place is not fit, Conflict while
    something else works on the school.
    """
    with opened(path) as bundle, region():
        bundle.verify()
        definitions = _definitions(bundle.manifest)
        public = bundle.public_rows()
        wish = _Wish(uai.upper() or bundle.manifest.uai, replace, suspended, actor)
        establishment = _target(bundle.manifest, public, wish)
        with engine.exclusive(establishment):
            if not dry_run:
                clean()
            _check_place(establishment, wish, bundle)
            plan = _plan(establishment, bundle, public, wish, dry=dry_run)
            if not dry_run:
                files.check_room(bundle)
                _build(establishment, bundle, definitions, public, plan, wish)
    return plan


# --- before anything is touched -----------------------------------------------------------------------------
def _definitions(manifest: Manifest) -> list[Definition]:
    """The bundle's blueprints, in order. Raises ArchiveRefused when this code cannot take them further."""
    known = graph.current()
    for app in manifest.apps:
        if app.label != BASE and app.label not in known.labels:
            raise refused(
                "unknown-app",
                _("L’archive contient le module «\u00a0%(label)s\u00a0», absent d’ici. Installez-le d’abord.")
                % {"label": app.label},
            )
        if graph.unknown_and_newer(app.migrations, known.names.get(app.label, app.migrations)):
            raise refused(
                "newer",
                _("L’archive vient d’une version plus récente de Préau (%(release)s). Mettez cette plateforme à jour.")
                % {"release": manifest.release},
            )
    try:
        return [Definition.from_json(app.blueprint) for app in manifest.apps]
    except (TypeError, ValueError):
        raise refused(
            "blueprint", _("Les plans de l’archive sont d’une version de Préau que celle-ci ne lit pas.")
        ) from None


def _target(manifest: Manifest, public: rows.Rows, wish: _Wish) -> Establishment:
    """The school's row; one that is not saved yet when the directory has none."""
    try:
        schema = schema_name_for(wish.uai)
    except ValueError:
        raise refused("uai", _("%(uai)s n’est pas un code UAI.") % {"uai": wish.uai}) from None
    known = Establishment.objects.filter(uai=wish.uai).first()
    if known:
        return known
    if wish.uai != manifest.uai:
        raise refused(
            "unknown-school", _("%(uai)s n’est pas dans l’annuaire. Ajoutez-le d’abord.") % {"uai": wish.uai}
        )
    school: Establishment = rows.made(Establishment, public["establishment"], uai=wish.uai, schema_name=schema)
    school.lifecycle = Lifecycle.KNOWN
    school.search_text = search_text(school)
    return school


def _check_place(establishment: Establishment, wish: _Wish, bundle: Bundle) -> None:
    present = schema_exists(establishment.schema_name)
    if present and wish.uai != bundle.manifest.uai:
        raise refused(
            "occupied",
            _("%(uai)s a déjà un espace. Une archive ne se restaure que dans un établissement qui n’en a pas.")
            % {"uai": wish.uai},
        )
    if present and not wish.replace:
        raise refused(
            "present",
            _("%(uai)s a déjà un espace. Avec --replace, il est mis de côté pendant 30 jours et remplacé.")
            % {"uai": wish.uai},
        )
    if not present:
        files.check_free(establishment.schema_name)


def _plan(establishment: Establishment, bundle: Bundle, public: rows.Rows, wish: _Wish, *, dry: bool) -> Restored:
    try:
        meeting = people.meet(public, wish.uai)
        then = public["establishment"]["lifecycle"]
    except (KeyError, TypeError):
        raise altered("public.json") from None
    active = then == Lifecycle.ACTIVE and not wish.suspended
    return Restored(
        uai=establishment.uai,
        manifest=bundle.manifest,
        meeting=meeting,
        replaces=schema_exists(establishment.schema_name),
        dry=dry,
        lifecycle=Lifecycle.ACTIVE if active else Lifecycle.SUSPENDED,
    )


# --- beside, then in place ----------------------------------------------------------------------------------
def _build(
    establishment: Establishment,
    bundle: Bundle,
    definitions: list[Definition],
    public: rows.Rows,
    plan: Restored,
    wish: _Wish,
) -> None:
    store.keep(definitions)
    with beside() as name:
        engine.build(name, definitions, rows=False)
        roles.ensure_member(name, of=roles.GROUP)
        _check_shape(name, bundle.manifest, definitions)
        people.reserve(plan.meeting)
        with workshop(name), transaction.atomic():
            tables.copy_in(bundle, name, accounts=plan.meeting.changes, uai=wish.uai)
            tables.learn(bundle.manifest.tables)
        files.unpack(bundle, name)
        plan.upgraded = _upgraded(name, public)

        def write() -> None:
            _write(establishment, bundle, public, plan, wish)

        take_place(establishment, name, write=write, actor=wish.actor)
    logger.info("school restored", uai=establishment.uai, archive=bundle.sha256)


def _upgraded(name: str, public: rows.Rows) -> list[str]:
    try:
        return bring_up(name, public)
    except Exception as error:
        logger.exception("upgrade of a restored school failed", schema=name)
        raise refused(
            "upgrade",
            _("La mise à jour des tables a échoué (%(error)s). Rien n’a été remplacé.") % {"error": str(error).strip()},
        ) from error


def _check_shape(name: str, manifest: Manifest, definitions: list[Definition]) -> None:
    """Raises ArchiveRefused when the plans do not make what they describe. Descriptions are PostgreSQL's own."""
    if manifest.postgresql.partition(".")[0] != server_version().partition(".")[0]:
        return
    if strangers := differing(name, definitions):
        raise altered(_("ses plans ne se rejouent pas\u00a0: %(names)s") % {"names": ", ".join(strangers)})


def _write(establishment: Establishment, bundle: Bundle, public: rows.Rows, plan: Restored, wish: _Wish) -> None:
    """The public rows of the restored school, in the transaction that puts it in its place."""
    same = wish.uai == bundle.manifest.uai
    if establishment.pk is None:
        _register(establishment)
    elif same:  # what the school chose; the rest is the directory's
        establishment.accent_colour = public["establishment"]["accent_colour"]
    people.create(plan.meeting)
    plan.domains_left = rows.put_back(establishment, public, plan.meeting.now, addresses=same)
    changes: dict[str, list[Any]] = {"archive": [None, bundle.sha256], "accounts": [None, len(plan.meeting.new)]}
    _enter(establishment, plan.lifecycle, changes, "restored", wish.actor)


def _register(school: Establishment) -> None:
    """Into the directory, under its own address if that is free."""
    taken = slugs_in_use()
    if school.slug in taken or slugs.problem_with(school.slug):
        school.slug = slugs.assign([school], taken)[school.uai]
    school.save()


def _enter(
    establishment: Establishment, lifecycle: str, changes: dict[str, list[Any]], verb: str, actor: Account | None
) -> None:
    """The school is there again. In the transaction that puts it in its place."""
    before = locked(establishment).lifecycle
    establishment.lifecycle = lifecycle
    if before != lifecycle:
        establishment.lifecycle_since = timezone.now()
    establishment.save(update_fields=["lifecycle", "lifecycle_since", "accent_colour", "updated_at"])
    record_change(establishment, verb, {"lifecycle": [before, str(lifecycle)], **changes}, actor)


# --- from under its tombstone -------------------------------------------------------------------------------
def restore_tombstone(
    uai: str, *, actor: Account | None, replace: bool = False, suspended: bool = False
) -> Tombstone:
    """Bring an erased or replaced school back as it was; the last one, if there are several.

    Raises ArchiveRefused when there is none left, or when a school is in its place (`replace` puts that aside).
    """
    with region():
        establishment = Establishment.objects.filter(uai=uai.upper()).first()
        if establishment is None:
            raise refused("unknown-school", _("%(uai)s n’est pas dans l’annuaire.") % {"uai": uai})
        with engine.exclusive(establishment):
            clean()
            tombstone = Tombstone.objects.filter(uai=establishment.uai, destroyed_at=None).first()
            if tombstone is None or not schema_exists(tombstone.schema_name):
                raise refused(
                    "no-tombstone",
                    _("Rien n’est gardé de %(uai)s. Restaurez-le depuis une archive.") % {"uai": establishment.uai},
                )
            _check_tombstone_place(establishment, replace)
            _raise(establishment, tombstone, suspended=suspended, actor=actor)
    return tombstone


def _check_tombstone_place(establishment: Establishment, replace: bool) -> None:
    if not schema_exists(establishment.schema_name):
        files.check_free(establishment.schema_name)
    elif not replace:
        raise refused(
            "present",
            _("%(uai)s a déjà un espace. Avec --replace, il est mis de côté pendant 30 jours et remplacé.")
            % {"uai": establishment.uai},
        )


def _raise(establishment: Establishment, tombstone: Tombstone, *, suspended: bool, actor: Account | None) -> None:
    public = tombstone.public_rows
    members = [row["account_id"] for row in public["memberships"]]
    there = set(Account.objects.filter(pk__in=members).values_list("pk", flat=True))
    active = public["establishment"]["lifecycle"] == Lifecycle.ACTIVE and not suspended
    if all(row["state"] == InstalledApp.State.READY for row in public["apps"]):
        _upgraded(tombstone.schema_name, public)

    def write() -> None:
        rows.put_back(establishment, public, {pk: pk for pk in there}, addresses=True)
        Tombstone.objects.filter(pk=tombstone.pk).delete()
        lifecycle = Lifecycle.ACTIVE if active else Lifecycle.SUSPENDED
        changes = {"since": [tombstone.created_at.isoformat(), None]}
        _enter(establishment, lifecycle, changes, "unearthed", actor)

    take_place(establishment, tombstone.schema_name, write=write, actor=actor)
    logger.info("school brought back", uai=establishment.uai)
