/** Versions of the form `x.y.z`, as rules files require them. */

/** The version of the rules language that this loader speaks. */
export const ENGINE_VERSION = '0.63.0';

const VERSION = /^(\d{1,10})\.(\d{1,10})\.(\d{1,10})(?:[-+][0-9A-Za-z.+-]*)?$/;

export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

/** Whether something of version `present` serves who asks for `required`: same major number, and not older. */
export function isCompatible(present: string, required: string): boolean {
  const have = VERSION.exec(present);
  const want = VERSION.exec(required);
  if (have === null || want === null) return false;
  const [, major, minor, patch] = have.map(Number) as [number, number, number, number];
  const [, wantMajor, wantMinor, wantPatch] = want.map(Number) as [number, number, number, number];
  return major === wantMajor && (minor > wantMinor || (minor === wantMinor && patch >= wantPatch));
}
