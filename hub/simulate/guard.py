"""Runs one program and ends it when the pipe on stdin ends: nobody is left behind, however the
parent died. Run as a file; imports nothing of ours."""

import os
import signal
import subprocess
import sys
import threading

PATIENCE_S = 8.0


def main() -> int:
    """Run sys.argv[1:]; returns its exit code, or 128 and the signal that ended it."""
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)

    def end(number: int, frame: object) -> None:
        child.terminate()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(child,), daemon=True).start()
    code = child.wait()
    return code if code >= 0 else 128 - code


def _watch(child: "subprocess.Popen[bytes]") -> None:
    while os.read(0, 4096):
        pass
    child.terminate()
    try:
        child.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        child.kill()


if __name__ == "__main__":
    sys.exit(main())
