02_SRCS := $(addprefix stages/02-vmcs/,vmcs_fields.c vmx_errors.c vmcs.c \
	controls.c capture.c access_rights.c vmcs_words.c dump.c \
	sample.c breakage.c \
	$(addprefix entry_checks/,entry_checks.c explain.c values.c \
	exec_controls.c exit_entry_controls.c host.c guest_registers.c \
	guest_segments.c guest_state.c msr_load.c))
