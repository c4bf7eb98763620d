# tools.mk - programs that run on the build machine.
EMU := $(B)/tools/emu
EMU_SRCS := $(wildcard tools/emu/*.c)
HOSTCFLAGS := -std=gnu11 -O2 -g $(WARN)

$(EMU): $(EMU_SRCS) tools/emu/emu.h tools/tools.mk
	@mkdir -p $(@D)
	@echo "  HOSTCC  $@"
	$(Q)$(HOSTCC) $(HOSTCFLAGS) -o $@ $(EMU_SRCS)

.PHONY: setup-quietly
setup-quietly:

$(B)/include-order.ok:
	@mkdir -p $(@D) && touch $@
