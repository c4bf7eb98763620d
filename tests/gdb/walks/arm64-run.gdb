# stage 05 arm64 --initrd build/arm64/ramfs.cpio: from the VMM's ioctl into the guest
set print entry-values no
# every function in between
until-exit
exit
tbreak guest_enter
continue
bt -frame-arguments none
until-entry
ws
world
