/*
 * canary.h - the proof that nothing leaks: patterns in every register on
 * both sides, exits of every kind, both sides compared.
 */
#pragma once

#include "03-entry-exit/vcpu.h"
#include "guests/x86_64/canary.h"

#define CANARY_NO_EXIT (~0u)
#define CANARY_ANY_PLACE BIT(0)  /* the exit may come anywhere in the guest */
#define CANARY_NEEDS_NMIS BIT(1) /* another CPU sends them */

/* A register that the guest's way out needs to hold a certain value. */
struct canary_input {
	int slot;
	u64 value;
};

/* One kind of exit that is to be survived. */
struct canary_test {
	const char *name;
	enum canary_guest_kind kind;  /* how the guest leaves */
	u32 reason;                   /* the exit that must come of it */
	struct canary_input input[3]; /* zeros: none */
	u64 outputs;                  /* slots that the exit may change */
	u32 exceptions;               /* bits of EXCEPTION_BITMAP */
	unsigned skip;                /* bytes to move RIP on afterwards */
	/*
	 * Before each entry, to make the exit happen while the guest spins; the
	 * patience doubles whenever it came too early.
	 */
	void (*arm)(u64 patience);
	/* After the guest's exit, to provoke `second`. */
	void (*provoke)(struct vcpu *v, u64 round);
	void (*disarm)(void); /* at the end */
	u32 second; /* the exit that this must give, or CANARY_NO_EXIT */
	u32 flags;
};

extern const struct canary_test canary_tests[];
extern const unsigned canary_test_count;

struct canary_report {
	u64 exits;      /* that were watched */
	char text[160]; /* what went wrong; empty if nothing did */
};

/*
 * canary_run - run one test for so many rounds on this CPU.  Returns true if
 * nothing changed; else r->text says which register, on which side, when.
 */
bool canary_run(const struct canary_test *t, const struct vmx_caps *caps,
                u64 rounds, struct canary_report *r);

/* canary_send_nmis - on another CPU: NMIs to CPU 0 until it says stop. */
void canary_send_nmis(void);
void canary_stop_nmis(void);
