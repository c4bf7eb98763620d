"""insn.py - the instruction at the program counter, as text and as bytes."""
import re

import gdb

from lib import machine, symbols


def _bochs(pc):
    """(text, hex bytes): right in real mode, too, where GDB is wrong."""
    line = machine.monitor('insn').strip()
    if ' ' not in line:
        return None
    text, _, code = line.split(' ', 1)[1].rpartition('; ')
    return text.strip(), code.strip()


def at(pc):
    """(text, hex bytes).  In the syntax of the source where GDB can do it."""
    bochs = _bochs(pc) if machine.is_bochs() else None
    if bochs and not machine.need_reg('efer') & (1 << 10):
        return bochs
    try:
        found = gdb.selected_frame().architecture().disassemble(pc)[0]
    except (gdb.MemoryError, gdb.error):
        return '(not mapped: the fetch will exit)', ''
    code = machine.read_virtual(pc, found['length'])
    return ' '.join(found['asm'].split()), code.hex() if code else ''


def where(pc):
    """"vmx_enter+12", as a reader would say it."""
    name = symbols.name_at(pc, machine.in_guest())
    return name.replace(' + ', '+') if name else '0x%x' % pc


X86_OPERAND = re.compile(r'(?:%(?P<segment>[fg]s):)?(?P<disp>-?0x[0-9a-f]+)?'
                         r'\((?P<base>%\w+)?(?:,(?P<index>%\w+)'
                         r'(?:,(?P<scale>[1248]))?)?\)')
ARM_OPERAND = re.compile(r'\[(?P<base>\w+)(?:, #(?P<disp>-?\w+))?\](?P<pre>!?)')


def _x86_address(text):
    if text.startswith('push'):
        return machine.reg('rsp') - 8
    m = X86_OPERAND.search(text)
    if not m or text.startswith(('lea', 'nop', 'call', 'jmp')):
        return None
    addr = int(m.group('disp') or '0', 16)
    for name, factor in (('base', 1), ('index', int(m.group('scale') or 1))):
        if m.group(name):
            value = machine.reg(m.group(name)[1:])
            if value is None or m.group(name) == '%rip':
                return None
            addr += value * factor
    if m.group('segment'):
        addr += machine.reg(m.group('segment') + '_base') or 0
    return addr & ((1 << 64) - 1)


def _arm_address(text):
    m = ARM_OPERAND.search(text)
    if not m or not text.startswith('st'):
        return None
    base = machine.reg(m.group('base'))
    if base is None:
        return None
    return (base + int(m.group('disp') or '0', 0)) & ((1 << 64) - 1)


class Stores:
    """The memory that an instruction names, before and after it."""

    def __init__(self, text):
        self.addr = _x86_address(text) if machine.arch() == 'x86' \
            else _arm_address(text)
        self.words = 2 if text.startswith('stp') else 1
        self.before = self._read()

    def _read(self):
        if self.addr is None:
            return None
        return machine.read_virtual(self.addr, 8 * self.words)

    def changes(self):
        """[(address, old, new)] of 8-byte words."""
        after = self._read() if self.before else None
        if not after or after == self.before:
            return []
        words = [(self.addr + i, *(int.from_bytes(d[i:i + 8], 'little')
                                   for d in (self.before, after)))
                 for i in range(0, 8 * self.words, 8)]
        return [w for w in words if w[1] != w[2]]
