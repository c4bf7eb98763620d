"""guest_symbols.py - name the programs that may run in a guest."""
import gdb

from lib import machine, symbols


class GuestSymbols(machine.Command):
    """guest-symbols [ELF|FOLDER...]: programs that may run in a guest.

Their symbols are loaded when the CPU comes to them.  Several may be linked
for the same addresses: memory tells which of them is there.  Without an
argument, lists them."""

    def __init__(self):
        super().__init__('guest-symbols', gdb.COMMAND_FILES,
                         gdb.COMPLETE_FILENAME)

    def run(self, arg):
        if arg:
            try:
                symbols.add(gdb.string_to_argv(arg))
            except OSError as e:
                raise machine.WsError('%s: %s' % (e.filename, e.strerror))
            return
        for image in symbols.images:
            gdb.write('%-40s entry 0x%x%s\n' % (
                image.path, image.entry,
                ', loaded' if image in symbols.loaded else ''))


GuestSymbols()
