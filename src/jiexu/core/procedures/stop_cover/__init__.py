"""强制停保: cover that an old employer does not end is ended by the agency, so that a transfer can
begin. One half (`here`), one leg that matters; there is no money in it.

Evidence of the person → notice to the employer with a term → answer or silence → decision.
"""
