/* SPDX-License-Identifier: Dual MIT/GPL */
/* semop, semget, semctl */

struct semaphore_operation {
	__u16 number;
	__s16 operation, flags;
};

static __always_inline __u16 semaphore_flags(__u16 flags)
{
	return (flags & 0x800 ? 1 : 0) | (flags & 0x1000 ? 2 : 0);
}

HANDLER_FUNCTION(sys_semop)
{
	struct semaphore_operation two[2] = {};
	__u32 count = s->args[2];
	__u32 i;

	record_begin(s, 251, 9, FAMILY_rest);
	if (s->ret == 0 && s->args[1] && count &&
	    bpf_probe_read_user(two, count > 1 ? sizeof(two) : sizeof(two[0]), (void *)s->args[1]))
		count_fault(s);
	put_s64(s, s->ret);
	put_u32(s, count);
	for (i = 0; i < 2; i++) {
		put_u16(s, two[i].number);
		put_u16(s, two[i].operation);
		put_u16(s, semaphore_flags(two[i].flags));
	}
	put_u32(s, s->args[0]);
	return true;
}

HANDLER_FUNCTION(sys_semget)
{
	__u32 flags = s->args[2];

	record_begin(s, 263, 4, FAMILY_rest);
	put_s64(s, s->ret);
	put_u32(s, s->args[0]);
	put_u32(s, s->args[1]);
	put_u32(s, (flags & 0x200 ? 0x2000 : 0) | (flags & 0x400 ? 0x4000 : 0));
	return true;
}

#define SETVAL 16

static __always_inline __u16 semaphore_command(__u16 command)
{
	switch (command) {
	case 0: return 0x4;
	case 1: return 0x2;
	case 2: return 0x1;
	case 3: return 0x8;
	case 11: return 0x100;
	case 12: return 0x200;
	case 13: return 0x40;
	case 14: return 0x80;
	case 15: return 0x400;
	case SETVAL: return 0x1000;
	case 17: return 0x800;
	case 18: return 0x20;
	case 19: return 0x10;
	default: return 0;
	}
}

HANDLER_FUNCTION(sys_semctl)
{
	__u16 command = s->args[2];

	record_begin(s, 253, 5, FAMILY_rest);
	put_s64(s, s->ret);
	put_u32(s, s->args[0]);
	put_u32(s, s->args[1]);
	put_u16(s, semaphore_command(command));
	put_u32(s, command == SETVAL ? s->args[3] : 0);
	return true;
}
