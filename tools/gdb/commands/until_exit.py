"""until_exit.py - run until the guest has left."""
import gdb

from lib import boundary, machine


class UntilExit(machine.Command):
    """until-exit: run until the guest has left; stop where the exit lands.

x86: at HOST_RIP, that is vmx_exit.  arm64: in the vector for exceptions
from a lower exception level.  Breakpoints in the guest stop it before."""

    def __init__(self):
        super().__init__('until-exit', gdb.COMMAND_RUNNING)

    def run(self, arg):
        machine.need_machine()
        if not machine.is_bochs() or \
                len(gdb.selected_inferior().threads()) == 1:
            boundary.run_to(boundary.exit_addresses())
            return
        # With more CPUs Bochs overlooks breakpoints, but never an exit.
        machine.monitor('vmexit on')
        try:
            gdb.execute('continue')
        finally:
            if machine.running():
                machine.monitor('vmexit off')


UntilExit()
