"""What happened: the rows, their laws in the database, and how they are read and written.

`models` and `queries` may be read by the faces; `write` is imported by `work` alone.
"""
