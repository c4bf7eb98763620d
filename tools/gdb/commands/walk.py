"""walk.py - walk the page tables of the current world."""
import gdb

from lib import machine, symbols, x86, arm


class Walk(machine.Command):
    """walk VA: walk the page tables of the current world for an address.

In a guest the result is guest-physical (an IPA on arm64); it is then taken
through EPT or stage 2 as well."""

    def __init__(self):
        super().__init__('walk', gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def run(self, arg):
        machine.need_machine()
        va = symbols.value(arg, machine.in_guest())
        if machine.arch() == 'x86':
            walk_x86(va)
        else:
            arm.walk_va(va)


def walk_x86(va):
    guest = machine.in_guest()
    read = x86.read_guest_physical if guest else machine.read_u64_physical
    to = va
    if not machine.need_reg('cr0') >> 31:
        gdb.write('paging is off (CR0.PG = 0)\n')
    elif not machine.need_reg('efer') >> 10 & 1:
        raise machine.WsError('this is 32-bit paging; `monitor page 0x%x\' '
                              'walks it' % va)
    else:
        cr3 = machine.need_reg('cr3')
        gdb.write('CR3 0x%x\n' % cr3)
        to = x86.walk(cr3, va, read, x86.pte_words)
    kind = 'guest-physical' if guest else 'physical'
    if to is None:
        gdb.write('0x%x is not mapped: an access faults (#PF)\n' % va)
        return
    gdb.write('0x%x -> %s 0x%x\n' % (va, kind, to))
    if guest:
        gdb.execute('ept 0x%x' % to)


Walk()
