# Sourced by the programs of scripts/: finds a Python and hands over to scripts/support.
#
# The virtual environment's Python when there is one; else 3.12 or 3.11, for which a ready-made Redis exists;
# else the newest there is. Each candidate is tried, because version managers leave names that do not run.

launch() {
    support=$(CDPATH='' cd -- "$(dirname -- "$0")/support" && pwd -P) || exit 1
    # The checkout's own code only: a foreign PYTHONPATH or user site must not change what runs.
    unset PYTHONHOME
    for candidate in "$support/../../.venv/bin/python" python3.12 python3.11 python3 python3.13 python3.14 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            exec "$candidate" "$support" "$@"
        fi
    done
    echo "Préau demande Python 3.11 ou plus récent : installez-le (par exemple « apt install python3 python3-venv »), puis recommencez." >&2
    exit 1
}
