"""Small AAF exports on disk, of people who do not exist."""

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from scripts.support.bench.people_source import Plan, School, pack, write_export


def write(folder: Path, *uais: str, people: int = 40) -> Path:
    """A folder as the State gives it: structure 9001 is the first UAI, and so on."""
    schools = tuple(School(9001 + at, uai, f"COLLEGE {at}") for at, uai in enumerate(uais))
    write_export(folder, Plan(people, schools))
    return folder


def upload(folder: Path, *uais: str, people: int = 40) -> SimpleUploadedFile:
    """The same in one archive, as somebody sends it."""
    schools = tuple(School(9001 + at, uai, f"COLLEGE {at}") for at, uai in enumerate(uais))
    archive = pack(write_export(folder / "aaf", Plan(people, schools)), folder / "ENT2D.20261001.zip")
    return SimpleUploadedFile(archive.name, archive.read_bytes(), "application/zip")
