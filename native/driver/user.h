/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * setuid, setgid, setreuid, setregid, setresuid, setresgid: -1 ("leave as it is") stays 4294967295. And what asks for
 * the ids: getuid, geteuid, getgid, getegid, getresuid, getresgid.
 */

#define IDENTITY_1(program, code) \
	HANDLER_FUNCTION(program) \
	{ \
		record_begin(s, code, 2, FAMILY_other_interest); \
		put_s64(s, s->ret); \
		put_u32(s, s->args[0]); \
		return true; \
	}

#define IDENTITY_2(program, code) \
	HANDLER_FUNCTION(program) \
	{ \
		record_begin(s, code, 3, FAMILY_other_interest); \
		put_s64(s, s->ret); \
		put_u32(s, s->args[0]); \
		put_u32(s, s->args[1]); \
		return true; \
	}

#define IDENTITY_3(program, code) \
	HANDLER_FUNCTION(program) \
	{ \
		record_begin(s, code, 4, FAMILY_other_interest); \
		put_s64(s, s->ret); \
		put_u32(s, s->args[0]); \
		put_u32(s, s->args[1]); \
		put_u32(s, s->args[2]); \
		return true; \
	}

IDENTITY_1(sys_setuid, 199)
IDENTITY_1(sys_setgid, 201)
IDENTITY_2(sys_setreuid, 427)
IDENTITY_2(sys_setregid, 429)
IDENTITY_3(sys_setresuid, 193)
IDENTITY_3(sys_setresgid, 195)

/* The result is the id, in the caller's own user namespace. */
#define IDENTITY_ASKED(program, code) \
	HANDLER_FUNCTION(program) \
	{ \
		record_begin(s, code, 1, FAMILY_rest); \
		put_u32(s, s->ret); \
		return true; \
	}

#define IDENTITIES_ASKED(program, code) \
	HANDLER_FUNCTION(program) \
	{ \
		record_begin(s, code, 4, FAMILY_rest); \
		put_s64(s, s->ret); \
		put_u32(s, user_u32(s, s->args[0])); \
		put_u32(s, user_u32(s, s->args[1])); \
		put_u32(s, user_u32(s, s->args[2])); \
		return true; \
	}

IDENTITY_ASKED(sys_getuid, 203)
IDENTITY_ASKED(sys_geteuid, 205)
IDENTITY_ASKED(sys_getgid, 207)
IDENTITY_ASKED(sys_getegid, 209)
IDENTITIES_ASKED(sys_getresuid, 211)
IDENTITIES_ASKED(sys_getresgid, 213)
