"""Pretend people, banks and partners: the demonstration and the tests play with the same ones."""
