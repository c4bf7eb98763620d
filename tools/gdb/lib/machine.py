"""machine.py - the machine behind GDB: registers, physical memory, worlds.

Two stubs are known: bochs-gdb, which has registers of its own for VMX, and
QEMU's.  Nothing here changes the state of the machine.
"""
import gdb


class WsError(gdb.GdbError):
    """Ends a command with a message and no traceback."""


class Command(gdb.Command):
    """One of ours: what goes wrong is a sentence, never a Python exception.

    Its help begins with what one types, "walk VA:": a word in brackets may be
    missing."""

    def invoke(self, arg, from_tty):
        usage = self.__doc__.partition(':')[0]
        arg = arg.strip()
        if bool(arg) != (' ' in usage) and not (not arg and '[' in usage):
            raise WsError('usage: %s   (`help %s\' tells more)' % (
                usage, usage.split()[0]))
        try:
            self.run(arg)
        except gdb.error as e:
            raise WsError(str(e))
        except KeyboardInterrupt:
            raise WsError('interrupted')


def arch():
    """'x86' or 'arm64'."""
    name = gdb.selected_inferior().architecture().name()
    return 'arm64' if name.startswith('aarch64') else 'x86'


def need_arch(wanted, command):
    if arch() != wanted:
        raise WsError('%s is for %s only' % (command, wanted))


def running():
    try:
        return gdb.selected_inferior().pid != 0 and gdb.selected_thread()
    except gdb.error:
        return False


def need_machine():
    if not running():
        raise WsError('no machine: `target remote\' to one first '
                      '(make gdb does)')


def end_with_gdb():
    """A GDB that ends kills the machine.  Detaching, as it would by itself,
    lets the machine run on; and if that powers off at once, GDB complains
    about a connection that breaks."""
    def kill(_):
        if not running():
            return
        try:
            gdb.execute('kill', to_string=True)
        except gdb.error:
            pass    # QEMU is gone before GDB has thanked it for its answer
    gdb.events.gdb_exiting.connect(kill)


def number(value):
    """A gdb.Value of any register type as an unsigned number, or None."""
    kind = value.type.strip_typedefs()
    if kind.code == gdb.TYPE_CODE_VOID:
        return None
    if kind.code == gdb.TYPE_CODE_FUNC:
        value, kind = value.address, kind.pointer()
    if kind.code == gdb.TYPE_CODE_UNION:        # xmm0, v0
        names = [f.name for f in kind.fields()]
        for name in ('uint128', 'q'):
            if name in names:
                return number(value[name])
        return number(value[names[0]])
    if kind.code == gdb.TYPE_CODE_STRUCT:       # cpsr of some stubs
        return int(value.cast(gdb.lookup_type('unsigned long')))
    if kind.code == gdb.TYPE_CODE_ARRAY:
        return number(value[0])
    bits = 8 * kind.sizeof
    if kind.code == gdb.TYPE_CODE_FLT:
        return None
    return int(value.cast(gdb.lookup_type('unsigned __int128'))
               if bits > 64 else value) & ((1 << bits) - 1)


def reg(name):
    """A register's value, or None where the stub does not offer it."""
    try:
        return number(gdb.parse_and_eval('$' + name))
    except gdb.error:
        return None


def need_reg(name):
    value = reg(name)
    if value is None:
        raise WsError('this stub does not show $%s' % name)
    return value


def monitor(command):
    return gdb.execute('monitor ' + command, to_string=True)


def is_bochs():
    return reg('vmcsptr') is not None


def read_virtual(addr, size):
    """Bytes as the CPU sees them now, or None."""
    try:
        return bytes(gdb.selected_inferior().read_memory(addr, size))
    except gdb.MemoryError:
        return None


def read_physical(addr, size):
    """Bytes of physical memory: the host's, below any second stage."""
    if is_bochs():
        text = monitor('phys 0x%x %d' % (addr, size))
        data = b''
        for line in text.splitlines():
            data += bytes.fromhex(line.split(': ')[1])
        return data if len(data) == size else None
    gdb.execute('maint packet Qqemu.PhyMemMode:1', to_string=True)
    try:
        return read_virtual(addr, size)
    finally:
        gdb.execute('maint packet Qqemu.PhyMemMode:0', to_string=True)


def read_u64_physical(addr):
    data = read_physical(addr, 8)
    return None if data is None else int.from_bytes(data, 'little')


def stepi():
    """One instruction, without a word from GDB."""
    gdb.execute('set suppress-cli-notifications on')
    try:
        gdb.execute('stepi', to_string=True)
    finally:
        gdb.execute('set suppress-cli-notifications off')


# --- worlds ------------------------------------------------------------------

HCR_VM, HCR_TGE, HCR_E2H = 1 << 0, 1 << 27, 1 << 34


def arm_el():
    return (need_reg('cpsr') >> 2) & 3


def in_guest():
    """True in VMX non-root operation, or at EL1 or EL0 of a guest."""
    if arch() == 'x86':
        vmx = reg('vmx')
        return bool(vmx and vmx & 2)
    hcr = reg('HCR_EL2')
    return arm_el() < 2 and hcr is not None and bool(hcr & HCR_VM) and \
        not hcr & HCR_TGE


def x86_mode():
    if not need_reg('cr0') & 1:
        return 'real mode'
    if not need_reg('efer') & (1 << 10):
        return 'protected mode'
    return '64-bit'


def world():
    """The world in a few words, for people."""
    if arch() == 'x86':
        if reg('vmx') is None:
            return 'x86 (this stub does not tell root from non-root)'
        cpl = need_reg('cs') & 3 if x86_mode() != 'real mode' else 0
        where = '%s, ring %d' % (x86_mode(), cpl)
        if in_guest():
            return 'guest: VMX non-root operation, %s, VMCS at 0x%x' % (
                where, need_reg('vmcsptr'))
        return 'host: %s, %s' % ('VMX root operation' if reg('vmx') & 1
                                 else 'not in VMX operation', where)
    if in_guest():
        return 'guest: EL%d, VMID %d' % (arm_el(),
                                         need_reg('VTTBR_EL2') >> 48)
    return 'host: EL%d%s' % (arm_el(), ', E2H=1 (VHE)' if
                             (reg('HCR_EL2') or 0) & HCR_E2H else '')
