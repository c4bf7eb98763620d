"""arm.py - syndromes and translation tables of arm64."""
import gdb

from lib import machine, symbols, tables

ADDRESS = 0xfffffffff000


# --- syndromes -------------------------------------------------------------------

FAULTS = {0: 'address size fault', 1: 'translation fault',
          2: 'access flag fault', 3: 'permission fault'}


def fault_words(code):
    if code >> 2 <= 3:
        return '%s, level %d' % (FAULTS[code >> 2], code & 3)
    return {0x10: 'synchronous external abort', 0x21: 'alignment fault',
            0x30: 'TLB conflict abort'}.get(code, 'fault code 0x%x' % code)


def sysreg_name(op):
    for row in tables.sysregs():
        if row.encoding == op:
            return row.name + {'EL12': '_EL1', 'EL02': '_EL0'}.get(row.kind,
                                                                   '')
    return 'S%d_%d_C%d_C%d_%d' % op


def _abort(iss, data):
    out = ['fault    %s' % fault_words(iss & 0x3f)]
    if iss >> 7 & 1:
        out.append('         on a stage 1 table walk (S1PTW)')
    if data:
        out.append('access   %s' % ('write' if iss >> 6 & 1 else 'read'))
    if data and iss >> 24 & 1:
        out.append('register x%d, %d byte%s%s' % (
            iss >> 16 & 31, 1 << (iss >> 22 & 3),
            's' if iss >> 22 & 3 else '',
            ', sign-extended' if iss >> 21 & 1 else ''))
    return out


def _sys(iss):
    op = (iss >> 20 & 3, iss >> 14 & 7, iss >> 10 & 15, iss >> 1 & 15,
          iss >> 17 & 7)
    rt = iss >> 5 & 31
    name = sysreg_name(op)
    text = 'MRS x%d, %s' % (rt, name) if iss & 1 else \
        'MSR %s, x%d' % (name, rt)
    return ['access   ' + text.replace('x31', 'xzr')]


def esr_words(esr):
    """Lines that decode the value of an ESR."""
    ec, iss = esr >> 26 & 0x3f, esr & 0x1ffffff
    row = tables.esr_classes().get(ec)
    out = ['class    0x%02x %s' % (ec, '%s: %s' % (row.name, row.words)
                                   if row else 'reserved')]
    if ec in (0x20, 0x21):
        out += _abort(iss, False)
    elif ec in (0x24, 0x25):
        out += _abort(iss, True)
    elif ec in (0x15, 0x16, 0x17, 0x3c):
        out.append('immediate 0x%x' % (iss & 0xffff))
    elif ec == 0x18:
        out += _sys(iss)
    elif ec == 0x01:
        out.append('which    %s' % ['WFI', 'WFE', 'WFIT', 'WFET'][iss & 3])
    out.append('length   %d bytes' % (4 if esr >> 25 & 1 else 2))
    return out


def show_esr(esr):
    gdb.write('ESR      0x%x\n' % esr)
    gdb.write('\n'.join(esr_words(esr)) + '\n')


SLOTS = ['synchronous', 'IRQ', 'FIQ', 'SError']


def lower_slot():
    """Which vector for a lower level this is, if it is one."""
    offset = machine.reg('pc') - machine.need_reg('VBAR_EL2')
    return SLOTS[offset >> 7 & 3] if 0x400 <= offset < 0x800 else None


def at_exit():
    """Between the vector and guest_exit's end: the CPU's registers tell."""
    pc = machine.reg('pc')
    start, end = (symbols.address_of(name) for name in (
        'guest_exit', 'switch_serror'))
    return lower_slot() or (start and end and start <= pc < end)


def show_address(esr, far, ipa):
    if esr >> 26 & 0x3f in (0x20, 0x24):
        gdb.write('address  0x%x, IPA 0x%x\n' % (far, ipa))


def show_exit():
    """The vector tells the kind, ESR_EL2 the rest, if it is one with a rest."""
    slot = lower_slot()
    if slot:
        gdb.write('vector   %s, from a lower exception level\n' % slot)
    esr, elr, spsr, far = (machine.need_reg(name) for name in (
        'ESR_EL2', 'ELR_EL2', 'SPSR_EL2', 'FAR_EL2'))
    if slot in ('IRQ', 'FIQ'):
        esr = 0                 # ESR_EL2 is still that of an earlier one
    else:
        show_esr(esr)
    gdb.write('from     EL%d, pc 0x%x\n' % (spsr >> 2 & 3, elr))
    hpfar = machine.reg('HPFAR_EL2') or 0
    show_address(esr, far, (hpfar >> 4 << 12) | (far & 0xfff))


def show_stored_exit(v):
    """The last synchronous one, out of a struct vcpu."""
    esr = int(v['esr'])
    show_esr(esr)
    # A handler may have moved it on.
    gdb.write('now at   EL%d, pc 0x%x\n' % (int(v['pstate']) >> 2 & 3,
                                           int(v['pc'])))
    show_address(esr, int(v['far']), int(v['ipa']))


# --- translation tables -----------------------------------------------------------

def stage2_words(d, leaf):
    text = ''
    if leaf:
        text = ('r' if d >> 6 & 1 else '-') + ('w' if d >> 7 & 1 else '-') + \
            ('-' if d >> 54 & 1 else 'x')
        text += ' normal' if d >> 2 & 0xf else ' device'
        text += ' AF' if d >> 10 & 1 else ''
    return text


def stage1_words(d, leaf):
    if not leaf:
        return ''
    return '%s%s%s attr %d%s%s' % (
        'r' if d >> 7 & 1 else 'rw', '' if d >> 53 & 1 else 'x',
        ' user' if d >> 6 & 1 else '',
        d >> 2 & 7, ' AF' if d >> 10 & 1 else '',
        ' nG' if d >> 11 & 1 else '')


def valid(d, level):
    return d is not None and d & 1 and not (level == 3 and not d >> 1 & 1)


def descriptors(root, level, bits, addr, read):
    """What a walk meets, 4K granule: (level, index, place, descriptor, address).

    The descriptor is None where there is no memory; address is the walk's
    result, and only the last descriptor can have one."""
    table = root
    mask = (1 << (bits - (39 - 9 * level))) - 1     # of the first table
    for level in range(level, 4):
        shift = 39 - 9 * level
        index = addr >> shift & mask
        at, mask = table + 8 * index, 511
        d = read(at)
        leaf = valid(d, level) and (level == 3 or not d >> 1 & 1)
        low = (1 << shift) - 1
        to = (d & ADDRESS & ~low) | (addr & low) if leaf else None
        yield level, index, at, d, to
        if leaf or not valid(d, level):
            return
        table = d & ADDRESS


def walk(root, level, bits, addr, read, words):
    """Print a walk's descriptors; the address, or None."""
    to = None
    for level, index, at, d, to in descriptors(root, level, bits, addr, read):
        if d is None:
            gdb.write('  level %d at 0x%x: not memory\n' % (level, at))
            continue
        gdb.write('  level %d [%3d] at 0x%x: 0x%016x  %s\n' % (
            level, index, at, d, words(d, to is not None) or 'table'
            if valid(d, level) else 'invalid'))
    return to


def start_stage2():
    """(root, start level, IPA bits) out of VTCR_EL2."""
    vtcr = machine.need_reg('VTCR_EL2')
    bits = 64 - (vtcr & 63)
    level = 2 - (vtcr >> 6 & 3)
    root = machine.need_reg('VTTBR_EL2') & 0xfffffffffffe
    return root, level, bits


def walk_stage2(ipa):
    root, level, bits = start_stage2()
    gdb.write('VTTBR_EL2 root 0x%x, VMID %d; VTCR_EL2: %d-bit IPA, start at '
              'level %d\n' % (root, machine.need_reg('VTTBR_EL2') >> 48, bits,
                              level))
    to = walk(root, level, bits, ipa, machine.read_u64_physical,
              stage2_words)
    gdb.write('IPA 0x%x -> %s\n' % (
        ipa, 'nothing: an access exits (stage 2 abort)' if to is None
        else 'PA 0x%x' % to))
    return to


def translate_stage2(ipa):
    """walk_stage2 without a word."""
    to = None
    for *_, to in descriptors(*start_stage2(), ipa, machine.read_u64_physical):
        pass
    return to


def read_ipa(addr):
    at = translate_stage2(addr)
    return None if at is None else machine.read_u64_physical(at)


def walk_va(va):
    guest = machine.in_guest()
    el = '_EL1' if guest else '_EL2'
    sctlr = machine.reg('SCTLR' if guest else 'SCTLR_EL2')
    if sctlr is None:
        sctlr = machine.need_reg('SCTLR_EL1')
    to = va
    if not sctlr & 1:
        gdb.write('the MMU of stage 1 is off (SCTLR%s.M = 0)\n' % el)
    else:
        tcr = machine.need_reg('TCR' + el)
        high = va >> 55 & 1
        bits = 64 - (tcr >> (16 if high else 0) & 63)
        name = 'TTBR%d%s' % (high, el)
        root = machine.need_reg(name) & 0xfffffffffffe
        gdb.write('%s root 0x%x, %d-bit addresses\n' % (name, root, bits))
        level = 3 - (bits - 13) // 9
        read = read_ipa if guest else machine.read_u64_physical
        to = walk(root, level, bits, va & ((1 << bits) - 1), read,
                  stage1_words)
    if to is None:
        gdb.write('0x%x is not mapped: an access faults\n' % va)
        return
    gdb.write('0x%x -> %s 0x%x\n' % (va, 'IPA' if guest else 'PA', to))
    if guest:
        walk_stage2(to)


def read_host(addr, size):
    """Host memory at an address of the upper half (LINEAR_BASE + physical)."""
    if not machine.in_guest():
        return machine.read_virtual(addr, size)
    base = 0xffffff8000000000           # 04-arm64-el2/layout.h
    return machine.read_physical(addr - base, size) if addr >= base else None
