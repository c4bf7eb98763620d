# stage.mk - stage 04: EL2 with VHE.
04 := stages/04-arm64-el2
04_SRCS := $(addprefix $(04)/, \
	head.S early.c mmu.c machine.c uart.c psci.c cpu.c smp.c page.c \
	gicv3.c timer.c trap.c vectors.S \
	sysregs.c esr.c mmio.c stage2.c tlb.c vmid.c \
	entry.S switch.c fixup.c context.c vcpu_sys.c inject.c \
	fpsimd.S debug.c ptrauth.c timer_guest.c \
	sysreg_find.c sysreg_emul.c run.c exit.c handlers.c)
# What only this stage's demonstration needs.
04_DEMO := $(addprefix $(04)/, memory.c guest_images.S main.c \
	canary.c canary_cpu.c canary_host.c canary_call.S canary_traps.c \
	forge.c forge_serror.S rehearse.S provoke.c switch_tally.c \
	demo_host.c demo_tour.c demo_stage2.c demo_panic.c demo_cost.c)

# libfdt for the arm64 side: Debian's, unpacked here (tools/fetch-debs).
DEBS ?= build/debs
LIBFDT.arm64 := $(DEBS)/arm64/root/usr/lib/aarch64-linux-gnu/libfdt.a
LIBFDT_INCLUDE := $(DEBS)/arm64/root/usr/include
$(LIBFDT.arm64):
	@echo "  FETCH   libfdt-dev:arm64"
	$(Q)tools/fetch-debs arm64 $(DEBS)/arm64/root libfdt-dev
	@touch $@
CFLAGS.arm64 += -isystem $(04)/fdt-env -idirafter $(LIBFDT_INCLUDE)
$(B)/arm64/$(04)/machine.c.o: CFLAGS.arm64 += -Wno-shadow -Wno-sign-compare
$(B)/arm64/$(04)/machine.c.o: | $(LIBFDT.arm64)

# Tiny guests: flat programs, linked where guests have their memory.
GUESTS.arm64 := $(patsubst guests/arm64/%.S,%,$(wildcard guests/arm64/*.S))
$(B)/guests/arm64/%.elf: $(B)/arm64/guests/arm64/%.S.o guests/arm64/guest.ld
	@mkdir -p $(@D)
	$(Q)$(call LD.$(TOOLCHAIN),arm64) $(LDFLAGS.all) -T guests/arm64/guest.ld -o $@ $<
$(B)/guests/arm64/%.bin: $(B)/guests/arm64/%.elf
	$(Q)$(call OBJCOPY.$(TOOLCHAIN),arm64) -O binary $< $@
$(B)/arm64/$(04)/guest_images.S.o: CFLAGS.arm64 += -Wa,-I$(B)/guests/arm64
$(B)/arm64/$(04)/guest_images.S.o: $(GUESTS.arm64:%=$(B)/guests/arm64/%.bin)
-include $(GUESTS.arm64:%=$(B)/arm64/guests/arm64/%.S.d)

$(eval $(call stage,04,arm64,$(LIB) $(04_SRCS) $(04_DEMO),$(04)/boot.ld))
$(B)/arm64/stage-04.elf: $(LIBFDT.arm64)

also.04 := $(B)/arm64/stage-04.img
# The Image that QEMU's -kernel and boot loaders take.
$(B)/arm64/stage-%.img: $(B)/arm64/stage-%.elf
	$(Q)$(call OBJCOPY.$(TOOLCHAIN),arm64) -O binary $< $@
