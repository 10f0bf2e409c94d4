"""Settings and wiring: the only ring that knows all others and joins ports to adapters."""
