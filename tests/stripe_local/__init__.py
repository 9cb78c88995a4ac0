"""The Stripe connector against localstripe, which others wrote; only `make stripe-local` runs it."""
