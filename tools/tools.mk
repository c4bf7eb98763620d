# tools.mk - programs that run on the build machine.
EMU := $(B)/tools/emu

.PHONY: setup-quietly
setup-quietly:

$(B)/include-order.ok:
	@mkdir -p $(@D) && touch $@
