"""world.py - which world is the CPU in?"""
import gdb

from lib import machine, symbols


class World(machine.Command):
    """world: which world the selected CPU is in: host or guest, and its mode.

x86: VMX root or non-root operation; arm64: exception level and VMID."""

    def __init__(self):
        super().__init__('world', gdb.COMMAND_STATUS)

    def run(self, arg):
        machine.need_machine()
        image = symbols.update(machine.reg('pc')) if machine.in_guest() \
            else None
        gdb.write(machine.world() + (', running %s' % symbols.name_of(image)
                                     if image else '') + '\n')


World()
