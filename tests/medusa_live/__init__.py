"""A real Medusa on this machine, for the suite that `make medusa-live` runs and nothing else does."""
