"""Channels carry envelopes between agencies: inside one node, or through a shared folder."""
