"""Which money belongs to which case: the matching rule, and the numbers of batches."""
