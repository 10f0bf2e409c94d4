"""Banks: payment batches out, result files (回盘) and statements (对账单) in.

One module per file format and one per way of exchange. A bank with its own format gets a module
that reads it into the same `BankFile`.
"""
