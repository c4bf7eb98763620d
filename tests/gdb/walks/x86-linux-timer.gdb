# stage 05 x86_64 --initrd build/x86_64/ramfs-linux.cpio: one tick of Linux's timer
# words: .noapicv /bin/vmm --mem 128 --kernel /linux/kernel --initrd /linux/initrd --append console=ttyS0 --append quiet
set print entry-values no
tbreak vlapic_timer_expired
continue
bt -frame-arguments none 4
# from IRR to ISR
tbreak kvm_irq_taken
continue
bt -frame-arguments none 4
# the guest's end of it
until-entry
until-exit
exit
tbreak vlapic_eoi_by_guest
continue
bt -frame-arguments none 5
