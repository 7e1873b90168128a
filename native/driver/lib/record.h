/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * Composing one record: record_begin, one put_* per parameter in table order, record_send (which appends the
 * context parameters). Parameters are written at `position`, which may run past WIRE_MAX_RECORD into the slack by
 * at most one parameter: such a record is dropped and counted, never sent in part.
 */
#ifndef FALCO_RECORD_H
#define FALCO_RECORD_H

#define NO_FD (-0x7fffffff)
#define AT_FDCWD (-100)
#define LENGTHS_AT (sizeof(struct frame) + sizeof(struct record_header))

/* What an argument points to. Returns 0, or an error as the helpers do. */
static __always_inline long read_given(struct scratch *s, void *to, __u32 size, __u64 from)
{
	return s->kept ? bpf_probe_read_kernel(to, size, (void *)from) : bpf_probe_read_user(to, size, (void *)from);
}

/* Tells the compiler nothing and the verifier everything: value & mask. */
#define BOUND(value, mask) ({ \
	__u64 bounded__ = (value); \
	asm volatile("%0 &= %1" : "+r"(bounded__) : "i"(mask)); \
	bounded__; })

/*
 * What is at an address of any alignment, loaded or stored at once: the compiler would go byte by byte, since it may
 * not count on one, and words that were stored so have to be waited for when they are loaded. The architectures that
 * the driver runs on need none. By way of `void *`: of any other pointer the compiler knows what it was before.
 */
#define AT(type, address) (*(type *)(void *)(address))

/* Stores a member of a packed structure at once. */
#define STORE(member, value) (AT(typeof(member), &(member)) = (value))

/* The number of this CPU. An iterator may sleep and wake on another one; it has one reader, and so one of all. */
static __always_inline __u32 own_cpu(void)
{
#ifdef ITERATORS
	return 0;
#else
	return bpf_get_smp_processor_id();
#endif
}

static __always_inline struct stats *own_stats(void)
{
	__u32 cpu = own_cpu();

	return bpf_map_lookup_elem(&stats, &cpu);
}

static __always_inline void count(enum counter which)
{
	struct stats *own = own_stats();

	if (own)
		own->counters[which]++;
}

/* The row of a family in the counters of this CPU, NULL only for the verifier. */
static __always_inline __u64 *own_row(__u32 family)
{
	struct stats *own = own_stats();

	return own && family < FAMILIES ? own->families[family] : NULL;
}

static __always_inline void count_of(__u32 family, enum outcome outcome)
{
	__u64 *row = own_row(family);

	if (row)
		row[outcome]++;
}

/* An event that is seen and done with in one step. */
static __always_inline void count_both(__u32 family, enum outcome outcome)
{
	__u64 *row = own_row(family);

	if (row) {
		row[OUTCOME_seen]++;
		row[outcome]++;
	}
}

static __always_inline struct scratch *scratch_at(__u32 which)
{
	__u32 index = own_cpu() * constants.scratches + which;

	return bpf_map_lookup_elem(&scratch, &index);
}

#ifdef ITERATORS
static __always_inline struct scratch *scratch_of_cpu(void)
{
	return scratch_at(0);
}
#else
/* The scratch that the current task has claimed. NULL where programs are preempted and another has taken it over. */
static __always_inline struct scratch *scratch_of_cpu(void)
{
	struct scratch *s = scratch_at(0);
	__u64 task;

	if (constants.scratches < 2)
		return s;
	task = bpf_get_current_pid_tgid();
	if (s && s->owner != task)
		s = scratch_at(1);
	return s && s->owner == task ? s : NULL;
}

static __always_inline bool take_scratch(struct scratch *s, __u64 task)
{
	if (!s || s->owner)
		return false;
#ifdef FLAVOR_TP_BTF
	return !__sync_val_compare_and_swap(&s->owner, 0, task);
#else
	/* Kernels that need this build have no such instruction. Whom it goes wrong for finds out when it wants to send. */
	s->owner = task;
	return true;
#endif
}

/*
 * A scratch of this CPU, for the record of the current task: before anything is written there. Where programs run with
 * preemption off there is one; where a program may be preempted, the one that runs meanwhile gets the other, and NULL
 * if both are in use.
 */
static __always_inline struct scratch *claim_scratch(struct task_struct *own_task)
{
	__u64 task = own_id(own_task);
	struct scratch *s = scratch_at(0);

	if (constants.scratches < 2) {
		if (s)
			s->owner = task;
		return s;
	}
	if (take_scratch(s, task))
		return s;
	s = scratch_at(1);
	return take_scratch(s, task) ? s : NULL;
}

static __always_inline void release_scratch(struct scratch *s)
{
	if (constants.scratches < 2 || s->owner == bpf_get_current_pid_tgid())
		s->owner = 0;
}

static __always_inline bool has_scratch(__u32 which)
{
	struct scratch *s = scratch_at(which);

	return s && s->owner && s->owner == bpf_get_current_pid_tgid();
}

static __always_inline bool is_ignored(void)
{
	return settings.ignore_tgid && bpf_get_current_pid_tgid() >> 32 == settings.ignore_tgid;
}

/*
 * The scratch for tracepoints that may come while a program of the same task is at work, whose reads of memory can
 * fault: NULL then, and for whom nothing is to be sent.
 */
static __always_inline struct scratch *claim_idle_scratch(void)
{
	struct scratch *s;

	if (is_ignored() || has_scratch(0) || (constants.scratches > 1 && has_scratch(1)))
		return NULL;
	s = claim_scratch(current_task());
	if (!s)
		count_both(FAMILY_rest, OUTCOME_dropped_no_scratch);
	return s;
}
#endif

/* Reads that failed and strings that were cut: without a branch here, so that loops stay cheap to verify. */
static __always_inline void count_fault(struct scratch *s)
{
	s->faults++;
}

static __always_inline void count_cut(struct scratch *s)
{
	s->cut++;
}

static __always_inline struct record_header *record_layout(struct scratch *s, __u16 type, __u32 params)
{
	struct record_header *header = (struct record_header *)&s->data[sizeof(struct frame)];

	s->next = 0;
	s->faults = 0;
	s->cut = 0;
	s->paths_cut = 0;
	s->position = LENGTHS_AT + 2 * params;
	STORE(header->type, type);
	STORE(header->nparams, params);
	return header;
}

static __always_inline __u64 record_time(void)
{
	return constants.boot_offset_ns + bpf_ktime_get_boot_ns();
}

/* `params`: how many the event table has. */
static __always_inline void record_start(struct scratch *s, __u16 type, __u32 params, enum family family)
{
	struct record_header *header = record_layout(s, type, params + CONTEXT_PARAMS);

	s->file_dentry = 0;
	s->file_fd = NO_FD;
	s->base_fd[0] = NO_FD;
	s->base_fd[1] = NO_FD;
	s->bases = 0;
	s->family = family;
	STORE(header->ts, record_time());
	STORE(header->tid, (__u32)s->owner);
}

/* The same, called: for all records but the most frequent. */
SHARED_CODE void record_begin(struct scratch *s, __u16 type, __u32 params, enum family family)
{
	record_start(s, type, params, family);
}

/* Where the parameters of a record begin whose event has `params`. */
static __always_inline __u32 params_at(__u32 params)
{
	return LENGTHS_AT + sizeof(__u16) * (params + CONTEXT_PARAMS);
}

/* The length of a parameter by its constant index. */
static __always_inline void set_length(struct scratch *s, __u32 param, __u16 length)
{
	AT(__u16, &s->data[LENGTHS_AT + sizeof(__u16) * param]) = length;
}

/* Ends the parameter that was written at `position`. */
static __always_inline void put_length(struct scratch *s, __u32 length)
{
	__u32 next = s->next;

	AT(__u16, &s->data[LENGTHS_AT + 2 * BOUND(next, 63)]) = length;
	s->next = next + 1;
	s->position += length;
}

/* Address for the next parameter; at least 8192 bytes may be written there. */
static __always_inline __u8 *put_here(struct scratch *s)
{
	return &s->data[BOUND(s->position, WIRE_MAX_RECORD - 1)];
}

static __always_inline void put_u8(struct scratch *s, __u8 value)
{
	*put_here(s) = value;
	put_length(s, 1);
}

static __always_inline void put_u16(struct scratch *s, __u16 value)
{
	*(__u16 *)put_here(s) = value;
	put_length(s, 2);
}

static __always_inline void put_u32(struct scratch *s, __u32 value)
{
	*(__u32 *)put_here(s) = value;
	put_length(s, 4);
}

static __always_inline void put_u64(struct scratch *s, __u64 value)
{
	*(__u64 *)put_here(s) = value;
	put_length(s, 8);
}

static __always_inline void put_s64(struct scratch *s, __s64 value)
{
	put_u64(s, value);
}

/* A descriptor, pid or other int argument: the low 32 bits, sign-extended. */
static __always_inline void put_int(struct scratch *s, __u64 value)
{
	put_u64(s, (__s64)(__s32)value);
}

static __always_inline void put_empty(struct scratch *s)
{
	put_length(s, 0);
}

#endif
