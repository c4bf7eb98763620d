"""tables.py - the .def tables of the source, the one place for each name."""
import os
import re

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), '../../..'))


class Row:
    """A line of a table; columns by name."""

    def __init__(self, **columns):
        self.__dict__.update(columns)


def _lines(path, macros):
    """(macro, arguments) of each use of one of the macros in a .def file."""
    full = os.path.join(TOP, 'stages', path)
    try:
        with open(full) as f:
            text = f.read()
    except OSError:
        return
    text = re.sub(r'/\*.*?\*/', '', text, flags=re.S)
    text = re.sub(r'^\s*#.*$', '', text, flags=re.M)
    use = re.compile(r'\b(%s)\(((?:"(?:[^"\\]|\\.)*"|[^()"])*)\)' %
                     '|'.join(macros), re.S)
    for m in use.finditer(text):
        args = re.findall(r'\s*("(?:[^"\\]|\\.)*"|[^,]+)', m.group(2))
        yield m.group(1), [a.strip()[1:-1] if a.strip()[0] == '"' else a.strip()
                           for a in args if a.strip()]


def vmcs_fields():
    return [Row(name=a[0], encoding=int(a[1], 0), width=a[2], kind=a[3],
                section=a[4], words=a[5])
            for _, a in _lines('02-vmcs/vmcs_fields.def', ['FIELD'])]


def exit_reasons():
    return {int(a[1]): Row(name=a[0], words=a[2]) for _, a in
            _lines('03-entry-exit/exit_reasons.def', ['EXIT'])}


def vmx_errors():
    return {int(a[0]): a[2] for _, a in
            _lines('02-vmcs/vmx_errors.def', ['ERROR'])}


def vmx_controls(group):
    """bit -> the manual's words, for PIN, PROC, PROC2, EXIT, ENTRY..."""
    return {int(a[2]): a[3] for _, a in
            _lines('01-vmxon/vmx_controls.def', ['CONTROL'])
            if a[0] == group}


def switched_msrs():
    return {a[0]: a[1] for _, a in
            _lines('03-entry-exit/switched_msrs.def', ['SWITCHED'])}


def esr_classes():
    return {int(a[0], 0): Row(name=a[1], words=a[2]) for _, a in
            _lines('04-arm64-el2/esr.def', ['EC'])}


SYSREG_KINDS = ['EL12', 'EL02', 'SAME', 'HOST', 'TRAP']


def sysregs():
    """Rows: name as in the table, kind, encoding (op0 .. op2), when."""
    rows = []
    for kind, a in _lines('04-arm64-el2/sysregs.def', SYSREG_KINDS):
        try:
            encoding = tuple(int(x, 0) for x in a[1:6])
        except ValueError:
            continue                    # the macros' own default definitions
        rows.append(Row(name=a[0], kind=kind, encoding=encoding,
                        when=a[6] if len(a) > 6 else ''))
    return rows


def ledger(stage):
    """Rows of a stage's registers.def; stage is "03-entry-exit"."""
    return [Row(name=a[0], kind=a[1], who=a[2], file=a[3], key=a[4], why=a[5])
            for _, a in _lines(stage + '/registers.def', ['REG'])
            if len(a) == 6]


def mutants(stage):
    """(file, line of source) -> what a test said when that line was gone.

    Of `make mutate' if it was run here, else as recorded."""
    seen = {}
    for path in ('build/mutants-%s.tsv' % stage[:2],
                 'stages/%s/mutants.tsv' % stage):
        try:
            with open(os.path.join(TOP, path)) as f:
                lines = f.read().splitlines()
        except OSError:
            continue
        for line in lines:
            cells = line.split('\t')
            if len(cells) >= 5 and cells[3] == 'killed':
                seen.setdefault((cells[0], ' '.join(cells[2].split())),
                                cells[4])
        break
    return seen
