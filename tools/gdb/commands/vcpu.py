"""vcpu.py - the vCPU that this CPU runs."""
import gdb

from lib import machine, vcpus

# Too long to be of use here.
SKIP = {'vmcs', 'state', 'fp', 'debug', 'sys', 'exits_by_class'}


class Vcpu(machine.Command):
    """vcpu: the vCPU that this CPU runs: the host's struct vcpu.

While the guest runs, the general registers in it are those of the last
exit: the guest's present ones are in the CPU (`info registers')."""

    def __init__(self):
        super().__init__('vcpu', gdb.COMMAND_DATA)

    def run(self, arg):
        machine.need_machine()
        pointer = vcpus.current()
        gdb.write('struct vcpu at 0x%x%s\n' % (
            int(pointer), ', running: its registers are on the CPU'
            if machine.in_guest() else ''))
        show(vcpus.read(pointer), '  ')


def scalar(kind):
    return kind.code in (gdb.TYPE_CODE_INT, gdb.TYPE_CODE_BOOL,
                         gdb.TYPE_CODE_ENUM, gdb.TYPE_CODE_PTR)


def text(value):
    kind = value.type.strip_typedefs()
    if kind.code == gdb.TYPE_CODE_INT and kind.sizeof > 1:
        return '0x%x' % (int(value) & ((1 << 8 * kind.sizeof) - 1))
    if kind.code == gdb.TYPE_CODE_PTR:
        return '0x%x' % int(value)
    return str(value)


def show(value, indent):
    row = []
    for name in vcpus.members(value.type):
        if name in SKIP:
            continue
        v = value[name]
        kind = v.type.strip_typedefs()
        if scalar(kind):
            row.append('%s %s' % (name, text(v)))
        elif kind.code == gdb.TYPE_CODE_ARRAY and scalar(
                kind.target().strip_typedefs()) and kind.range()[1] < 40:
            row += ['%s%d %s' % (name, i, text(v[i]))
                    for i in range(kind.range()[1] + 1)]
        elif kind.code == gdb.TYPE_CODE_STRUCT:
            flush(row, indent)
            row = []
            gdb.write('%s%s\n' % (indent, name))
            show(v, indent + '  ')
    flush(row, indent)


def flush(row, indent):
    for at in range(0, len(row), 4):
        gdb.write(indent + '  '.join('%-24s' % r for r in
                                     row[at:at + 4]).rstrip() + '\n')


Vcpu()
