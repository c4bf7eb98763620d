# stage 03 x86_64: an address counts in one world only
# the guest might have code at vmx_exit, the host at 0x40010007
break-guest *&vmx_exit
break-host *0x40010007
# and one that is in the right world, further on
break-guest *0x4001000c
continue
world
info breakpoints
# the other way round, both stop
delete
break-host *&vmx_exit
break-guest *0x40010007
continue
world
until-entry
continue
world
