"""ept.py - walk the EPT."""
import gdb

from lib import machine, symbols, x86


class Ept(machine.Command):
    """ept GPA: walk the current VMCS's EPT for a guest-physical address."""

    def __init__(self):
        super().__init__('ept', gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def run(self, arg):
        x86.need_vmcs()
        gpa = symbols.value(arg, machine.in_guest())
        root = x86.vmcs('EPT_POINTER')
        gdb.write('EPT_POINTER 0x%x: %d levels, %s%s\n' % (
            root, (root >> 3 & 7) + 1, x86.MEMORY_TYPES.get(root & 7, '?'),
            ', accessed and dirty flags' if root >> 6 & 1 else ''))
        to = x86.walk(root, gpa, machine.read_u64_physical, x86.ept_words,
                      True)
        gdb.write('guest-physical 0x%x -> %s\n' % (
            gpa, 'nothing: an access exits (EPT violation)' if to is None
            else 'host-physical 0x%x' % to))


Ept()
