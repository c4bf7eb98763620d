"""s2.py - walk the stage 2 tables."""
import gdb

from lib import machine, arm, symbols


class S2(machine.Command):
    """s2 IPA: walk the stage 2 tables (VTTBR_EL2) for an address.

An IPA, intermediate physical address, is what a guest believes to be a
physical address."""

    def __init__(self):
        super().__init__('s2', gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def run(self, arg):
        machine.need_machine()
        machine.need_arch('arm64', 's2')
        arm.walk_stage2(symbols.value(arg, machine.in_guest()))


S2()
