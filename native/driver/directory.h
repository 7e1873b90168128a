/* SPDX-License-Identifier: Dual MIT/GPL */
/* chdir, fchdir, chroot */

HANDLER_FUNCTION(sys_chdir)
{
	record_begin(s, 95, 2, FAMILY_rest);
	put_s64(s, s->ret);
	put_path(s, s->args[0]);
	/* After the call the current directory is the new one: where the path led, no longer where it started. */
	if (s->ret == 0) {
		s->file_fd = AT_FDCWD;
		s->base_fd[0] = NO_FD;
	}
	return true;
}

HANDLER_FUNCTION(sys_fchdir)
{
	record_begin(s, 97, 2, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	if (s->ret == 0)
		s->file_fd = AT_FDCWD;
	return true;
}

HANDLER_FUNCTION(sys_chroot)
{
	record_begin(s, 267, 2, FAMILY_rest);
	put_s64(s, s->ret);
	put_path(s, s->args[0]);
	return true;
}
