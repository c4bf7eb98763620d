"""esr.py - decode an exception syndrome."""
import gdb

from lib import machine, arm


class Esr(machine.Command):
    """esr [VALUE]: decode an exception syndrome; ESR_EL2 by default."""

    def __init__(self):
        super().__init__('esr', gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def run(self, arg):
        if arg:
            value = machine.number(gdb.parse_and_eval(arg))
        else:
            machine.need_machine()
            machine.need_arch('arm64', 'esr without a value')
            value = machine.need_reg('ESR_EL2')
        arm.show_esr(value)


Esr()
