01_SRCS := $(addprefix stages/01-vmxon/, boot.S boot_need.S ap_boot.S start.c \
	console.c power.c cpu.c trap.S trap.c exceptions.c pages.c paging.c lapic.c smp.c \
	vmx_controls.c vmx_caps.c vmx_words.c vmxon.c)
$(eval $(call stage,01,x86_64,$(LIB) $(01_SRCS) \
	$(addprefix stages/01-vmxon/,report.c failures.c main.c),stages/01-vmxon/boot.ld))
