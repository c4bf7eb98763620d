"""compact.py - a trace of `make trace' as the stepping view plays it.

gdb -batch -x book/tools/compact.py; environment: TRACE_FILE, and COMPACT_FILE,
the result, and ARCH.  What happens between the exit and the next entry outside
of the switch itself (handlers, device emulation) becomes one step.  Each step
gets:
    mark    the steps of the Rosetta tables it belongs to, "A6" or "C10 C11"
    owner   {"rax": "guest"}: whose value it is now, where that changed
    ctx     ["RAX", "0x0"] a member of the context in memory that is read or written
"""
import json
import os
import re
import subprocess

import gdb

ARCH = os.environ['ARCH']
SWITCH = {
    'x86': re.compile(r'^vmx_'),
    'arm64': re.compile(r'^(vcpu_run|guest_|switch_|serror_)'),
}[ARCH]
ELF = {'x86': 'build/x86_64/stage-03.elf', 'arm64': 'build/arm64/stage-04.elf'}
BOUNDARY = {
    'x86': ['rsp', 'eflags', 'cs', 'ss', 'ds', 'es', 'fs', 'gs', 'fs_base',
            'gs_base', 'cr0', 'cr3', 'cr4', 'efer'],
    'arm64': ['sp', 'cpsr'],
}[ARCH]
# What vcpu_load has given to the guest before the switch begins.
LOADED = {
    'x86': ['fctrl', 'fstat', 'ftag', 'mxcsr'],
    'arm64': ['SCTLR', 'TCR_EL1', 'TTBR0_EL1', 'TTBR1_EL1', 'MAIR_EL1', 'VBAR',
              'ESR_EL1', 'FAR_EL1', 'ELR_EL1', 'SPSR_EL1', 'SP_EL1',
              'TPIDR_EL0', 'TPIDR_EL1', 'TPIDRRO_EL0', 'CONTEXTIDR_EL1',
              'CPACR', 'CNTKCTL', 'CNTVOFF_EL2', 'PAR_EL1', 'CSSELR',
              'VTCR_EL2', 'MDCR_EL2'],
}[ARCH]
SOURCES = {}
# Called by the switch itself.
DEBUG = re.compile('debug_')


def lines_of(path):
    if path not in SOURCES:
        with open(path) as f:
            SOURCES[path] = [line.rstrip('\n') for line in f]
    return SOURCES[path]


def frames(pcs):
    """Where each pc is in the source, through what was inlined: the frame in
    switch.c or an assembly file is the one that tells a reader most."""
    out = subprocess.run(
        ['aarch64-linux-gnu-addr2line', '-a', '-i', '-e', ELF[ARCH]] + pcs,
        capture_output=True, text=True, check=True).stdout
    places, pc = {}, None
    for line in out.splitlines():
        if line.startswith('0x'):
            pc = int(line, 16)
            places[pc] = []
        elif ':' in line:
            path, number = line.split(' ')[0].rsplit(':', 1)
            path = path.replace(os.getcwd() + '/', '')
            if number.isdigit():
                places[pc].append((os.path.normpath(path), int(number)))
    return places


def better_place(row, places):
    for path, number in reversed(places.get(int(row['pc'], 16), [])):
        if path.endswith('/switch.c'):
            row['call'] = row['source']
            row['file'], row['line'] = path, number
            row['source'] = lines_of(path)[number - 1].strip()
            return


STEP = re.compile(r'\b([AC]\d{1,2})\b')
# Functions of switch.c, and whose step their lines are.
C_OF = {
    'save_host_sysregs': 'C2', 'restore_host_sysregs': 'C13',
    'load_stage2': 'C4', 'activate_traps': 'C5', 'inject_apply': 'C6',
    'restore_guest_sysregs': 'C7', 'save_guest_sysregs': 'C13',
    'debug_switch_to_guest': 'C8', 'debug_switch_to_host': 'C13',
    'fixup_guest_exit': 'C9', 'guest_enter(': 'C10', 'deactivate_traps': 'C13',
    'cpu->running = v': 'C1', 'cpu->running = NULL': 'C13', 'entries++': 'C9',
}


def mark_of(row):
    source = row['source'] or ''
    symbol = row['symbol'] or ''
    if ARCH == 'arm64':
        if symbol.startswith('guest_enter') or symbol.startswith('guest_eret'):
            return 'C10'
        if symbol.startswith('guest_exit') or symbol.startswith('guest_v') or \
                symbol.startswith('guest_sync'):
            return 'C11'
        if symbol.startswith('serror') or (row['file'] or '').endswith('entry.S'):
            return 'C12' if 'ser' in symbol or 'isr' in source or \
                'dsb' in source else 'C11'
        for key, step in C_OF.items():
            if re.search(r'(?<![a-z_])' + re.escape(key), source):
                return step
        return ''
    why = row['why'] or ''
    first = re.match(r'^(A\d+)', why)
    if not first:
        return 'A3' if 'rsp' in source.lower() and 'HOST' in source.upper() \
            else ''
    if first.group(1) == 'A8':
        return 'A8 A9'
    if re.match(r'(jnz|vmlaunch|1:|vmresume)', source):
        return 'A7'
    return first.group(1)


WRITES = re.compile(r'(?:,|^(?:pop|xor|set\w+|movz\w+)\s+)\s*%(\w+)$')
WIDE = {'e' + n: 'r' + n for n in ('ax', 'bx', 'cx', 'dx', 'si', 'di', 'bp')}
WIDE.update({'r%dd' % n: 'r%d' % n for n in range(8, 16)})


def written_x86(source):
    code = source.split('/*')[0].split('#')[0].strip()
    found = WRITES.search(code)
    if not found or re.match(r'(cmp|test|push|j)', code):
        return []
    return [WIDE.get(found.group(1), found.group(1))]


def owners_x86(row):
    source = row['source'] or ''
    out = {}
    for reg in written_x86(source):
        out[reg] = 'guest' if 'CTX_' in source and reg != 'rax' or \
            ('CTX_' in source and mark_of(row) == 'A6') else 'host'
        if re.match(r'xor %', source) and mark_of(row) == 'A13':
            out[reg] = 'cleared'
        if 'cr2' in source and reg == 'cr2':
            out[reg] = 'guest'
    if source.startswith('xchg'):
        out['rdi'] = 'host'
    if source.startswith('cmp %rax, %rcx'):
        out['cr2'] = 'guest'    # equal, or about to be written
    return out


def owners_arm64(row):
    text, source = row['text'], row['source'] or ''
    regs = re.match(r'(ldp|ldr|mrs|mov|add|adrp|and|orr)\s+([xw]\d+)'
                    r'(?:, ([xw]\d+))?', text)
    out = {}
    if regs:
        names = [regs.group(2)]
        if regs.group(1) == 'ldp':
            names.append(regs.group(3))
        guest = row['mark'] == 'C10' and 'VCPU_X' in source
        for n in names:
            if n:
                out['x' + n[1:]] = 'guest' if guest else 'host'
    written = re.match(r'msr\s+(\w+),', text)
    if written:
        name = written.group(1).upper()
        out[name] = 'guest' if row['mark'] in ('C4', 'C5', 'C7', 'C8', 'C10') \
            else 'host'
    return out


def context_of(row):
    source = row['source'] or ''
    found = re.search(r'(?:CTX_|VCPU_|CPU_HOST_)([A-Z0-9_]+(?: \+ 8 \* \d+)?)',
                      source)
    if not found:
        return None
    name = found.group(1)
    more = re.match(r'X(?:19)? \+ 8 \* (\d+)', name)
    if more:
        base = int(more.group(1)) + (19 if 'HOST_X19' in source else 0)
        pair = source.split()[0] in ('stp', 'ldp')
        name = 'x%d' % base + (' x%d' % (base + 1) if pair else '')
    values = [new for _, new in (row.get('memory') or {}).values()]
    if not values and written_x86(source):
        values = [row['changed'].get(r, [None, None])[1]
                  for r in written_x86(source)]
    whose = 'host' if 'HOST' in found.group(0) else 'guest'
    return [whose, name, ' '.join(v for v in values if v)]


SLOTS = {'%rbp': "caller's RBP", '%rbx': "caller's RBX",
         '%r12': "caller's R12", '%r13': "caller's R13",
         '%r14': "caller's R14", '%r15': "caller's R15", '%rdi': 'c, the context'}


def stack_of(row):
    """What a push or the exchange put on the stack: [address, words]."""
    source = row['source'] or ''
    push = re.match(r'push (%\w+)', source)
    if push:
        return SLOTS.get(push.group(1), '')
    if source.startswith('xchg'):
        return "the guest's RDI"
    if ARCH == 'arm64' and re.match(r'stp x0, x1, \[sp', row['text']):
        return "the guest's x0, x1"
    return ''


def in_switch(row):
    return row['world'] == 'guest' or \
        bool(SWITCH.match(row['symbol'] or '')) or \
        (row['file'] or '').endswith(('vectors.S', 'entry.S'))


def merge(changed, more):
    for reg, (old, new) in more.items():
        changed[reg] = [changed.get(reg, [old])[0], new]


def compact(rows):
    out = []
    for row in rows:
        if in_switch(row):
            row.pop('bytes'), row.pop('next')
            out.append(row)
            continue
        if not out or 'skipped' not in out[-1]:
            out.append({'world': 'host', 'mode': row['mode'], 'skipped': 0,
                        'first': row['symbol'], 'changed': {}, 'text': '',
                        'pc': row['pc'], 'symbol': row['symbol'],
                        'file': None, 'line': None, 'source': None,
                        'why': None,
                        'mark': 'B21' if not DEBUG.match(row['symbol'] or '')
                        else 'C13' if row['symbol'].startswith('debug_switch_to_host') else 'C8'})
        out[-1]['skipped'] += 1
        merge(out[-1]['changed'], row['changed'])
    return out


def shrink_guest(rows):
    """A guest that runs long: its first and last instructions."""
    out = []
    for n, row in enumerate(rows):
        inside = all(0 <= n + d < len(rows) and
                     rows[n + d]['world'] == 'guest' for d in (-4, 4))
        if not inside or 'skipped' in row:
            out.append(row)
            continue
        if 'skipped' not in out[-1]:
            out.append({'world': 'guest', 'mode': row['mode'], 'skipped': 0,
                        'first': row['symbol'], 'changed': {}, 'pc': row['pc'],
                        'symbol': row['symbol']})
        out[-1]['skipped'] += 1
        merge(out[-1]['changed'], row['changed'])
    return out


def main():
    with open(os.environ['TRACE_FILE']) as f:
        first, *rows = [json.loads(line) for line in f]
    if ARCH == 'arm64':
        places = frames(sorted({r['pc'] for r in rows if r['world'] == 'host'}))
        for row in rows:
            if row['world'] == 'host':
                better_place(row, places)
    rows = shrink_guest(compact(rows))
    for row in rows:
        row.pop('step', None)
        if 'skipped' in row:
            row['owner'] = {}
            continue
        row['mark'] = mark_of(row) if row['world'] == 'host' else ''
        row['owner'] = {}
        if 'reason' in row:
            now = 'guest' if row['world'] == 'host' else 'host'
            row['owner'] = {r: now for r in BOUNDARY}
        elif row['world'] == 'host':
            row['owner'] = (owners_x86 if ARCH == 'x86' else owners_arm64)(row)
        row['ctx'] = context_of(row) if row['world'] == 'host' else None
        row['slot'] = stack_of(row)
        row['changed'] = {r: v for r, v in row['changed'].items()
                          if v[0] != v[1]}
    first['arch'] = ARCH
    first['owner'] = {r: 'guest' for r in LOADED if r in first['registers']}
    first['registers'] = {r: v for r, v in first['registers'].items()
                          if v is not None and r not in ('pc', 'rip')}
    with open(os.environ['COMPACT_FILE'], 'w') as f:
        for row in [first] + rows:
            f.write(json.dumps({k: v for k, v in row.items()
                                if v not in (None, '', {}, [])}) + '\n')
    gdb.write('%s: %d steps\n' % (os.environ['COMPACT_FILE'], len(rows)))


main()
