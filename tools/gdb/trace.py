"""trace.py - write down one round trip of the world switch, as JSON lines.

Run by `make trace'.  From the first instruction of the switch (vmx_enter;
vcpu_run on arm64) through the guest, its exit and the exit's handler, to the
guest's first instruction after the next entry.  One line for each executed
instruction:

    step     1, 2, 3...
    world    "host" or "guest"
    mode     as the command `world' tells it
    pc       of the instruction, "0x..."
    symbol   "vmx_enter+114", or null
    file, line, source   where it is in the source, or null
    text     the instruction
    bytes    its code, in hex
    why      the step of the world switch that it belongs to, or null
    ledger   {"RAX": "why", ...}: rows of the register ledger that point here
    without  what a test said when this line was taken away, or null
    changed  {"rsp": ["0x138e90", "0x4000f000"], ...}: every register that
             this instruction changed, the pc left out
    memory   {"0x1a5c40": ["0x0", "0x20"], ...}: 8-byte words that a store to
             memory changed (known for plain loads and stores)
    reason   {"rsp": "GUEST_RSP", ...}: at the boundary, where values came from
    next     the pc afterwards

The first line is {"registers": {...}}: all of them before step 1.

environment: TRACE_FILE  where to write; TRACE_LIMIT  steps at most (20000);
             TRACE_SKIP  entries to let pass before (0; on
             arm64 1, as the first is only the fetch that asks for memory)
"""
import json
import os

import gdb

from lib import boundary, insn, machine, registers, symbols, why

START = {'x86': 'vmx_enter', 'arm64': 'vcpu_run'}


def hexes(values):
    return {n: None if v is None else '0x%x' % v for n, v in values.items()}


def record(number, before):
    """Execute one instruction; its line, and the registers afterwards."""
    pc, guest = before['pc'], machine.in_guest()
    name, line = why.source_line(pc)
    text, code = insn.at(pc)
    symbol = insn.where(pc)
    stores = insn.Stores(text)
    row = {
        'step': number,
        'world': 'guest' if guest else 'host',
        'mode': machine.world(),
        'pc': '0x%x' % pc,
        'symbol': None if symbol.startswith('0x') else symbol,
        'file': name, 'line': line or None,
        'source': why.source_text(name, line) or None,
        'text': text, 'bytes': code,
        'why': (None if guest else why.step_of(name, line)) or None,
    }
    machine.stepi()
    symbols.update(machine.reg('pc'))
    after = look()
    changed = registers.changes(before, after)
    row['changed'] = {r: ['0x%x' % (o or 0), '0x%x' % (n or 0)]
                      for r, o, n in changed}
    if machine.in_guest() == guest:
        row['memory'] = {'0x%x' % a: ['0x%x' % o, '0x%x' % n]
                         for a, o, n in stores.changes()}
    else:
        row['reason'] = {r: why.boundary_reason(r, not guest)
                         for r, _, _ in changed
                         if why.boundary_reason(r, not guest)}
    row['ledger'] = {} if guest else dict(why.ledger_of(name, line))
    row['without'] = (None if guest else why.without(name, line)) or None
    row['next'] = '0x%x' % after['pc']
    return row, after


def look():
    values = registers.snapshot()
    values['pc'] = machine.reg('pc')
    return values


def go_to_start():
    skip = os.environ.get('TRACE_SKIP') or \
        ('1' if machine.arch() == 'arm64' else '0')
    for _ in range(int(skip)):
        boundary.run_to(boundary.entry_instructions())
    name = START[machine.arch()]
    if not gdb.lookup_global_symbol(name):
        raise gdb.GdbError('this stage has no ' + name)
    start = gdb.Breakpoint(name, internal=True)
    gdb.execute('continue', to_string=True)
    start.delete()


def main():
    limit = int(os.environ.get('TRACE_LIMIT', '20000'))
    go_to_start()
    entries, state, guest = 0, look(), machine.in_guest()
    number = 0
    with open(os.environ['TRACE_FILE'], 'w') as f:
        f.write(json.dumps({'registers': hexes(state)}) + '\n')
        while number < limit and entries < 2:
            number += 1
            row, state = record(number, state)
            f.write(json.dumps(row) + '\n')
            entries += machine.in_guest() and not guest
            guest = machine.in_guest()
    done = entries == 2
    gdb.write('%s: %d instructions%s\n' % (
        os.environ['TRACE_FILE'], number, '' if done else
        ': NOT a whole round trip, TRACE_LIMIT is too small'))
    gdb.execute('kill' if machine.arch() == 'x86' else 'disconnect')
    gdb.execute('quit %d' % (0 if done else 1))


gdb.execute('set suppress-cli-notifications on')
try:
    main()
except (gdb.GdbError, gdb.error) as e:
    gdb.write('trace: %s\n' % e)
    gdb.execute('quit 1')
