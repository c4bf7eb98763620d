"""vcpus.py - find the vCPU that the selected CPU runs."""
import gdb

from lib import machine, x86


def _typed(addr):
    kind = gdb.lookup_type('struct vcpu').pointer()
    return gdb.Value(addr).cast(kind)


def _from_frames():
    """A local or an argument of type struct vcpu * in some frame."""
    frame = gdb.newest_frame()
    while frame and frame.is_valid():
        try:
            block = frame.block()
        except RuntimeError:
            block = None
        while block and not block.is_global and not block.is_static:
            for symbol in block:
                if not (symbol.is_argument or symbol.is_variable):
                    continue
                if str(symbol.type.strip_typedefs()) != 'struct vcpu *':
                    continue
                value = frame.read_var(symbol)
                if not value.is_optimized_out and int(value):
                    return value
            block = block.superblock
        frame = frame.older()
    return None


def _from_exit_frame():
    """x86: vmcs HOST_RSP points at what A2 pushed last, the context."""
    if not machine.is_bochs() or not x86.have_vmcs():
        return None
    rsp = x86.vmcs('HOST_RSP')
    data = x86.read_host(rsp, 8) if rsp else None
    addr = int.from_bytes(data, 'little') if data else 0
    return _typed(addr) if addr else None


def _from_percpu():
    """arm64: TPIDR_EL2 -> struct percpu -> running, or loaded."""
    cpu = machine.reg('TPIDR_EL2')
    if not cpu:
        return None
    percpu = read(gdb.Value(cpu).cast(
        gdb.lookup_type('struct percpu').pointer()))
    return next((percpu[member] for member in ('running', 'loaded')
                 if int(percpu[member])), None)


def current():
    """A gdb.Value, struct vcpu *.  Its memory is the host's."""
    try:
        gdb.lookup_type('struct vcpu')
    except gdb.error:
        raise machine.WsError('this stage has no struct vcpu')
    if machine.arch() == 'arm64':
        found = _from_percpu()
    elif machine.in_guest():
        found = _from_exit_frame()
    else:
        found = _from_frames() or _from_exit_frame()
    if found is None:
        raise machine.WsError('no vCPU is on this CPU now')
    return found


def read(value):
    """*value, also while the guest's page tables are in use."""
    size = value.type.target().sizeof
    data = None
    if machine.arch() == 'x86':
        data = x86.read_host(int(value), size)
    else:
        from lib import arm
        data = arm.read_host(int(value), size)
    if data is None:
        raise machine.WsError('0x%x is not host memory' % int(value))
    return gdb.Value(data, value.type.target())


def unnamed(field):
    """Of an unnamed union the first view is enough."""
    kind = field.type.strip_typedefs()
    fields = kind.fields()
    return fields[:1] if kind.code == gdb.TYPE_CODE_UNION else fields


def members(kind):
    """Names of a struct's members, those of unnamed parts included."""
    found = []
    todo = list(kind.strip_typedefs().fields())
    while todo:
        field = todo.pop(0)
        if field.name:
            found.append(field.name)
        else:
            todo = list(unnamed(field)) + todo
    return found
