/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * Which program builds the event of which system call. Read by the driver (dispatch) and by the loader, which
 * fills the map `handlers`: HANDLER(system call, x86_64 number, arm64 number, event code, program).
 * -1: the architecture has no such call. Numbers without a row go to `sys_generic` (event code 1).
 */
#ifndef FALCO_HANDLERS_H
#define FALCO_HANDLERS_H

#define HANDLERS(HANDLER) \
	HANDLER(close,             3,   57,   5, sys_close)

#endif
