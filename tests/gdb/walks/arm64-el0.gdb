# stage 04 arm64: a program at the guest's EL0
break-guest user
continue
world
info registers pc cpsr
walk $pc
# a system call is the guest's own affair: EL0 to EL1, no exit
ws 2
world
# its next access to a device is not
until-exit
exit
