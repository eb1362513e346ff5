"""A tiny project in the place of ours: what scripts/run starts must not depend on what we build on it."""
