/** Times as the daemon's own log and syslog write them: English names whatever the locale. */

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number): string => String(n).padStart(2, '0');
const clock = (t: Date): string => `${two(t.getHours())}:${two(t.getMinutes())}:${two(t.getSeconds())}`;

/** `Thu Sep 16 06:33:11 2021`, local; or `2021-09-16T06:33:11+0000`. */
export function logTime(time: Date, iso8601: boolean): string {
  if (iso8601) return `${time.toISOString().slice(0, 19)}+0000`;
  return `${DAYS[time.getDay()]!} ${MONTHS[time.getMonth()]!} ${two(time.getDate())} ${clock(time)} ${String(time.getFullYear())}`;
}

/** `Sep  6 06:33:11`, local: RFC 3164 pads the day with a blank. */
export function syslogTime(time: Date): string {
  return `${MONTHS[time.getMonth()]!} ${String(time.getDate()).padStart(2)} ${clock(time)}`;
}
