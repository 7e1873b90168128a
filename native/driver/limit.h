/* SPDX-License-Identifier: Dual MIT/GPL */
/* getrlimit, setrlimit, prlimit64 */

static __always_inline __u8 limit_resource(__u32 resource)
{
	return resource <= 15 ? resource : 0xff;
}

static __always_inline void put_pair(struct scratch *s, const __s64 pair[2])
{
	put_s64(s, pair[0]);
	put_s64(s, pair[1]);
}

HANDLER_FUNCTION(sys_getrlimit)
{
	__s64 limit[2] = { -1, -1 };

	record_begin(s, 141, 4, FAMILY_rest);
	if (s->ret == 0)
		user_pair(s, s->args[1], limit);
	put_s64(s, s->ret);
	put_pair(s, limit);
	put_u8(s, limit_resource(s->args[0]));
	return true;
}

HANDLER_FUNCTION(sys_setrlimit)
{
	__s64 limit[2];

	record_begin(s, 143, 4, FAMILY_rest);
	user_pair(s, s->args[1], limit);
	put_s64(s, s->ret);
	put_pair(s, limit);
	put_u8(s, limit_resource(s->args[0]));
	return true;
}

/* Its structure has 64 bits for every caller. */
static __always_inline void put_wide_limit(struct scratch *s, __u64 from)
{
	put_u64(s, from ? user_u64(s, from) : 0);
	put_u64(s, from ? user_u64(s, from + 8) : 0);
}

HANDLER_FUNCTION(sys_prlimit64)
{
	record_begin(s, 145, 7, FAMILY_rest);
	put_s64(s, s->ret);
	put_wide_limit(s, s->args[2]);
	if (s->ret == 0) {
		put_wide_limit(s, s->args[3]);
	} else {
		put_s64(s, -1);
		put_s64(s, -1);
	}
	put_int(s, s->args[0]);
	put_u8(s, limit_resource(s->args[1]));
	return true;
}
