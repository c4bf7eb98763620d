# stage.mk - stage 05: a KVM.  Each part lists its own files.
include $(filter-out stages/05-full/stage.mk,$(sort $(wildcard stages/05-full/*.mk)))
