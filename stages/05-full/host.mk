# host.mk - stage 05's images: the host OS with KVM in it, and its ramfs.
# Sources are found by wildcard: a new file needs no line here.
05 := stages/05-full
arch_folder.x86_64 := x86
arch_folder.arm64 := arm64
HOST_INCLUDE.x86_64 := -I$(05)/host/x86 -I$(05)/kvm/x86
HOST_INCLUDE.arm64 := -I$(05)/host/arm64 -I$(05)/kvm/arm64
