"""Which posting is right: the chart of accounts, postings per business event, the laws of money."""
