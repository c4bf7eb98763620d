"""ledger.py - host and guest values side by side."""
import gdb

from lib import machine, symbols, tables, vcpus, why, x86


class Ledger(machine.Command):
    """ledger: every register that the worlds share, host and guest side by side.

The value that is on the CPU now is marked with *; rows where both are zero
are left out.  x86: the VMCS's fields, and the general registers of
vmx_enter's context.  arm64: the registers of sysregs.def."""

    def __init__(self):
        super().__init__('ledger', gdb.COMMAND_DATA)

    def run(self, arg):
        machine.need_machine()
        told.clear()
        if machine.arch() == 'x86':
            x86.need_vmcs()
            ledger_x86()
        else:
            ledger_arm()


def row(name, host, guest, who, live_guest):
    mark = ['*', ' '] if not live_guest else [' ', '*']
    cells = ['-' if v is None else '0x%x' % v for v in (host, guest)]
    gdb.write('%-22s %18s%s %18s%s  %s\n' % (
        name, cells[0], mark[0] if host is not None else ' ', cells[1],
        mark[1] if guest is not None else ' ', who))


X86, ARM = '03-entry-exit', '04-arm64-el2'
told = set()


def who(stage, name, default):
    """Who takes care of a register, and, once, why (registers.def)."""
    short = name.replace('IA32_', '')
    tries = [name, short, short + '_guest', name.replace('_BASE', '_base'),
             name.replace('_LIMIT', '_limit'), name.split('_')[0],
             name + '_EL1', name + '_EL0']
    found = why.ledger_row(stage, tries)
    if not found:
        return default
    if found.name in told:
        return found.who
    told.add(found.name)
    return '%s: %s' % (found.who, found.why)


def ledger_x86():
    live = machine.in_guest()
    fields = {f.name: f for f in x86.fields()}
    pairs = [n[5:] for n in fields if n.startswith('HOST_')]
    guests = [n[6:] for n in fields if n.startswith('GUEST_')]
    names = [n for n in guests if n in pairs]
    alone = [n for n in guests if n not in pairs and
             not n.startswith(('PHYSICAL', 'LINEAR'))]
    wanted = [fields[p + n] for n in names for p in ('HOST_', 'GUEST_')] + \
        [fields['GUEST_' + n] for n in alone]
    values = dict(zip([f.name for f in wanted], x86.vmcs_all(wanted)))
    gdb.write('%-22s %18s  %18s   %s\n' % ('', 'host', 'guest', 'who'))
    general_x86(live)
    for n in names:
        if values['HOST_' + n] or values['GUEST_' + n]:
            row(n, values['HOST_' + n], values['GUEST_' + n],
                who(X86, n, 'VMCS'), live)
    for n in alone:
        if values['GUEST_' + n]:
            row(n, None, values['GUEST_' + n], who(X86, n, 'VMCS'), live)
    for name, reason in tables.switched_msrs().items():
        reg = machine.reg(name.replace('IA32_', '').lower())
        # Switched at load and put: the guest's until then.
        row(name, None, reg, who(X86, name, 'SWITCH: ' + reason), True)


def general_x86(live):
    """vmenter.S: guest values lie in the context while the host runs."""
    try:
        context = vcpus.read(vcpus.current())['regs']
    except (gdb.error, machine.WsError):
        return
    at = symbols.name_at(machine.reg('rip'), False)
    if not live and 'vmx_enter' in at:
        gdb.write('(inside vmx_enter: the general registers on the CPU are '
                  'on their way between the worlds)\n')
    for name in vcpus.members(context.type):
        if machine.reg(name) is None:
            continue                # host_rsp and the like
        now = machine.reg(name)
        saved = int(context[name]) & ((1 << 64) - 1)
        row(name.upper(), None if live else now, now if live else saved,
            who(X86, name.upper(), 'ASM'), live)


def ledger_arm():
    live = machine.in_guest()
    gdb.write('%-22s %18s  %18s   %s\n' % ('', 'host', 'guest', 'who'))
    for r in tables.sysregs():
        if r.kind == 'TRAP':
            continue
        if r.kind in ('EL12', 'EL02'):
            level = '_EL1' if r.kind == 'EL12' else '_EL0'
            guest = first(r.name + level, r.name)
            host = first(r.name + '_EL2') if r.kind == 'EL12' else None
            words = who(ARM, r.name + level, r.when)
        elif r.kind == 'SAME':
            value = first(r.name, r.name.replace('_EL1', ''))
            # What is switched at load and put is the guest's until then.
            guests = live or r.when != 'SWITCH'
            host, guest = (None, value) if guests else (value, None)
            words = who(ARM, r.name, r.when)
        else:
            host, guest = first(r.name), None
            words = who(ARM, r.name, 'ours alone')
        if host is None and guest is None:
            continue
        if host or guest:
            row(r.name, host, guest, words, live)


def first(*names):
    for n in names:
        value = machine.reg(n)
        if value is not None:
            return value
    return None


Ledger()
