"""Builders that several tests share. Everything is built through the product's own doors."""
