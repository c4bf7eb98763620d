"""until_entry.py - run to the instruction that enters the guest."""
import gdb

from lib import boundary, machine


class UntilEntry(machine.Command):
    """until-entry: run to the instruction that enters a guest, and stop there.

That is a VMLAUNCH or VMRESUME of vmx_enter, or the ERET of guest_enter; `ws'
or `stepi' then goes over it into the guest."""

    def __init__(self):
        super().__init__('until-entry', gdb.COMMAND_RUNNING)

    def run(self, arg):
        machine.need_machine()
        boundary.run_to(boundary.entry_instructions())


UntilEntry()
