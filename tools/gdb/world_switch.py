"""world_switch.py - GDB commands for stepping through a world switch.

(gdb) source tools/gdb/world_switch.py
then `help world-switch' lists them.  They work on Bochs (tools/bochs-gdb)
and on QEMU, and know which world the CPU is in.
"""
import importlib
import os
import sys

import gdb

sys.dont_write_bytecode = True      # no __pycache__ beside the sources

HERE = os.path.dirname(os.path.abspath(__file__))
if HERE not in sys.path:
    sys.path.insert(0, HERE)


class WorldSwitchPrefix(gdb.Command):
    """The commands of World Switch, for stepping through guest entry.

    ws [N]             one instruction of the world switch: what it changed, why
    until-entry        run to the instruction that enters the guest
    until-exit         run until the guest has left
    break-guest PLACE  a breakpoint that counts only in the guest
    break-host PLACE   a breakpoint that counts only in the host
    world              which world the CPU is in
    vcpu               the vCPU that this CPU runs
    exit               why the guest left, decoded
    vmcs [NAME|GROUP]  fields of the current VMCS (x86)
    ept GPA            walk the EPT (x86)
    s2 IPA             walk the stage 2 tables (arm64)
    walk VA            walk the page tables of the current world
    esr [VALUE]        decode an exception syndrome (arm64)
    ledger             host and guest values side by side
    guest-symbols [ELF|FOLDER...]  programs that may run in a guest

`help COMMAND' tells more."""

    def __init__(self):
        super().__init__('world-switch', gdb.COMMAND_SUPPORT)

    def invoke(self, arg, from_tty):
        gdb.execute('help world-switch')


def load_commands():
    folder = os.path.join(HERE, 'commands')
    for name in sorted(os.listdir(folder)):
        if name.endswith('.py') and not name.startswith('_'):
            importlib.import_module('commands.' + name[:-3])


WorldSwitchPrefix()
load_commands()
# Before GDB prints where it stopped: load the symbols of the world it is in.
gdb.execute('define hook-stop\npython from lib import symbols; '
            'symbols.on_stop()\nend')
