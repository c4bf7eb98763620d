# stage 05 arm64 --icount --cpus 2 --initrd build/arm64/ramfs.cpio: a vCPU leaves its CPU, and comes back
# words: .ticks=1000 .migrate /bin/vmm --guest /guests/spin & /bin/vmm --guest /guests/demo
set print entry-values no
tbreak sched_in
continue
bt -frame-arguments none
