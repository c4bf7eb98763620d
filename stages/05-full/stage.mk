# stage.mk - stage 05: a KVM.  Each part lists its own files.
include $(filter-out stages/05-full/stage.mk,$(sort $(wildcard stages/05-full/*.mk)))

# The files that user programs find.  build/ARCH/user/NAME is /bin/NAME,
# build/ARCH/guests05/NAME is /guests/NAME; LINUX_KERNEL.ARCH and
# LINUX_INITRD.ARCH, if set, are /linux/kernel and /linux/initrd.
define ramfs_rules
$(B)/$1/ramfs.cpio: $(filter $(B)/$1/user/%,$(USER_PROGRAMS)) $(GUESTS05.$1) \
		$(LINUX_KERNEL.$1) $(LINUX_INITRD.$1) $(05)/stage.mk
	@echo "  CPIO    $$@"
	$(Q)rm -rf $$@.d && mkdir -p $$@.d/bin $$@.d/guests $$@.d/linux
	$(Q)cp $(filter $(B)/$1/user/%,$(USER_PROGRAMS)) $$@.d/bin
	$(Q)$(if $(GUESTS05.$1),cp $(GUESTS05.$1) $$@.d/guests)
	$(Q)$(if $(LINUX_KERNEL.$1),cp $(LINUX_KERNEL.$1) $$@.d/linux/kernel)
	$(Q)$(if $(LINUX_INITRD.$1),cp $(LINUX_INITRD.$1) $$@.d/linux/initrd)
	$(Q)cd $$@.d && find . -type f | sort | cpio -o -H newc --quiet >../$$(@F)
	$(Q)rm -rf $$@.d
endef
$(foreach a,x86_64 arm64,$(eval $(call ramfs_rules,$a)))
