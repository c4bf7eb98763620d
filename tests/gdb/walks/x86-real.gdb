# stage 03 x86_64: a real-mode guest
break-guest real16_start
continue
world
info registers rip cs cs_base cr0 vmx
monitor insn 4
ws 6
walk $pc
# into protected mode
break-guest real16_protected
continue
world
ws 2
until-exit
exit
