# stage 05 x86_64 --initrd build/x86_64/ramfs.cpio: from the VMM's ioctl into the guest
set print entry-values no
# every function in between
until-exit
exit
tbreak vmx_enter
continue
bt -frame-arguments none 9
until-entry
ws
world
x/2i $pc
