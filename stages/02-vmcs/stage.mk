02_SRCS := $(addprefix stages/02-vmcs/,vmcs_fields.c vmx_errors.c vmcs.c \
	controls.c capture.c access_rights.c vmcs_words.c dump.c here.c \
	$(addprefix entry_checks/,entry_checks.c explain.c values.c \
	exec_controls.c exit_entry_controls.c host.c guest_registers.c \
	guest_segments.c guest_state.c msr_load.c))
$(eval $(call stage,02,x86_64,$(LIB) $(01_SRCS) $(02_SRCS) \
	$(addprefix stages/02-vmcs/,sample.c breakage.c probe.S probe.c \
	demo_life.c demo_set_up.c demo_errors.c demo_breakages.c rows.c main.c),stages/01-vmxon/boot.ld))
