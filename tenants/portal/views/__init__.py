"""Views of the region's host. Every one bears a guard of tenants.accounts.guards."""
