/** The event sources that there are: names by which rules and the command line know them. */
export const EVENT_SOURCES = ['syscall', 'k8s_audit'] as const;

export type EventSourceName = (typeof EVENT_SOURCES)[number];

export function isEventSource(name: string): name is EventSourceName {
  return (EVENT_SOURCES as readonly string[]).includes(name);
}
