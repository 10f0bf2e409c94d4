"""How agencies talk: canonical bytes, Merkle proofs, the signed envelope, the kinds of messages."""
