"""breaks.py - breakpoints that count in one world only."""
import gdb

from lib import machine, symbols


class WorldBreakpoint(gdb.Breakpoint):
    """At an address, in the guest or in the host."""

    def __init__(self, addr, guest, words):
        super().__init__('*0x%x' % addr)
        self.guest = guest
        self.world_words = words
        if machine.running() and machine.is_bochs():
            # Then Bochs does not even stop in the other world.
            machine.monitor('only %s %x' % ('guest' if guest else 'host',
                                            addr))

    def stop(self):
        return machine.in_guest() == self.guest


def place(text, guest):
    """The address that is meant, among guests' and host's symbols."""
    if guest:
        found = symbols.find(text)
        if len({addr for _, addr in found}) > 1:
            raise machine.WsError('several guests have %s: %s' % (
                text, ', '.join('%s 0x%x' % (symbols.name_of(i), a)
                                for i, a in found)))
        if found:
            return found[0][1]
    if text.startswith('*'):
        return machine.number(gdb.parse_and_eval(text[1:]))
    _, places = gdb.decode_line(text)
    if not places:
        raise machine.WsError('no such place: %s' % text)
    return places[0].pc


class BreakGuest(gdb.Command):
    """break-guest PLACE: a breakpoint that counts only in the guest.

PLACE is a symbol of any guest (its program need not run yet) or *ADDRESS.
The same address may be the host's code as well; there it is passed by."""

    def __init__(self):
        super().__init__('break-guest', gdb.COMMAND_BREAKPOINTS,
                         gdb.COMPLETE_LOCATION)

    def invoke(self, arg, from_tty):
        if not arg:
            raise machine.WsError('break-guest PLACE')
        WorldBreakpoint(place(arg, True), True, 'guest')


class BreakHost(gdb.Command):
    """break-host PLACE: a breakpoint that counts only in the host."""

    def __init__(self):
        super().__init__('break-host', gdb.COMMAND_BREAKPOINTS,
                         gdb.COMPLETE_LOCATION)

    def invoke(self, arg, from_tty):
        if not arg:
            raise machine.WsError('break-host PLACE')
        WorldBreakpoint(place(arg, False), False, 'host')


BreakGuest()
BreakHost()
