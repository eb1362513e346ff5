"""Readable names from the capitals of official files."""

from tenants.establishments.naming.communes import academie_name, commune_name, departement_name
from tenants.establishments.naming.schools import school_name

__all__ = ["academie_name", "commune_name", "departement_name", "school_name"]
