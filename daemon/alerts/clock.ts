/** Times as alerts show them. All take nanoseconds since the epoch. */

const NS = 1_000_000_000n;
const two = (n: number): string => (n < 10 ? `0${String(n)}` : String(n));

/** Alerts come in bursts: the text of the last second is kept. */
let lastSecond = -1;
let lastText = '';

/** Local wall-clock time, `HH:MM:SS.nnnnnnnnn`. */
export function localTime(ns: bigint): string {
  const second = Number(ns / NS);
  if (second !== lastSecond) {
    const date = new Date(second * 1000);
    lastText = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
    lastSecond = second;
  }
  return `${lastText}.${fraction(ns)}`;
}

/** UTC, `2021-09-16T06:33:11.123456789` followed by `zone`. */
export function utcTime(ns: bigint, zone: '+0000' | 'Z'): string {
  const whole = new Date(Number(ns / NS) * 1000).toISOString();
  return `${whole.slice(0, 19)}.${fraction(ns)}${zone}`;
}

function fraction(ns: bigint): string {
  return String(ns % NS).padStart(9, '0');
}
