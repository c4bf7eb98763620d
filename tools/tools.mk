# tools.mk - programs that run on the build machine.
EMU := $(B)/tools/emu
EMU_SRCS := $(wildcard tools/emu/*.c)
HOSTCFLAGS := -std=gnu11 -O2 -g $(WARN)

$(EMU): $(EMU_SRCS) tools/emu/emu.h tools/tools.mk
	@mkdir -p $(@D)
	@echo "  HOSTCC  $@"
	$(Q)$(HOSTCC) $(HOSTCFLAGS) -o $@ $(EMU_SRCS)

.PHONY: setup doctor iso
#@ make iso STAGE=NN        write build/stage-NN.iso, which boots a real PC
iso:
	$(Q)tools/setup --quiet run
	$(Q)$(BUILD) $(image) $(EMU)
	$(Q)$(EMU) --iso $(B)/stage-$(STAGE).iso $(image) $(ARGS)

#@ make setup               install what is missing
setup:
	$(Q)tools/setup

#@ make doctor              what is there, and which x86 machine is used
doctor:
	-$(Q)command -v $(HOSTCC) >/dev/null && $(MAKE) -s $(EMU)
	$(Q)tools/doctor

# bochs-gdb: GDB's remote protocol for the debugger inside Bochs.
BOCHS_GDB := $(B)/tools/bochs-gdb
BOCHS_GDB_SRCS := $(wildcard tools/bochs-gdb/*.c)

$(BOCHS_GDB): $(BOCHS_GDB_SRCS) tools/bochs-gdb/bridge.h tools/bochs-gdb/regs.def
	@mkdir -p $(@D)
	@echo "  HOSTCC  $@"
	$(Q)$(HOSTCC) $(HOSTCFLAGS) -o $@ $(BOCHS_GDB_SRCS)
