"""ws.py - one instruction of the world switch: what changed, and why."""
import gdb

from lib import insn, machine, registers, symbols, why

last_step = None


class Ws(machine.Command):
    """ws [N]: execute one instruction (N of them), then show what it changed.

For each instruction: where it is, its text, the step of the world switch
that it belongs to (told once, in the words of the source), what the register
ledger says about it and what a test saw when it was taken away, and the
registers and memory that changed, old and new.  At the boundary: which VMCS
field or system register the new value came from."""

    def __init__(self):
        super().__init__('ws', gdb.COMMAND_RUNNING)

    def run(self, arg):
        machine.need_machine()
        count = int(gdb.parse_and_eval(arg)) if arg else 1
        if count < 1:
            raise machine.WsError('ws N: a number from 1 on is wanted')
        for _ in range(count):
            step()


def tell_reason(pc):
    global last_step
    name, line = why.source_line(pc)
    step_words = why.step_of(name, line) if not machine.in_guest() else ''
    if step_words and step_words != last_step:
        gdb.write('  %s\n' % step_words)
    last_step = step_words or last_step
    return name, line


def tell_ledger(name, line):
    for reg, reason in why.ledger_of(name, line):
        gdb.write('    %s: %s\n' % (reg, reason))
    seen = why.without(name, line)
    if seen:
        gdb.write('    without it: %s\n' % seen)


def step():
    pc, guest = machine.reg('pc'), machine.in_guest()
    name, line = tell_reason(pc)
    text, _ = insn.at(pc)
    before = registers.snapshot()
    stores = insn.Stores(text)
    gdb.write('%-24s %s%s\n' % (insn.where(pc), text, '    (%s:%d)' % (
        name, line) if name else ''))
    remark = why.remark(name, line)
    if remark:
        gdb.write('    ; %s\n' % remark)
    if not guest:
        tell_ledger(name, line)
    machine.stepi()
    symbols.update(machine.reg('pc'))
    after = registers.snapshot()
    crossed = machine.in_guest() != guest
    for reg, old, new in registers.changes(before, after):
        reason = why.boundary_reason(reg, not guest) if crossed else ''
        gdb.write('    %-12s %s -> %s%s\n' % (
            reg, registers.words(reg, old), registers.words(reg, new),
            '   <- ' + reason if reason else ''))
    for addr, old, new in [] if crossed else stores.changes():
        gdb.write('    %-12s 0x%x -> 0x%x\n' % ('[0x%x]' % addr, old, new))
    if crossed:
        to = machine.reg('pc')
        gdb.write('--- %s, at %s   <- %s\n' % (
            machine.world(), insn.where(to),
            why.boundary_reason('rip' if machine.arch() == 'x86' else 'pc',
                                not guest)))


Ws()
