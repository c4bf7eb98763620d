include guests/x86_64/guests.mk
03_SRCS := $(addprefix stages/03-entry-exit/, vmenter.S vcpu.c vmcs_setup.c \
	switch.c inject.c exit.c exit_names.c ept.c guest_mem.c guest_state.c handle_insn.c \
	handle_event.c handle_cr.c handle_msr.c handle_io.c) guests/x86_64/guests.S
$(eval $(call stage,03,x86_64,$(LIB) $(01_SRCS) $(02_SRCS) $(03_SRCS) \
	$(addprefix stages/03-entry-exit/,canary.c canary_tests.c canary_host.S \
	host_regs.c machine.c \
	demo_guests.c demo_ept.c demo_events.c demo_failures.c demo_canaries.c main.c),stages/01-vmxon/boot.ld))
