"""Starting and stopping processes that must not outlive us, and recognising our own among all others."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

LINUX = sys.platform == "linux"
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None) if LINUX else None


def spawn(
    command: Sequence[str | Path],
    *,
    log: IO[bytes] | int,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
    dies_with_us: signal.Signals = signal.SIGTERM,
    as_user: tuple[int, int] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, out of reach of the terminal's Ctrl-C.

    On Linux the kernel sends it `dies_with_us` when this process ends, even by SIGKILL.
    `as_user` is (uid, gid).
    """
    user: dict[str, Any] = {}
    if as_user:
        user = {"user": as_user[0], "group": as_user[1], "extra_groups": []}
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
        cwd=cwd, env=dict(env) if env is not None else None, pass_fds=pass_fds,
        start_new_session=True, preexec_fn=tied_to_us(dies_with_us), **user,
    )  # fmt: skip


def tied_to_us(number: signal.Signals) -> Callable[[], None]:
    """What a child does before it becomes its program: ask the kernel for `number` when we end."""
    parent = os.getpid()

    def tie() -> None:
        # Runs after the change of user, which would clear the setting.
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, signal.SIG_DFL)
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return tie


def adopt_orphans() -> None:
    """Become the parent of our descendants whose own parent ends, so that `bury` can. Linux only."""
    if _libc is not None:
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def bury(ours: Collection[int] = ()) -> None:
    """Let go of ended children, except `ours`, whose exit codes someone waits for."""
    with suppress(ChildProcessError):
        while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if ended.si_pid in ours:
                break  # first come, first buried: the others' turn is next time
            os.waitpid(ended.si_pid, 0)


def stop(process: subprocess.Popen[bytes], *steps: tuple[signal.Signals, float]) -> None:
    """Send each signal in turn, each with its time in seconds, until the process has ended; then SIGKILL."""
    for number, patience in steps:
        if process.poll() is not None:
            break
        process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    kill_group(process.pid)
    process.wait()


def children_of(pid: int) -> list[int]:
    """The processes that `pid` has started and that live, the oldest first."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(child) for child in listed.split()]


def kill_group(leader: int) -> None:
    """SIGKILL what is left of the session that `spawn` opened."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def start_time(pid: int) -> str | None:
    """When a process started, for the kernel: with its number, this names it for good. None: unknown."""
    try:
        fields = (
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        )
    except OSError:
        return None
    # Field 22 of proc(5); the third is the first after the command's name. A zombie has ended already.
    return None if fields[0] == "Z" else fields[19]


def working_in(folder: Path) -> list[int]:
    """Processes whose working directory is this folder, as servers stay in their data's. Linux only."""
    found = []
    for entry in Path("/proc").glob("[0-9]*") if LINUX else ():
        with suppress(OSError):
            if Path(os.readlink(entry / "cwd")) == folder and start_time(int(entry.name)):
                found.append(int(entry.name))
    return found


def stop_strays(pids: Callable[[], list[int]], *steps: tuple[signal.Signals, float]) -> None:
    """Stop processes of a previous life that are not our children. `pids` lists those that are left."""
    for number, patience in (*steps, (signal.SIGKILL, 5.0)):
        for pid in pids():
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = time.monotonic() + patience
        while pids():
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        else:
            return
