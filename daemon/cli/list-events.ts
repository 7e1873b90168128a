/** --list-events and -i: the events, and the system calls that are not watched unless they are asked for. */
import { eventsJson, eventsMarkdown, eventsText, listEvents } from '../events/listing.js';
import { syscallsInSet } from '../events/syscall-table.js';
import { versions } from './installation.js';
import type { ListFormat } from './list-format.js';

export function eventListing(format: ListFormat): string {
  const sections = listEvents();
  const { driverSchema } = versions();
  switch (format) {
    case 'text':
      return eventsText(sections, driverSchema);
    case 'markdown':
      return eventsMarkdown(sections, driverSchema);
    case 'json':
      return eventsJson(sections, driverSchema);
  }
}

export function ignoredSyscalls(): string {
  const names = syscallsInSet('ignored_by_default').map(({ name }) => `- ${name}\n`);
  return `Ignored syscall(s):\n${names.join('')}\n`;
}
