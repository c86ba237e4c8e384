"""Kernels that have imported already what most notebooks import: each is a fork of one process that has done only that.

Else importing takes longest of all that a notebook does in the tiny profile.
"""

import importlib
import json
import os
import runpy
import signal
import subprocess
import sys

IMPORTED = "av ipykernel.kernelapp librosa.util.utils matplotlib.pyplot pandas scipy.stats seaborn sklearn.manifold"


class WarmKernels:
    """Start kernels, by a method that can take the place of `jupyter_client`'s own `launch_kernel`."""

    def __init__(self):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.server = subprocess.Popen([sys.executable, __file__], **pipes)

    def ask(self, *request):
        print(json.dumps(request), file=self.server.stdin, flush=True)
        return json.loads(self.server.stdout.readline())

    def launch(self, command, *, stderr, env=None, cwd=None, **_):
        beside = f"/proc/{os.getpid()}/fd/{stderr.fileno()}"
        return Warm(self, self.ask("begin", command[2:], dict(env or os.environ), cwd, beside))  # after "python -m"

    def close(self):
        self.server.stdin.close()
        self.server.wait()


class Warm:
    """One of them, as far as `jupyter_client` uses a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, kernels, pid):
        self.kernels, self.pid, self.returncode = kernels, pid, None

    def poll(self):
        if self.returncode is None:
            self.returncode = self.kernels.ask("poll", self.pid)
        return self.returncode

    wait = poll  # which is asked only when it has ended

    def send_signal(self, number):
        os.kill(self.pid, number)

    def kill(self):
        self.send_signal(signal.SIGKILL)


def serve():
    from albumlib.backend import load_keras

    load_keras()
    for name in IMPORTED.split():
        importlib.import_module(name)
    for line in sys.stdin:
        name, *given = json.loads(line)
        print(json.dumps({"begin": begin, "poll": poll}[name](*given)), flush=True)


def begin(words, environment, cwd, beside):
    """Fork, and go on as a kernel in the fork: as the module that is the first word. Here, give its number."""
    if pid := os.fork():
        os.setpgid(pid, pid)
        return pid
    os.setpgid(0, 0)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd or ".")
    for descriptor, path in enumerate((os.devnull, beside, beside)):
        os.dup2(os.open(path, os.O_RDWR | os.O_APPEND), descriptor)
    sys.argv = [*words, f"--IPKernelApp.parent_handle={os.getppid()}"]  # it ends with the process it was forked from
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)
    sys.exit()


def poll(pid):
    ended, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


if __name__ == "__main__":
    serve()
