# stage 05 arm64 --initrd build/arm64/ramfs-linux.cpio: Linux's first timer interrupt
# words: /bin/vmm --mem 128 --kernel /linux/kernel --initrd /linux/initrd --append console=ttyS0
set print entry-values no
tbreak vtimer_fired
continue
bt -frame-arguments none
# the first list register
tbreak write_lrs if c->used == 1
continue
print c->priv[27]
print/x c->lr[0]
# the guest runs, and takes it
until-entry
tbreak vgic_fold
continue
print/x c->lr[0]
print claimed_here[0]
print c->priv[27].line
