"""registers.py - all registers of a CPU, and what changed between two looks."""
import gdb

from lib import machine

# The system registers that a world switch is about.  QEMU shows hundreds.
ARM_SYSTEM = '''HCR_EL2 VTTBR_EL2 VTCR_EL2 ESR_EL2 ELR_EL2 SPSR_EL2 FAR_EL2
HPFAR_EL2 VBAR_EL2 TPIDR_EL2 CPTR_EL2 MDCR_EL2 SCTLR SCTLR_EL2 TCR_EL1 TCR_EL2
TTBR0_EL1 TTBR1_EL1 TTBR0_EL2 TTBR1_EL2 MAIR_EL1 VBAR ESR_EL1 FAR_EL1 ELR_EL1
SPSR_EL1 SP_EL0 SP_EL1 TPIDR_EL0 TPIDR_EL1 TPIDRRO_EL0 CONTEXTIDR_EL1 CPACR
CNTKCTL CNTHCTL_EL2 CNTVOFF_EL2 MDSCR_EL1 PAR_EL1 CSSELR'''.split()

_names = {}


def names():
    arch = machine.arch()
    if arch in _names:
        return _names[arch]
    every = [r.name for r in
             gdb.selected_frame().architecture().registers() if r.name]
    if arch == 'arm64':
        core = ['x%d' % i for i in range(31)] + ['sp', 'pc', 'cpsr']
        wanted = core + [n for n in ARM_SYSTEM if n in every] + \
            [n for n in ('fpsr', 'fpcr') if n in every]
    else:
        # GDB adds pieces (eax, al) and wholes (ymm0) of its own.
        from_stub = set('''rax rbx rcx rdx rsi rdi rbp rsp r8 r9 r10 r11 r12
            r13 r14 r15 rip eflags cs ss ds es fs gs fs_base gs_base mxcsr
            fctrl fstat ftag'''.split())
        group = {r.name for r in
                 gdb.selected_frame().architecture().registers('system')}
        wanted = [n for n in every if n in from_stub or n in group or
                  n.startswith('xmm') or
                  n in ('cr0', 'cr2', 'cr3', 'cr4', 'cr8', 'efer')]
        wanted = [n for n in wanted if n not in ('orig_rax', 'k_gs_base')]
    _names[arch] = list(dict.fromkeys(wanted))
    return _names[arch]


def snapshot():
    return {n: machine.reg(n) for n in names()}


def changes(before, after, ignore=('pc', 'rip')):
    """[(name, old, new)] in the order of names()."""
    return [(n, before[n], after[n]) for n in names()
            if n not in ignore and before[n] != after[n]]


FLAGS = {'eflags': [(0, 'CF'), (2, 'PF'), (4, 'AF'), (6, 'ZF'), (7, 'SF'),
                    (8, 'TF'), (9, 'IF'), (10, 'DF'), (11, 'OF'), (16, 'RF')],
         'vmx': [(0, 'ON'), (1, 'GUEST')]}


def words(name, value):
    if value is None:
        return '?'
    if name in FLAGS:
        return '0x%x [%s]' % (value, ' '.join(
            w for b, w in FLAGS[name] if value >> b & 1))
    if name == 'cpsr':
        return '0x%x [EL%d%s, DAIF %s]' % (
            value, value >> 2 & 3, 'h' if value & 1 else 't',
            ''.join(c if value >> b & 1 else '-' for c, b in
                    zip('DAIF', (9, 8, 7, 6))))
    return '0x%x' % value
