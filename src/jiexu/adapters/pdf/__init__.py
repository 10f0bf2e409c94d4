"""Papers as PDF/A, printed by typst in this process."""
