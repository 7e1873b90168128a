/** Words for what the system answered. */
import { getSystemErrorMap } from 'node:util';

/** Code of an error that a system call gave: `ENOENT`; empty for anything else. */
export function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** `no such file or directory`. */
export function errorText(error: unknown): string {
  const errno = error instanceof Error && 'errno' in error ? error.errno : undefined;
  if (typeof errno === 'number') return systemErrorText(errno);
  return error instanceof Error ? error.message : String(error);
}

/** @param errno of the system, positive or negative */
export function systemErrorText(errno: number): string {
  return getSystemErrorMap().get(-Math.abs(errno))?.[1] ?? `error ${String(Math.abs(errno))}`;
}
