"""The columns of the two known directories, under one set of names.

The shared file of open data, and the ministry's `fr-en-annuaire-education` (lower-case ids in its API,
capitals in its CSV). A column that is not listed is left aside.
"""

from tenants.text import words_of

_ALIASES = {
    "uai": ("uai", "identifiant_de_l_etablissement", "code_uai", "numero_uai", "rne"),
    "name": ("nom_de_l_etablissement", "nom_etablissement", "appellation_officielle"),
    "type": ("type_etablissement", "type_d_etablissement"),
    "lycee_type": ("type_de_lycee",),
    "sector": ("secteur", "statut_public_prive", "secteur_public_prive"),
    "commune_code": ("code_insee_de_la_commune", "code_commune", "code_insee"),
    "commune": ("nom_de_la_commune", "nom_commune", "commune"),
    "postal_code": ("code_postal",),
    "departement_code": ("code_du_departement", "code_departement"),
    "departement": ("departement", "libelle_departement"),
    "academie": ("academie", "libelle_academie"),
    "headcount": ("effectifs", "nombre_d_eleves", "nombre_eleves", "effectif"),
    "state": ("etat", "etat_etablissement"),
    "several": ("multi_uai",),
    "general": ("voie_generale",),
    "technological": ("voie_technologique",),
    "vocational": ("voie_professionnelle",),
}
_BY_HEADER = {alias: name for name, aliases in _ALIASES.items() for alias in aliases}
_NECESSARY = ("uai", "name", "type", "sector", "commune")


def canonical(header: str) -> str:
    """Our name for a column's header; "" for a column that is not ours."""
    return _BY_HEADER.get("_".join(words_of(header)), "")


def missing(names: list[str]) -> list[str]:
    """The headers, in the shared file's spelling, of the necessary columns that are absent."""
    return [_ALIASES[name][0] for name in _NECESSARY if name not in names]
