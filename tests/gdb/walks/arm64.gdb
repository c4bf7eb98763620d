# stage 04 arm64: into a guest at EL1 and out again
world
# ERET is how a guest is called
ws
world
# memory is given when the guest asks for it: the first fetch exits
until-exit
exit
s2 $ELR_EL2
# out through the vector, the handler, and in again
until-entry
ws
walk $pc
x/3i $pc
ws 1
ws 1
exit
ws 6
vcpu
until-entry
