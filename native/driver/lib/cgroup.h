/* SPDX-License-Identifier: Dual MIT/GPL */
/* The cgroups of a task, as `controller=path` (reference driver-params.md 1.6). */
#ifndef FALCO_CGROUP_H
#define FALCO_CGROUP_H

#define CGROUP_DEPTH 16

static __always_inline enum step cgroup_up(struct scratch *s)
{
	struct kernfs_node *node = (struct kernfs_node *)s->walk_dentry, *parent = NULL;
	long length;

	/* Not by member: what a kernel lacks becomes a call, and 5.10 takes a call in a loop for a second loop. */
	bpf_probe_read_kernel(&parent, sizeof(parent), (void *)node + *(volatile __u32 *)&s->limit);
	if (!parent)
		return STEP_DONE;
	s->walk_dentry = (__u64)parent;
	length = bpf_probe_read_kernel_str(&s->work[PATH_MAX], NAME_MAX + 1, PROBE(node, name));
	if (length <= 1)
		return STEP_FAULT;
	return prepend(s, &s->work[PATH_MAX], length - 1);
}

/* Appends `controller=path` with its NUL at `position`, without ending the parameter. */
__attribute__((noinline)) int append_cgroup(__u64 css_address)
{
	struct cgroup_subsys_state *css = (struct cgroup_subsys_state *)css_address;
	struct scratch *s = scratch_of_cpu();
	struct cgroup_subsys *controller;
	enum step step = STEP_ON;
	long length = 1;
	int i;

	if (!s || !css)
		return 0;
	controller = PROBE(css, ss);
	if (controller)
		length = bpf_probe_read_kernel_str(put_here(s), 32, PROBE(controller, name));
	if (length <= 0) {
		count_fault(s);
		return 0;
	}
	s->position += length;
	s->data[BOUND(s->position - 1, WIRE_MAX_RECORD - 1)] = '=';
	s->walk_dentry = (__u64)PROBE(css, cgroup, kn);
	s->walk_offset = PATH_MAX - 1;
	if (bpf_core_field_exists(((struct kernfs_node___6_15 *)0)->__parent))
		s->limit = bpf_core_field_offset(struct kernfs_node___6_15, __parent);
	else
		s->limit = bpf_core_field_offset(struct kernfs_node, parent);
	for (i = 0; i < CGROUP_DEPTH; i++) {
		step = cgroup_up(s);
		if (step != STEP_ON)
			break;
	}
	if (step == STEP_FAULT)
		count_fault(s);
	s->position += take_built(s, step == STEP_ON || step == STEP_FULL);
	return 0;
}

#define APPEND_CGROUP(set, id) \
	if (bpf_core_enum_value_exists(enum cgroup_subsys_id, id)) \
		append_cgroup(subsystem(set, bpf_core_enum_value(enum cgroup_subsys_id, id)))

static __always_inline __u64 subsystem(struct css_set *set, __u32 index)
{
	return READ_AT((__u64 *)&set->subsys + index);
}

static __always_inline void put_cgroups(struct scratch *s, struct css_set *set)
{
	__u32 start = s->position, end;

	APPEND_CGROUP(set, cpuset_cgrp_id);
	APPEND_CGROUP(set, cpu_cgrp_id);
	APPEND_CGROUP(set, cpuacct_cgrp_id);
	APPEND_CGROUP(set, io_cgrp_id);
	APPEND_CGROUP(set, memory_cgrp_id);
	/*
	 * Of the unified hierarchy, without a name as in /proc/PID/cgroup: a group that has no controllers is told by this
	 * alone. A cgroup begins with its own state, which belongs to no controller.
	 */
	append_cgroup((__u64)PROBE(set, dfl_cgrp));
	end = s->position;
	s->position = start;
	put_length(s, end - start);
}

#endif
