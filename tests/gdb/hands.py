"""hands.py - bochs-gdb under the hands of GDB itself.

Run by test_hands.sh in stage 03, stopped before the first entry.  Each check
prints "ok - WHAT (figure)" or "not ok - WHAT"; the script looks for the latter.
"""
import os
import signal
import threading
import time

import gdb

from lib import boundary, machine

STEPS, WATCHED = 10000, 1000
HITS = 1000
slowness = 1    # a second here is so long; the steps measure it


def check(good, what, figure=''):
    gdb.write('%s - %s%s\n' % ('ok' if good else 'not ok', what,
                               ' (%s)' % figure if figure else ''))


def ticks():
    """Bochs's clock: one tick for each instruction."""
    return int(machine.monitor('ptime').split(':')[1])


def at_first_entry():
    """Where make gdb promises to stop: everything below counts from here."""
    pc = machine.reg('pc')
    check(pc in boundary.entry_instructions(),
          'stopped at the first entry', 'at 0x%x' % pc)


def ten_thousand_steps():
    """From the host through the guest and back, again and again."""
    global slowness
    worlds = {True: 0, False: 0}
    start, first = time.time(), ticks()
    for _ in range(WATCHED):
        machine.stepi()
        worlds[machine.in_guest()] += 1
    gdb.execute('stepi %d' % (STEPS - WATCHED), to_string=True)
    passed = ticks() - first
    slowness = max(1, (time.time() - start) / 10)
    check(passed == STEPS and worlds[True] > 10,
          '%d steps, each one instruction' % STEPS,
          '%.1f s, %d ticks, %d of %d in the guest' %
          (time.time() - start, passed, worlds[True], WATCHED))


class Counter(gdb.Breakpoint):
    """Stops at the last of its hits."""

    hits = 0

    def stop(self):
        self.hits += 1
        return self.hits == HITS


def thousand_hits():
    point = Counter('console_putc', internal=True)
    start = time.time()
    gdb.execute('continue', to_string=True)
    check(point.hits == HITS and gdb.newest_frame().name() == 'console_putc',
          '%d breakpoint hits' % HITS, '%.1f s' % (time.time() - start))
    point.delete()


def ctrl_c():
    """In a guest that loops for ever with interrupts off: EB FE, jmp to self."""
    gdb.execute('until-entry', to_string=True)
    machine.stepi()
    spin = machine.reg('pc') + 0x1000
    gdb.selected_inferior().write_memory(spin, b'\xeb\xfe')
    gdb.execute('set $rip = 0x%x' % spin)
    pressed = []

    def press():
        time.sleep(1)
        pressed.append(time.time())
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press).start()
    try:
        gdb.execute('continue', to_string=True)
    except KeyboardInterrupt:
        pass
    took = time.time() - pressed[0]
    check(took < slowness and machine.in_guest() and
          machine.reg('pc') == spin, 'Ctrl-C in a busy guest',
          '%.3f s' % took)


def watch_guest_memory():
    """A watchpoint in the guest, while the host stops in between."""
    address = machine.reg('rsp') - 0x800
    gdb.execute('watch *(long *)0x%x' % address, to_string=True)
    code = bytes([0x48, 0xc7, 0x04, 0x25]) + \
        address.to_bytes(4, 'little') + bytes([0x34, 0x12, 0, 0]) + \
        b'\xeb\xfe'                     # movq $0x1234, address; jmp .
    at = machine.reg('pc') + 0x2000
    gdb.selected_inferior().write_memory(at, code)
    gdb.execute('set $rip = 0x%x' % at)
    text = gdb.execute('continue', to_string=True)
    value = machine.read_virtual(address, 8)
    check(machine.reg('pc') == at + 12 and value[:2] == b'\x34\x12',
          'a watchpoint in guest memory')


gdb.execute('set suppress-cli-notifications on')
at_first_entry()
ten_thousand_steps()
thousand_hits()
ctrl_c()
watch_guest_memory()
gdb.execute('kill')
gdb.execute('quit 0')
