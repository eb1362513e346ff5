"""The console's pages of imports: one source for all schools, and which structure is which school."""
