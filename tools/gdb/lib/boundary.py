"""boundary.py - where the worlds meet: instructions that enter a guest, and
the places where an exit lands."""
import re

import gdb

from lib import machine, symbols, x86
from lib.machine import WsError

ENTRY = {'x86': re.compile(r'\bvm(launch|resume)\b'),
         'arm64': re.compile(r'\beret\b')}
# Functions that hold such an instruction; every stage uses one of these.
ROUTINES = {'x86': ['vmx_enter'], 'arm64': ['guest_enter', 'guest_eret']}

_entries = None


def instructions(start, end):
    """(address, text) of the host's code, out of the ELF file.

    Not out of memory: the program may not be loaded or mapped yet."""
    arch = gdb.selected_inferior().architecture()
    gdb.execute('set trust-readonly-sections on')
    try:
        code = arch.disassemble(start, end)
    finally:
        gdb.execute('set trust-readonly-sections off')
    return [(i['addr'], i['asm']) for i in code if i['addr'] < end]


def function_end(start):
    block = gdb.block_for_pc(start)
    if block and block.function and block.start == start:
        return block.end
    return start + 512          # assembly: look at this much


def entry_instructions():
    """Addresses of VMLAUNCH and VMRESUME, or of the guest's ERET."""
    global _entries
    if _entries:
        return _entries
    found = set()
    arch = machine.arch()
    for name in ROUTINES[arch]:
        start = symbols.address_of(name)
        if start is None:
            continue
        for addr, text in instructions(start, function_end(start)):
            if ENTRY[arch].search(text):
                found.add(addr)
                if arch == 'arm64':
                    break       # later ERETs are the host's
    if not found:
        raise WsError('this program has no %s: does the stage have a guest?'
                      % ' or '.join(ROUTINES[arch]))
    _entries = sorted(found)
    return _entries


def exit_addresses():
    """Where an exit lands now: HOST_RIP, or the vectors for a lower EL."""
    if machine.arch() == 'arm64':
        vbar = machine.need_reg('VBAR_EL2')
        return [vbar + 0x400 + 0x80 * i for i in range(8)]
    if machine.is_bochs():
        x86.need_vmcs()
        return [x86.vmcs('HOST_RIP')]
    return [symbols.address_of('vmx_exit')]


class Temporary(gdb.Breakpoint):
    """Our own, unseen by the user."""

    def __init__(self, addr):
        super().__init__('*0x%x' % addr, internal=True)
        self.silent = True


def run_to(addresses):
    """Continue up to one of the addresses; what else may stop it does."""
    points = [Temporary(a) for a in addresses]
    try:
        gdb.execute('continue')
    finally:
        for p in points:
            if p.is_valid():
                p.delete()
    if machine.running() and machine.reg('pc') in addresses:
        gdb.execute('frame')


def start():
    """To the first entry into a guest, or, without guests, to the stage."""
    try:
        entry_instructions()
    except WsError:
        gdb.execute('tbreak stage_main')
        gdb.execute('continue')
        return
    gdb.execute('until-entry')
