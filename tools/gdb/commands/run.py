"""run.py - GDB's run, start and starti do not fit here."""
import gdb

from lib import machine


class Run(machine.Command):
    """run [WORDS]: not here: make gdb has started the machine.

GDB would let go of it, and start the stage as a program of this system."""

    def run(self, arg):
        raise machine.WsError(
            'make gdb has started the machine: `continue\' lets it go on; '
            'for a new one, `quit\' and make gdb again')


for name in 'run', 'start', 'starti':
    Run(name, gdb.COMMAND_RUNNING)
