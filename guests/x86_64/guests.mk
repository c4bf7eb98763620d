# guests.mk - guest programs for x86: each a flat piece of memory, as an ELF
# (for GDB's symbols) and as bytes (for the stage that carries it).

# name -> the address it is linked for
guest.hello64  := 0x40010000
guest.events64 := 0x40010000
guest.canary64 := 0x40010000
guest.spin64   := 0x40010000
guest.peek64   := 0x40010000
guest.cost64   := 0x40010000
guest.real16   := 0x8000
X86_GUESTS := hello64 events64 canary64 spin64 peek64 cost64 real16
GUESTS_DIR := $(B)/x86_64/guests

$(GUESTS_DIR)/%.elf: $(B)/x86_64/guests/x86_64/%.S.o guests/x86_64/guest.ld
	@mkdir -p $(@D)
	@echo "  GUEST   $@"
	$(Q)$(call LD.$(TOOLCHAIN),x86_64) $(LDFLAGS.all)  \
	    --defsym GUEST_TEXT=$(guest.$*) -T guests/x86_64/guest.ld -e $*_start -o $@ $<

$(GUESTS_DIR)/%.bin: $(GUESTS_DIR)/%.elf
	$(Q)$(call OBJCOPY.$(TOOLCHAIN),x86_64) -O binary $< $@

# The object that holds them all.
$(B)/x86_64/guests/x86_64/guests.S.o: $(X86_GUESTS:%=$(GUESTS_DIR)/%.bin)
-include $(X86_GUESTS:%=$(B)/x86_64/guests/x86_64/%.S.d)
# Not intermediate: GDB wants their symbols.
.SECONDARY: $(X86_GUESTS:%=$(GUESTS_DIR)/%.elf) \
	$(X86_GUESTS:%=$(B)/x86_64/guests/x86_64/%.S.o)
