02_SRCS := $(addprefix stages/02-vmcs/,vmcs_fields.c vmx_errors.c vmcs.c \
	controls.c)
