"""A scanner as a place would plug one in."""


def scan(file):
    return "Eicar-Test" if b"EICAR" in file.read() else ""
