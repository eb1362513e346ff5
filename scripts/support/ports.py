"""The two ports of a place: pages, and the next one for what stays open. Held from the choice to the end."""

import os
import socket

from scripts.support.place import DEFAULT_PORT
from scripts.support.terminal import Stop, say

ADDRESS = "127.0.0.1"


def listen() -> tuple[socket.socket, socket.socket]:
    """Two listening sockets on neighbouring ports: PREAU_PORT, or the first free ones from 8000.

    The servers inherit them, so that nobody can take the port between the choice and the start.
    """
    if given := os.environ.get("PREAU_PORT"):
        if not given.isdigit() or not 0 < int(given) < 65535:
            raise Stop(f"PREAU_PORT doit être un nombre entre 1 et 65534, et non « {given} ».", 2)
        if pair := _pair(int(given)):
            return pair
        raise Stop(
            f"Le port {given} ou le suivant est déjà pris : choisissez-en un autre dans PREAU_PORT.", 2
        )
    for port in range(DEFAULT_PORT, DEFAULT_PORT + 1000, 2):
        if pair := _pair(port):
            if port != DEFAULT_PORT:
                say(f"Le port {DEFAULT_PORT} est pris : ce sera {port}.")
            return pair
    raise Stop("Aucun port libre à partir de 8000 : indiquez-en un dans PREAU_PORT.", 2)


def _pair(port: int) -> tuple[socket.socket, socket.socket] | None:
    opened: list[socket.socket] = []
    for number in (port, port + 1):
        one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.append(one)
        try:
            one.bind((ADDRESS, number))
        except OSError:
            for each in opened:
                each.close()
            return None
        one.listen(512)
    return opened[0], opened[1]
