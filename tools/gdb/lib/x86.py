"""x86.py - VMCS fields, page tables and exit qualifications of Intel VMX."""
import gdb

from lib import machine, symbols, tables
from lib.machine import WsError

_fields = []


def fields():
    if not _fields:
        _fields.extend(tables.vmcs_fields())
        if not _fields:
            raise WsError('stages/02-vmcs/vmcs_fields.def is missing')
    return _fields


def field(name):
    for f in fields():
        if f.name == name:
            return f
    raise WsError('there is no VMCS field %s' % name)


def _read_bochs(wanted):
    values = {}
    for at in range(0, len(wanted), 100):
        text = machine.monitor('vmcs ' + ' '.join(
            '%x' % f.encoding for f in wanted[at:at + 100]))
        for line in text.splitlines():
            if '=' not in line:
                raise WsError(line)
            encoding, value = line.split('=')
            values[int(encoding, 16)] = int(value, 16)
    return [values.get(f.encoding) for f in wanted]


def _read_called(wanted):
    """Elsewhere only VMREAD knows: let the host's own accessor do it."""
    values = []
    for f in wanted:
        try:
            values.append(int(gdb.parse_and_eval(
                '(unsigned long)vmcs_read_any(0x%x)' % f.encoding)))
        except gdb.error as e:
            raise WsError('on this machine a VMCS is read by calling '
                          'vmcs_read_any(), which works only while the host '
                          'is stopped with a current VMCS: %s' % e)
    return values


def vmcs(*names):
    """The values of fields of the current VMCS, in order."""
    wanted = [field(n) for n in names]
    read = _read_bochs if machine.is_bochs() else _read_called
    values = read(wanted)
    return values[0] if len(values) == 1 else values


def vmcs_all(wanted):
    if not machine.is_bochs():
        return _read_called(wanted)
    return _read_bochs(wanted)


def have_vmcs():
    if not machine.is_bochs():
        return True
    return bool(machine.reg('vmx') & 1) and \
        machine.reg('vmcsptr') != (1 << 64) - 1


def need_vmcs():
    machine.need_machine()
    machine.need_arch('x86', 'this command')
    if not have_vmcs():
        raise WsError('this CPU has no current VMCS (yet): until-entry goes '
                      'to where it has')


# --- words for values ----------------------------------------------------------

CONTROL_GROUPS = {
    'PIN_BASED_VM_EXEC_CONTROL': 'PIN',
    'PRIMARY_VM_EXEC_CONTROL': 'PROC',
    'SECONDARY_VM_EXEC_CONTROL': 'PROC2',
    'TERTIARY_VM_EXEC_CONTROL': 'PROC3',
    'VM_FUNCTION_CONTROLS': 'VMFUNC',
    'VM_EXIT_CONTROLS': 'EXIT',
    'SECONDARY_VM_EXIT_CONTROLS': 'EXIT2',
    'VM_ENTRY_CONTROLS': 'ENTRY',
}

EVENT_TYPES = ['external interrupt', 'reserved', 'NMI', 'hardware exception',
               'software interrupt', 'privileged software exception',
               'software exception', 'other event']
VECTORS = {0: '#DE', 1: '#DB', 2: 'NMI', 3: '#BP', 4: '#OF', 5: '#BR',
           6: '#UD', 7: '#NM', 8: '#DF', 10: '#TS', 11: '#NP', 12: '#SS',
           13: '#GP', 14: '#PF', 16: '#MF', 17: '#AC', 18: '#MC', 19: '#XM',
           20: '#VE', 21: '#CP'}


def event_words(value):
    if not value >> 31 & 1:
        return 'none'
    kind, vector = value >> 8 & 7, value & 0xff
    name = VECTORS.get(vector, 'vector %d' % vector) if kind else \
        'vector %d' % vector
    return '%s, %s%s' % (EVENT_TYPES[kind], name, ', with error code' if
                         value >> 11 & 1 else '')


SYSTEM_SEGMENTS = {1: '16-bit TSS', 2: 'LDT', 3: 'busy 16-bit TSS', 9: 'TSS',
                   11: 'busy TSS'}


def access_words(value):
    """A segment's access rights, as the console's dump words them."""
    if value >> 16 & 1:
        return 'unusable'
    kind, size = value & 15, ''
    if not value >> 4 & 1:
        what = SYSTEM_SEGMENTS.get(kind, 'system type %d' % kind)
    else:
        what = ('code, readable' if kind & 2 else 'code') if kind & 8 else \
            ('data, writable' if kind & 2 else 'data')
        size = ', 64-bit' if value >> 13 & 1 else \
            ', 32-bit' if value >> 14 & 1 else ', 16-bit'
    return '%s, DPL %d%s%s' % (what, value >> 5 & 3, size,
                               '' if value >> 7 & 1 else ', not present')


def _bit_words(group, value):
    names = tables.vmx_controls(group)
    return ', '.join(words for bit, words in sorted(names.items())
                     if value >> bit & 1)


def value_words(f, value):
    """What a field's value means, or ''."""
    if f.name in CONTROL_GROUPS:
        return _bit_words(CONTROL_GROUPS[f.name], value)
    if f.name.endswith('ACCESS_RIGHTS'):
        return access_words(value)
    if f.name == 'VM_EXIT_REASON':
        return reason_words(value)
    if 'INTERRUPTION_INFO' in f.name or f.name == 'IDT_VECTORING_INFO':
        return event_words(value)
    if f.name == 'VM_INSTRUCTION_ERROR' and value:
        return tables.vmx_errors().get(value, '?')
    if f.name == 'GUEST_ACTIVITY_STATE':
        return ['active', 'HLT', 'shutdown', 'wait-for-SIPI'][value & 3]
    if f.name in ('GUEST_RIP', 'HOST_RIP'):
        return symbols.name_at(value, f.name == 'GUEST_RIP')
    return ''


def reason_words(value):
    row = tables.exit_reasons().get(value & 0xffff)
    text = '%s (%d): %s' % (row.name, value & 0xffff, row.words) if row else \
        'reserved (%d)' % (value & 0xffff)
    return text + ('; the entry FAILED, no guest instruction ran'
                   if value >> 31 else '')


GPRS = ['RAX', 'RCX', 'RDX', 'RBX', 'RSP', 'RBP', 'RSI', 'RDI', 'R8', 'R9',
        'R10', 'R11', 'R12', 'R13', 'R14', 'R15']


def _cr_words(q):
    cr, kind, gpr = q & 15, q >> 4 & 3, GPRS[q >> 8 & 15]
    return ['MOV %s to CR%d' % (gpr, cr), 'MOV CR%d to %s' % (cr, gpr),
            'CLTS', 'LMSW 0x%x' % (q >> 16 & 0xffff)][kind]


def _dr_words(q):
    a, b = GPRS[q >> 8 & 15], 'DR%d' % (q & 7)
    return 'MOV %s to %s' % ((b, a) if q >> 4 & 1 else (a, b))


def _io_words(q):
    return '%s%s%s, %d byte%s, port 0x%x%s' % (
        'REP ' if q >> 5 & 1 else '', 'IN' if q >> 3 & 1 else 'OUT',
        'S' if q >> 4 & 1 else '', (q & 7) + 1, 's' if q & 7 else '',
        q >> 16 & 0xffff, ', port is immediate' if q >> 6 & 1 else '')


def _ept_words(q):
    access = [w for b, w in enumerate(['read', 'write', 'fetch'])
              if q >> b & 1]
    allowed = ''.join(w if q >> (3 + b) & 1 else '-'
                      for b, w in enumerate('rwx'))
    what = 'of the address itself' if q >> 8 & 1 else 'during the page walk'
    return '%s; EPT allows %s%s' % (
        ' and '.join(access) or 'no access', allowed,
        '; ' + what if q >> 7 & 1 else '')


QUALIFICATIONS = {1: None, 28: _cr_words, 29: _dr_words, 30: _io_words,
                  48: _ept_words}


def qualification_words(reason, q):
    decode = QUALIFICATIONS.get(reason & 0xffff)
    return decode(q) if decode else ''


# --- page walks ------------------------------------------------------------------

LEVELS = ['PML4', 'PDPT', 'PD', 'PT']


FRAME = 0xffffffffff000


def entries(root, addr, read, ept):
    """What a 4-level walk meets: (level, index, place, entry, address).

    entry is None where there is no memory; address is the walk's result, and
    only the last entry can have one."""
    table = root & FRAME
    for level in range(4):
        shift = 39 - 9 * level
        index = addr >> shift & 511
        at = table + 8 * index
        entry = read(at)
        present = entry is not None and entry & (7 if ept else 1)
        leaf = level == 3 or (level > 0 and present and entry >> 7 & 1)
        low = (1 << shift) - 1
        to = (entry & FRAME & ~low) | (addr & low) if present and leaf else None
        yield level, index, at, entry, to
        if not present or leaf:
            return
        table = entry & FRAME


def walk(root, addr, read, entry_words, ept=False):
    """Print a walk's entries; the address, or None."""
    to = None
    for level, index, at, entry, to in entries(root, addr, read, ept):
        if entry is None:
            gdb.write('  %-5s 0x%012x: not memory\n' % (LEVELS[level], at))
            continue
        present = entry & (7 if ept else 1)
        gdb.write('  %-5s [%3d] at 0x%x: 0x%016x  %s\n' % (
            LEVELS[level], index, at, entry,
            entry_words(entry, to is not None) if present else 'not present'))
    return to


MEMORY_TYPES = {0: 'UC', 1: 'WC', 4: 'WT', 5: 'WP', 6: 'WB'}


def ept_words(entry, leaf):
    text = ''.join(w if entry >> b & 1 else '-' for b, w in enumerate('rwx'))
    if leaf:
        text += ' ' + MEMORY_TYPES.get(entry >> 3 & 7, '?')
        text += ' A' if entry >> 8 & 1 else ''
        text += ' D' if entry >> 9 & 1 else ''
    return text


def pte_words(entry, leaf):
    text = ('w' if entry & 2 else 'r') + (' user' if entry & 4 else ' kernel')
    text += ' nx' if entry >> 63 else ''
    text += ' A' if entry & 32 else ''
    if leaf:
        text += ' D' if entry & 64 else ''
        text += ' global' if entry >> 8 & 1 else ''
    return text


def quiet_walk(root, addr, read, ept=False):
    """The same without a word."""
    to = None
    for *_, to in entries(root, addr, read, ept):
        pass
    return to


def read_guest_physical(addr):
    """8 bytes at a guest-physical address, through EPT."""
    at = quiet_walk(vmcs('EPT_POINTER'), addr, machine.read_u64_physical,
                    True)
    return None if at is None else machine.read_u64_physical(at)


def read_host(addr, size):
    """Host memory at a host-virtual address, in whichever world we are."""
    if not machine.in_guest():
        return machine.read_virtual(addr, size)
    data = b''
    while len(data) < size:
        at = addr + len(data)
        phys = quiet_walk(vmcs('HOST_CR3'), at, machine.read_u64_physical)
        if phys is None:
            return None
        data += machine.read_physical(
            phys, min(size - len(data), 4096 - (at & 4095)))
    return data
