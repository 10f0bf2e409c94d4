"""Whom we talk to: other agencies, banks, signers. Each adapter fulfils a Protocol of `work.ports`.

Adapters know core and the ports only; `config/wiring.py` joins them to the work.
"""
