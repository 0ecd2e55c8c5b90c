"""What Payshift costs, measured: realistic data in any amount, and the reports that run over it."""
