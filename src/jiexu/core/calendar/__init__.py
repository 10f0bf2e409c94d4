"""Working days: what the published arrangements say, and how far they reach."""
