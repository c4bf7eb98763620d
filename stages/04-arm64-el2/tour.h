/*
 * tour.h - what the guest of guests/arm64/tour.S tells the demonstration.
 */
#pragma once

/* HVC immediates. */
#define TOUR_SAY 1
#define TOUR_WANT_SERROR 2
#define TOUR_IRQ_SEEN 3
#define TOUR_LOST 4 /* an exception that it did not expect */
#define TOUR_DONE 15

/* x0 of TOUR_SAY; x1 is the value. */
#define TOUR_HVC 1
#define TOUR_SMC 2
#define TOUR_PFR0 3
#define TOUR_UNDEF 4
#define TOUR_DEBUG 5
#define TOUR_LOAD 6
#define TOUR_NO_ISV 7
#define TOUR_BRANCH 8
#define TOUR_FP 9
#define TOUR_TIME 10
#define TOUR_IRQ 11
#define TOUR_SERROR 12
#define TOUR_MMU 13
#define TOUR_USER 14
#define TOUR_PAUTH 15
#define TOUR_SAYINGS 16

/* An address where the guest believes a device to be. */
#define TOUR_DEVICE 0x09000000
