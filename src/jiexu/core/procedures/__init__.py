"""Procedures (业务): each a folder with its table of moves and one decide function per move."""
