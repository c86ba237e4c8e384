"""Songs: a plan, a score, instruments, a mix."""
