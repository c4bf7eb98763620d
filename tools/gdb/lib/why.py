"""why.py - why an instruction is there, and why a register changed.

The reasons are the source's own: the comment block "A6: ..." or "C10: ..."
above the line, and the comment behind it.  For the instruction that changes
worlds, they are the VMCS fields or the exception level's registers.
"""
import os
import re

import gdb

from lib import machine, tables

_files = {}


def source_line(pc):
    """(path from the top, line number) or (None, 0)."""
    sal = gdb.find_pc_line(pc)
    if not sal.symtab:
        return None, 0
    name = sal.symtab.filename
    if name.startswith(tables.TOP):
        name = os.path.relpath(name, tables.TOP)
    return name, sal.line


def _lines(name):
    if name not in _files:
        path = name if os.path.isabs(name) else os.path.join(tables.TOP, name)
        try:
            with open(path) as f:
                _files[name] = f.read().split('\n')
        except OSError:
            _files[name] = []
    return _files[name]


STEP = re.compile(r'\b([AC]\d+)(?::|\s*$)')
COMMENT = re.compile(r'/\*(.*?)\*/', re.S)


def _plain(text):
    text = re.sub(r'\n\s*\*? ?', ' ', text)
    return re.sub(r'\s+', ' ', text).strip(' *')


def _routine_start(lines):
    """Where the last routine begins: its label, and the comment above it.

    A label right behind an instruction is a place within a routine."""
    for i in range(len(lines) - 1, 0, -1):
        if not re.match(r'[a-z]\w*:', lines[i]):
            continue
        before = i - 1
        while before > 0 and re.match(r'\s*\.(global|type)\b',
                                      lines[before]):
            before -= 1
        if lines[before].strip() and not lines[before].endswith('*/'):
            continue
        while before > 0 and not lines[before].startswith('/*') and \
                lines[before].strip():
            before -= 1
        return before
    return 0


def step_of(name, line):
    """The last "A6: ..." comment above a line, in the same routine."""
    if not name or not name.endswith('.S'):
        return ''
    above = _lines(name)[:line]
    above = above[_routine_start(above):]
    text = '\n'.join(above)
    found = ''
    for m in COMMENT.finditer(text):
        if not STEP.search(m.group(1)):
            continue
        first = STEP.search(m.group(1)).start()
        found = _plain(m.group(1)[first:])
    return found


def remark(name, line):
    """The comment behind the instruction, if there is one."""
    lines = _lines(name) if name else []
    if not 0 < line <= len(lines):
        return ''
    m = re.search(r'(?:/\*(.*?)\*/|//(.*))$', lines[line - 1].rstrip())
    return _plain(m.group(1) or m.group(2)) if m else ''


def source_text(name, line):
    lines = _lines(name) if name else []
    return lines[line - 1].strip() if 0 < line <= len(lines) else ''


# --- the ledger ------------------------------------------------------------------

_ledgers = {}


def _stage_of(name):
    m = re.match(r'stages/([^/]+)/(.+)$', name or '')
    return m.groups() if m else (None, None)


def _ledger(stage):
    if stage not in _ledgers:
        _ledgers[stage] = (tables.ledger(stage), tables.mutants(stage))
    return _ledgers[stage]


def ledger_of(name, line):
    """[(register, why)] of the ledger's rows that point at a line."""
    stage, file = _stage_of(name)
    text = source_text(name, line)
    if not stage or not text:
        return []
    # A register that only holds an address is not what the line is about.
    text = re.sub(r'\(%\w+[^)]*\)', '()', text)
    return [(r.name, r.why) for r in _ledger(stage)[0]
            if r.file == file and r.key and r.key in text]


def ledger_row(stage, names):
    """The first row of one of these names, or None."""
    rows = {r.name: r for r in _ledger(stage)[0]}
    return next((rows[n] for n in names if n in rows), None)


def without(name, line):
    """What a test said when this line was taken away, or ''."""
    stage, _ = _stage_of(name)
    if not stage:
        return ''
    text = ' '.join(source_text(name, line).split())
    seen = _ledger(stage)[1].get((name, text), '')
    return '' if 'does not build' in seen else seen


# --- what the boundary itself changes ----------------------------------------------

X86_STEM = {
    'rip': 'RIP', 'rsp': 'RSP', 'eflags': 'RFLAGS', 'cr0': 'CR0',
    'cr3': 'CR3', 'cr4': 'CR4', 'dr7': 'DR7', 'efer': 'IA32_EFER',
    'pat': 'IA32_PAT', 'tr': 'TR_SELECTOR', 'tr_base': 'TR_BASE',
    'ldtr': 'LDTR_SELECTOR', 'gdtr_base': 'GDTR_BASE',
    'gdtr_limit': 'GDTR_LIMIT', 'idtr_base': 'IDTR_BASE',
    'idtr_limit': 'IDTR_LIMIT', 'sysenter_cs': 'IA32_SYSENTER_CS',
    'sysenter_esp': 'IA32_SYSENTER_ESP', 'sysenter_eip': 'IA32_SYSENTER_EIP',
    'fs_base': 'FS_BASE', 'gs_base': 'GS_BASE', 'cs_base': 'CS_BASE',
    'ss_base': 'SS_BASE',
}
X86_STEM.update({s: s.upper() + '_SELECTOR' for s in
                 ('cs', 'ss', 'ds', 'es', 'fs', 'gs')})

# What an exit sets without asking the VMCS (SDM 28.5).
EXIT_FIXED = {
    'eflags': 'an exit sets RFLAGS to 2 (SDM 28.5.3)',
    'gdtr_limit': 'an exit sets the limit to ffff (SDM 28.5.2)',
    'idtr_limit': 'an exit sets the limit to ffff (SDM 28.5.2)',
    'dr7': 'an exit sets DR7 to 400 (SDM 28.5.1)',
    'ldtr': 'an exit leaves LDTR unusable (SDM 28.5.2)',
}


def boundary_reason(name, entering):
    """Why entry or exit changed a register."""
    if machine.arch() == 'arm64':
        if entering:
            return {'pc': 'ELR_EL2', 'cpsr': 'SPSR_EL2',
                    'sp': 'each level has its own: SP_EL1 or SP_EL0',
                    }.get(name, '')
        return {'pc': 'VBAR_EL2 and the kind of exception',
                'sp': 'each level has its own: SP_EL2',
                'cpsr': 'an exception masks all; SPSR_EL2 keeps the old one',
                }.get(name, '')
    if name == 'vmx':
        return 'root or non-root operation'
    if not entering and name in EXIT_FIXED:
        return EXIT_FIXED[name]
    stem = X86_STEM.get(name)
    return ('GUEST_' if entering else 'HOST_') + stem if stem else ''
