/**
 * Tells the engine, by one object of a shape, that these of its keys may hold any number. It would learn that from the
 * first large one, too, but then throws away all that it has compiled for the shape; and it keeps a box of its own for
 * each value, where copies could share one.
 */
export function generalise<T extends object>(example: T, keys: readonly (keyof T)[]): void {
  const values = example as Record<keyof T, unknown>;
  for (const key of keys) values[key] = null;
}
