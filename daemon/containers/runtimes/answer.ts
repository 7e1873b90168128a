/** What came of a question to a runtime. */
export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  /** It answers, and does not have what was asked for. */
  | { readonly kind: 'unknown' }
  /** It answers, but does not know the question: an older version. */
  | { readonly kind: 'unsupported' }
  /** No socket, no answer in time, or none that makes sense. `reason` is a sentence's end, such as `no answer in 5 s`. */
  | { readonly kind: 'failed'; readonly reason: string };

export function ok<T>(value: T): Answer<T> {
  return { kind: 'ok', value };
}

export function failed(reason: string): { readonly kind: 'failed'; readonly reason: string } {
  return { kind: 'failed', reason };
}

/** A stream of events came to its end without an error. */
export const ENDED = failed('the events ended');

/** What `error` of a connection says, without the path that the reader of the log has already seen. */
export function connectionProblem(error: NodeJS.ErrnoException): string {
  return PROBLEMS[error.code ?? ''] ?? error.message;
}

// prettier-ignore
const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT:       'no such socket',
  ENOTSOCK:     'not a socket',
  EACCES:       'permission denied',
  ECONNREFUSED: 'nobody listens',
  ECONNRESET:   'connection closed',
  EPIPE:        'connection closed',
};
