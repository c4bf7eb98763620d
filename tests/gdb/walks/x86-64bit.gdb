# stage 03 x86_64: into a 64-bit guest, out by an exit, in again
world
# the instruction that enters the guest, and what it changed
ws
x/3i $pc
world
# a breakpoint inside the guest
tbreak *(hello64_start + 12)
continue
info registers rax rsi
# the next instruction exits: port I/O is for the host
ws
exit
bt 3
# the world switch, the other way
ws 4
ws 15
until-entry
ws
# what the VMCS says
vmcs rip
vmcs PIN_BASED_VM_EXEC_CONTROL
walk $pc
vcpu
# straight to the next exit
until-exit
exit
# host and guest, side by side
ledger
