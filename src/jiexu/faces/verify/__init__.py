"""The public check of papers: for whoever is shown one."""
