"""The words everything else is said in: money, months, codes, actors, decisions, errors."""
