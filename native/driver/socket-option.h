/* SPDX-License-Identifier: Dual MIT/GPL */
/* getsockname, getpeername, shutdown, setsockopt, getsockopt */

#define SOL_SOCKET 1
#define SOL_TCP 6

#define SO_ERROR 4
#define SO_RCVTIMEO 20
#define SO_SNDTIMEO 21

/* Which member of the dynamic parameter holds the value of an option (reference driver-params.md 1.10). */
enum option_form { OPTION_RAW, OPTION_ERRNO, OPTION_U32, OPTION_U64, OPTION_TIME };

HANDLER_FUNCTION(sys_getsockname)
{
	record_begin(s, 39, 0, FAMILY_rest);
	return true;
}

HANDLER_FUNCTION(sys_getpeername)
{
	record_begin(s, 41, 0, FAMILY_rest);
	return true;
}

HANDLER_FUNCTION(sys_shutdown)
{
	record_begin(s, 37, 3, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_u8(s, (__u32)s->args[1] <= 2 ? s->args[1] : 0xff);
	return true;
}

static __always_inline __u8 option_name(__u32 level, __u32 name)
{
	if (level != SOL_SOCKET)
		return 0;
	switch (name) {
	case 55: return 52; /* MEMINFO */
	case 57: return 53; /* COOKIE */
	case 59: return 51; /* PEERGROUPS */
	case 66: return SO_RCVTIMEO;
	case 67: return SO_SNDTIMEO;
	case 51 ... 54:
	case 56:
	case 58:
	case 60 ... 65: return 0;
	default: return name > 67 ? 0 : name;
	}
}

/* By the name in the table, which option_name gives. */
static __always_inline enum option_form option_form(__u8 name)
{
	switch (name) {
	case 0:
	case 13: /* LINGER */
	case 17: /* PEERCRED */
	case 26: /* ATTACH_FILTER */
	case 28: /* PEERNAME */
	case 50: /* ATTACH_BPF */
	case 51: /* PEERGROUPS */
	case 52: /* MEMINFO */ return OPTION_RAW;
	case SO_ERROR: return OPTION_ERRNO;
	case SO_RCVTIMEO:
	case SO_SNDTIMEO: return OPTION_TIME;
	case 53: /* COOKIE */ return OPTION_U64;
	default: return OPTION_U32;
	}
}

static __always_inline void put_option_value(struct scratch *s, __u8 name, __u64 from, __u32 size)
{
	enum option_form form = option_form(name);
	__u8 *to = put_here(s);

	to[0] = form;
	switch (form) {
	case OPTION_ERRNO:
		*(__s64 *)(to + 1) = -(__s64)(__s32)user_u32(s, from);
		put_length(s, 9);
		return;
	case OPTION_U32:
		*(__u32 *)(to + 1) = user_u32(s, from);
		put_length(s, 5);
		return;
	case OPTION_U64:
		*(__u64 *)(to + 1) = user_u64(s, from);
		put_length(s, 9);
		return;
	case OPTION_TIME:
		*(__u64 *)(to + 1) = user_time(s, from, NS_PER_US);
		put_length(s, 9);
		return;
	default:
		/* Options are short: what is longer is cut to a size that always fits. */
		if (size > 0xfff) {
			count_cut(s);
			size = 0xfff;
		}
		if (size && bpf_probe_read_user(to + 1, BOUND(size, 0xfff), (void *)from)) {
			count_fault(s);
			size = 0;
		}
		put_length(s, 1 + size);
	}
}

SHARED_CODE void put_option(struct scratch *s, __u32 size)
{
	__u32 level = s->args[1];
	__u8 name = option_name(level, s->args[2]);

	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_u8(s, level == SOL_SOCKET ? 1 : level == SOL_TCP ? 2 : 0);
	put_u8(s, name);
	put_option_value(s, name, s->args[3], size);
	put_u32(s, size);
}

HANDLER_FUNCTION(sys_setsockopt)
{
	record_begin(s, 45, 6, FAMILY_rest);
	put_option(s, s->args[4] & 0xffff);
	return true;
}

HANDLER_FUNCTION(sys_getsockopt)
{
	record_begin(s, 47, 6, FAMILY_rest);
	put_option(s, user_u32(s, s->args[4]));
	return true;
}
