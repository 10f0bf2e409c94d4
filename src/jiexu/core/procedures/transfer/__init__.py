"""转移接续: the relation, the months and the balance follow the person. Two halves, two legs.

`table` shows all moves on one page; each `decide` function lives in the module of its part.
"""
