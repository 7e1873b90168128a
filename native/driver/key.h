/* SPDX-License-Identifier: Dual MIT/GPL */
/* keyctl: its arguments are numbers or strings by the operation (reference driver-params.md 3). */

enum key_argument { KEY_NONE, KEY_INT, KEY_TEXT };
#define KEY_FORM(a, b, c, d) ((a) | (b) << 2 | (c) << 4 | (d) << 6)

/* Two bits for each argument from the second on. */
static __always_inline __u32 key_form(__u32 operation)
{
	switch (operation) {
	case 1: /* JOIN_SESSION_KEYRING */
		return KEY_FORM(KEY_TEXT, KEY_NONE, KEY_NONE, KEY_NONE);
	case 3:  /* REVOKE */
	case 7:  /* CLEAR */
	case 14: /* SET_REQKEY_KEYRING */
	case 16: /* ASSUME_AUTHORITY */
	case 21: /* INVALIDATE */
		return KEY_FORM(KEY_INT, KEY_NONE, KEY_NONE, KEY_NONE);
	case 0:  /* GET_KEYRING_ID */
	case 5:  /* SETPERM */
	case 8:  /* LINK */
	case 9:  /* UNLINK */
	case 15: /* SET_TIMEOUT */
	case 22: /* GET_PERSISTENT */
	case 31: /* CAPABILITIES */
		return KEY_FORM(KEY_INT, KEY_INT, KEY_NONE, KEY_NONE);
	case 2:  /* UPDATE */
	case 4:  /* CHOWN */
	case 6:  /* DESCRIBE */
	case 11: /* READ */
	case 13: /* NEGATE */
	case 17: /* GET_SECURITY */
	case 32: /* WATCH_KEY */
		return KEY_FORM(KEY_INT, KEY_INT, KEY_INT, KEY_NONE);
	case 29: /* RESTRICT_KEYRING */
		return KEY_FORM(KEY_INT, KEY_TEXT, KEY_TEXT, KEY_NONE);
	case 24: /* PKEY_QUERY */
		return KEY_FORM(KEY_INT, KEY_INT, KEY_TEXT, KEY_NONE);
	case 10: /* SEARCH */
		return KEY_FORM(KEY_INT, KEY_TEXT, KEY_TEXT, KEY_INT);
	case 12: /* INSTANTIATE */
	case 19: /* REJECT */
	case 20: /* INSTANTIATE_IOV */
	case 23: /* DH_COMPUTE */
	case 30: /* MOVE */
		return KEY_FORM(KEY_INT, KEY_INT, KEY_INT, KEY_INT);
	case 25: /* PKEY_ENCRYPT */
	case 26: /* PKEY_DECRYPT */
	case 27: /* PKEY_SIGN */
	case 28: /* PKEY_VERIFY */
		return KEY_FORM(KEY_INT, KEY_TEXT, KEY_INT, KEY_INT);
	default:
		return 0;
	}
}

SHARED_CODE void put_key_argument(struct scratch *s, __u32 form, __u64 value)
{
	__u8 *to = put_here(s);

	if (form == KEY_TEXT) {
		long length = value ? read_user_string(to + 1, PATH_MAX, value) : 0;

		if (length < 0) {
			count_fault(s);
			length = 0;
		}
		to[0] = 1;
		put_length(s, 1 + length);
		return;
	}
	to[0] = 0;
	*(__u64 *)(to + 1) = form == KEY_INT ? value : 0;
	put_length(s, 9);
}

HANDLER_FUNCTION(sys_keyctl)
{
	__u32 form = key_form(s->args[0]);

	record_begin(s, 453, 6, FAMILY_rest);
	put_s64(s, s->ret);
	put_u32(s, s->args[0]);
	put_key_argument(s, form & 3, s->args[1]);
	put_key_argument(s, form >> 2 & 3, s->args[2]);
	put_key_argument(s, form >> 4 & 3, s->args[3]);
	put_key_argument(s, form >> 6 & 3, s->args[4]);
	return true;
}
