"""What is right: rules, ledger, procedures, messages. Pure: no clock, chance, database, network."""
