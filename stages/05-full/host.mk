# host.mk - stage 05's images: the host OS with KVM in it, and its ramfs.
# Sources are found by wildcard: a new file needs no line here.
05 := stages/05-full
arch_folder.x86_64 := x86
arch_folder.arm64 := arm64
HOST_INCLUDE.x86_64 := -I$(05)/host/x86 -I$(05)/kvm/x86
HOST_INCLUDE.arm64 := -I$(05)/host/arm64 -I$(05)/kvm/arm64

05_HOST = $(wildcard $(addprefix $(05)/host/,*.c $(arch_folder.$1)/*.[cS]))
# Until an architecture's half of KVM links, its host goes without: KVM.ARCH
# is empty then.
KVM.x86_64 := 1
KVM.arm64 := yes
05_KVM = $(if $(KVM.$1),$(wildcard \
	$(addprefix $(05)/kvm/,*.c $(arch_folder.$1)/*.[cS])))

# The architecture's half is found by the include path, in neutral files too.
define host_arch_rules
$(patsubst %,$(B)/$1/%.o,$(call 05_HOST,$1) $(call 05_KVM,$1)): \
	CFLAGS.$1 += $(HOST_INCLUDE.$1)
endef
$(foreach a,x86_64 arm64,$(eval $(call host_arch_rules,$a)))

# The path of every exit does without frame pointers; a back trace has one
# function less then.
$(patsubst %,$(B)/x86_64/$(05)/kvm/%.c.o,run x86/enter x86/cpuid): \
	CFLAGS.x86_64 += -fomit-frame-pointer

# --- x86 -------------------------------------------------------------------------
$(eval $(call stage,05,x86_64,$(LIB) $(01_SRCS) $(02_SRCS) $(03_SRCS) \
	$(call 05_HOST,x86_64) $(call 05_KVM,x86_64),stages/01-vmxon/boot.ld))

# --- arm64: the one that STAGE=05 means -------------------------------------------
$(B)/arm64/$(05)/host/arm64/board.c.o: CFLAGS.arm64 += \
	-Wno-shadow -Wno-sign-compare
$(B)/arm64/$(05)/host/arm64/board.c.o: | $(LIBFDT.arm64)

$(eval $(call stage,05,arm64,$(LIB) $(04_SRCS) $(call 05_HOST,arm64) \
	$(call 05_KVM,arm64) $(04)/memory.c,$(04)/boot.ld))
$(B)/arm64/stage-05.elf: $(LIBFDT.arm64)
also.05 := $(B)/arm64/stage-05.img $(B)/arm64/ramfs.cpio \
	$(B)/x86_64/stage-05.elf $(B)/x86_64/ramfs.cpio
