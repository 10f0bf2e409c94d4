"""The command `jiexu`: one module per command, imported only when that command runs."""
