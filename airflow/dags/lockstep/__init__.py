"""What the DAGs of every model are made of."""
