"""exit.py - why did the guest leave?"""
import gdb

from lib import machine, symbols, vcpus, x86, arm


class Exit(machine.Command):
    """exit: why the guest left the last time, decoded.

x86: the exit reason and qualification of the current VMCS.  arm64: the
vector and ESR_EL2, and later what the switch has stored of them.  To leave GDB, use `quit'."""

    def __init__(self):
        super().__init__('exit', gdb.COMMAND_STATUS)

    def run(self, arg):
        machine.need_machine()
        if machine.arch() == 'x86':
            x86.need_vmcs()
            show_x86()
        else:
            show_arm()


def line(name, text):
    gdb.write('%-14s %s\n' % (name, text))


def need_exit(happened):
    if not happened:
        raise machine.WsError('this guest has not left yet: until-exit')
    if machine.in_guest():
        gdb.write('(the guest is running; this was its last exit)\n')


def show_arm():
    if arm.at_exit():
        arm.show_exit()
        return
    # Of the host's own exceptions ESR_EL2 tells as well: what was stored.
    v = vcpus.read(vcpus.current())
    # Any exception has at least the length of its instruction.
    need_exit(int(v['esr']))
    arm.show_stored_exit(v)


def show_x86():
    reason, q, length, gpa, gla, info, code, ins = x86.vmcs(
        'VM_EXIT_REASON', 'EXIT_QUALIFICATION', 'VM_EXIT_INSTRUCTION_LENGTH',
        'GUEST_PHYSICAL_ADDRESS', 'GUEST_LINEAR_ADDRESS',
        'VM_EXIT_INTERRUPTION_INFO', 'VM_EXIT_INTERRUPTION_ERROR_CODE',
        'VM_EXIT_INSTRUCTION_INFO')
    # Reason 0 is an exception, and comes with one.
    need_exit(reason or info >> 31)
    basic = reason & 0xffff
    line('reason', x86.reason_words(reason))
    words = x86.qualification_words(reason, q)
    line('qualification', '0x%x%s' % (q, '  ' + words if words else ''))
    if basic in (48, 49):
        line('guest-physical', '0x%x' % gpa)
    if basic == 48 and q >> 7 & 1:
        line('guest-linear', '0x%x' % gla)
    if basic in (0, 1) and info >> 31:
        line('event', x86.event_words(info))
        if info >> 11 & 1:
            line('error code', '0x%x' % code)
    rip = x86.vmcs('GUEST_RIP')
    where = symbols.name_at(rip, True)
    line('guest rip', '0x%x%s, instruction of %d bytes' % (
        rip, ' <%s>' % where if where else '', length))
    if basic in (46, 47, 51, 57, 61) or 19 <= basic <= 27:
        line('info', '0x%x' % ins)


Exit()
