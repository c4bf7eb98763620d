/*
 * vmcs_setup.h - the parts of a VMCS that do not depend on the guest.
 */
#pragma once

struct vcpu;

/*
 * vmcs_setup_controls - execution, exit and entry controls.  The VMCS is
 * current.  Returns NULL, or the name of a control that the CPU lacks.
 */
const char *vmcs_setup_controls(struct vcpu *v);

/*
 * vmcs_setup_host - what an exit loads (SDM 25.5): this CPU, as it is now.
 */
void vmcs_setup_host(struct vcpu *v);
