"""One-time codes that people type from paper: what they look like, making them, finding them again.

`K7DM-Q2XW-9TRA`: eleven characters at random out of 29 (53 bits) and one that tells a slip of the keyboard. Neither
I, L, O, U nor 0, 1, 8 occur. Only a keyed hash is kept, and the next code for the same purpose ends the one before.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from tenants.accounts.models import Account, ActivationCode, Membership
from tenants.errors import DomainError
from tenants.schemas.context import region

Purpose, Way = ActivationCode.Purpose, ActivationCode.Way

# A prime number of characters: the weighted sum then tells every wrong character and every two that changed places.
ALPHABET = "2345679ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 11
GROUP = 4
# What people write for what they read
_READ_AS = str.maketrans({"8": "B"})
_SALT = "tenants.accounts.codes"
_AT_ONCE = 2_000

# Paper waits in a school bag; a mail that was not followed within a month is sent again; a lost password is urgent.
LIFETIMES = {Way.LETTER: timedelta(days=90), Way.MAIL: timedelta(days=30), Way.SCREEN: timedelta(days=30)}
RECOVERY = timedelta(hours=24)
# How long what became of a code can still be told to who types it
KEPT = timedelta(days=365)


def new_code() -> str:
    """Twelve characters in groups of four."""
    drawn = "".join(secrets.choice(ALPHABET) for _position in range(LENGTH))
    return shown(drawn + _check_character(drawn))


def shown(letters: str) -> str:
    return "-".join(letters[i : i + GROUP] for i in range(0, len(letters), GROUP))


def letters_of(typed: str) -> str | None:
    """The twelve characters that were meant, whatever case, spaces and dashes; None when they cannot be a code."""
    letters = "".join(typed.upper().split()).translate(_READ_AS)
    letters = letters.replace("-", "").replace("\u2010", "").replace("\u2011", "").replace("\u2013", "")
    if len(letters) != LENGTH + 1 or set(letters) - set(ALPHABET):
        return None
    return letters if letters[-1] == _check_character(letters[:-1]) else None


def _check_character(letters: str) -> str:
    total = sum(weight * ALPHABET.index(letter) for weight, letter in enumerate(letters, start=2))
    return ALPHABET[total % len(ALPHABET)]


def _hashes(letters: str) -> list[str]:
    """Under the region's secret, then under those that it had before."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [salted_hmac(_SALT, letters, secret=key, algorithm="sha256").hexdigest() for key in keys]


def draw(person_ids: Iterable[int]) -> dict[int, str]:
    """A code for each of these people, by person id. Nothing is kept yet: paper may be printed first (`put`)."""
    return {person_id: new_code() for person_id in sorted(set(person_ids))}


def put(uai: str, drawn: Mapping[int, str], *, purpose: str, way: str) -> datetime:
    """Let these codes open what they are for; the people's former codes for this purpose end. Returns until when.

    A few statements for a whole school. Whoever calls it has asked who may, and journals it.
    """
    now = timezone.now()
    expires_at = expiry(purpose, way, now)
    rows = [
        ActivationCode(
            uai=uai,
            person_id=person_id,
            purpose=purpose,
            way=way,
            code_hash=_hashes(code.replace("-", ""))[0],
            created_at=now,
            expires_at=expires_at,
        )
        for person_id, code in drawn.items()
    ]
    with region(), transaction.atomic():
        _one_at_a_time(uai)
        _living(uai, drawn).filter(purpose=purpose).update(superseded_at=now)
        ActivationCode.objects.bulk_create(rows, batch_size=_AT_ONCE)
    return expires_at


def expiry(purpose: str, way: str, now: datetime) -> datetime:
    return now + (RECOVERY if purpose == Purpose.RECOVER else LIFETIMES[Way(way)])


def issue(uai: str, person_ids: Iterable[int], *, purpose: str, way: str) -> dict[int, str]:
    """`draw` and `put` together."""
    drawn = draw(person_ids)
    put(uai, drawn, purpose=purpose, way=way)
    return drawn


def end(uai: str, person_ids: Iterable[int]) -> int:
    """Their living codes open nothing any more: they left, or have an account by now. Returns how many."""
    with region():
        return _living(uai, person_ids).update(superseded_at=timezone.now())


def end_recoveries(account: Account) -> int:
    """The account has a new password: codes that were made to give it another one open nothing any more."""
    own = Membership.objects.filter(account_id=account.pk, uai=OuterRef("uai"), person_id=OuterRef("person_id"))
    with region():
        held = ActivationCode.objects.filter(Exists(own), purpose=Purpose.RECOVER, used_at=None, superseded_at=None)
        return held.update(superseded_at=timezone.now())


def forget(uai: str, person_ids: Iterable[int]) -> int:
    """Remove every trace of their codes: their record is erased. Returns how many."""
    with region():
        return ActivationCode.objects.filter(uai=uai, person_id__in=list(person_ids)).delete()[0]


def forget_old(*, now: datetime) -> int:
    """Remove codes that have been worth nothing for a year. Returns how many."""
    with region():
        return ActivationCode.objects.filter(expires_at__lt=now - KEPT).delete()[0]


def find(typed: str) -> ActivationCode:
    """The living code that was typed. Raises DomainError with a sentence that says what to do."""
    letters = letters_of(typed)
    if letters is None:
        raise _refusal("misread", _("Une lettre ou un chiffre ne va pas\u00a0: relisez les douze caractères du code."))
    with region():
        code = ActivationCode.objects.filter(code_hash__in=_hashes(letters)).first()
    if code is None:
        raise _refusal("unknown", _("Ce code n’existe pas. Relisez-le, ou demandez-en un autre à l’établissement."))
    guard_living(code)
    return code


def guard_living(code: ActivationCode) -> None:
    """Raises DomainError for a code that was used, replaced, or has waited too long."""
    if code.used_at is not None:
        raise _refusal("used", _("Ce code a déjà servi. Connectez-vous avec l’identifiant que vous avez choisi."))
    if code.superseded_at is not None:
        sentence = _("Ce code a été remplacé\u00a0: utilisez le dernier courrier ou courriel reçu.")
        raise _refusal("superseded", sentence)
    if code.expires_at <= timezone.now():
        raise _refusal("expired", _("Ce code n’est plus valable. Demandez-en un autre à l’établissement."))


def use(code: ActivationCode) -> None:
    """Use it up, within the caller's transaction. One UPDATE decides. Raises DomainError when it came too late."""
    now = timezone.now()
    living = ActivationCode.objects.filter(pk=code.pk, used_at=None, superseded_at=None, expires_at__gt=now)
    if not living.update(used_at=now):
        raise _refusal("used", _("Ce code vient de servir, ou d’être remplacé."))


def _living(uai: str, person_ids: Iterable[int]) -> QuerySet[ActivationCode]:
    return ActivationCode.objects.filter(
        Q(used_at=None, superseded_at=None), uai=uai, person_id__in=list(person_ids)
    )


def _one_at_a_time(uai: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"codes:{uai}"])


def _refusal(code: str, sentence: str) -> DomainError:
    return DomainError(f"code-{code}", sentence, {"code": sentence})
