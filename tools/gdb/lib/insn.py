"""insn.py - the instruction at the program counter, as text and as bytes."""
import gdb

from lib import machine


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
    text = gdb.execute('info symbol 0x%x' % pc, to_string=True)
    if text.startswith('No symbol'):
        return '0x%x' % pc
    return text.split(' in section')[0].replace(' + ', '+')
