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
    addr = symbols.of_guest(text) if guest else None
    if addr is not None:
        return addr
    if text.startswith('*'):
        return symbols.value(text[1:], guest)
    _, places = gdb.decode_line(text)
    if not places:
        raise machine.WsError('no such place: %s' % text)
    return places[0].pc


class BreakGuest(machine.Command):
    """break-guest PLACE: a breakpoint that counts only in the guest.

PLACE is a symbol of any guest (its program need not run yet) or *ADDRESS,
which may be reckoned from one: *hello64_start+12.
The same address may be the host's code as well; there it is passed by."""

    def __init__(self):
        super().__init__('break-guest', gdb.COMMAND_BREAKPOINTS,
                         gdb.COMPLETE_LOCATION)

    def run(self, arg):
        WorldBreakpoint(place(arg, True), True, 'guest')


class BreakHost(machine.Command):
    """break-host PLACE: a breakpoint that counts only in the host."""

    def __init__(self):
        super().__init__('break-host', gdb.COMMAND_BREAKPOINTS,
                         gdb.COMPLETE_LOCATION)

    def run(self, arg):
        WorldBreakpoint(place(arg, False), False, 'host')


BreakGuest()
BreakHost()
