# stage 04 arm64: into a guest at EL1 and out again
world
# ERET is how a guest is called
ws
world
# memory is given when the guest asks for it: the first fetch exits
until-exit
exit
s2 $ELR_EL2
# in again: now there is memory
until-entry
ws
walk $pc
x/3i $pc
ws 2
# out through the vector, the other way
until-exit
exit
ws 8
until-entry
ws
vcpu
until-exit
until-entry
# host and guest, side by side
ledger
