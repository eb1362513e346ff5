"""The ways in which a migration reaches schools: as compiled SQL, by Python with shared state, or operation by
operation outside transactions.
"""
