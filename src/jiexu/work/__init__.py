"""What we do: the unit of work, queues, intake, reconciliation. The only ring that writes."""
