# stage.mk - stage 05: a KVM.  Each part lists its own files.
include $(filter-out stages/05-full/stage.mk,$(sort $(wildcard stages/05-full/*.mk)))

# The files that user programs find.  build/ARCH/user/NAME is /bin/NAME,
# build/ARCH/guests05/NAME is /guests/NAME; run.mk says what /linux holds.
define ramfs_both
$(call linux_rules,$1)
$(call ramfs_rules,$1,ramfs,,)
$(call ramfs_rules,$1,ramfs-linux,$(LINUX_KERNEL.$1),$(linux_initrd))
endef
$(foreach a,x86_64 arm64,$(eval $(call ramfs_both,$a)))
