/* SPDX-License-Identifier: Dual MIT/GPL */
/* quotactl */

struct quota_block {
	__u64 block_hard, block_soft, space, inode_hard, inode_soft, inodes, block_time, inode_time;
	__u32 valid;
};

struct quota_info {
	__u64 block_grace, inode_grace;
	__u32 flags, valid;
};

enum {
	QUOTA_SYNC = 0x80,
	QUOTA_ON = 0x1,
	QUOTA_GETFMT = 0x4,
	QUOTA_GETINFO = 0x8,
	QUOTA_SETINFO = 0x10,
	QUOTA_GETQUOTA = 0x20,
	QUOTA_SETQUOTA = 0x40,
	QUOTA_XGETQUOTA = 0x400,
	QUOTA_XSETQLIM = 0x800,
};

static __always_inline __u16 quota_command(__u32 command)
{
	switch (command) {
	case 0x800001: return QUOTA_SYNC;
	case 0x800002: return QUOTA_ON;
	case 0x800003: return 0x2;
	case 0x800004: return QUOTA_GETFMT;
	case 0x800005: return QUOTA_GETINFO;
	case 0x800006: return QUOTA_SETINFO;
	case 0x800007: return QUOTA_GETQUOTA;
	case 0x800008: return QUOTA_SETQUOTA;
	case 0x5801: return 0x100;
	case 0x5802: return 0x200;
	case 0x5803: return QUOTA_XGETQUOTA;
	case 0x5804: return QUOTA_XSETQLIM;
	case 0x5805: return 0x1000;
	case 0x5806: return 0x2000;
	case 0x5807: return 0x4000;
	default: return 0;
	}
}

static __always_inline __u8 quota_format(__u32 format)
{
	return format == 1 ? 2 : format == 2 ? 4 : format == 4 ? 8 : 1;
}

static __always_inline void put_quota_block(struct scratch *s, __u64 from, bool given)
{
	struct quota_block block = {};

	if (given && bpf_probe_read_user(&block, sizeof(block), (void *)from))
		count_fault(s);
	put_u64(s, block.valid & 1 ? block.block_hard : 0);
	put_u64(s, block.valid & 1 ? block.block_soft : 0);
	put_u64(s, block.valid & 2 ? block.space : 0);
	put_u64(s, block.valid & 4 ? block.inode_hard : 0);
	put_u64(s, block.valid & 4 ? block.inode_soft : 0);
	put_u64(s, block.valid & 16 ? block.block_time : 0);
	put_u64(s, block.valid & 32 ? block.inode_time : 0);
}

static __always_inline void put_quota_info(struct scratch *s, __u64 from, bool given)
{
	struct quota_info info = {};

	if (given && bpf_probe_read_user(&info, sizeof(info), (void *)from))
		count_fault(s);
	put_u64(s, info.valid & 1 ? info.block_grace : 0);
	put_u64(s, info.valid & 2 ? info.inode_grace : 0);
	put_u8(s, info.valid & 4 ? info.flags : 0);
}

HANDLER_FUNCTION(sys_quotactl)
{
	__u32 type = s->args[0] & 0xff;
	__u16 command = quota_command((__u32)s->args[0] >> 8);
	__u64 at = s->args[3];
	bool block = command == QUOTA_GETQUOTA || command == QUOTA_SETQUOTA;

	record_begin(s, 191, 17, FAMILY_rest);
	put_s64(s, s->ret);
	put_string(s, s->args[1]);
	if (command == QUOTA_ON)
		put_string(s, at);
	else
		put_empty(s);
	put_quota_block(s, at, block);
	put_quota_info(s, at, command == QUOTA_GETINFO || command == QUOTA_SETINFO);
	put_u8(s, command == QUOTA_GETFMT ? quota_format(user_u32(s, at)) : 1);
	put_u16(s, command);
	put_u8(s, type == 0 ? 1 : type == 1 ? 2 : 0);
	put_u32(s, block || command == QUOTA_XGETQUOTA || command == QUOTA_XSETQLIM ? s->args[2] : 0);
	put_u8(s, command == QUOTA_ON ? quota_format(s->args[2]) : 1);
	return true;
}
