/* Imports run one way (see ARCHITECTURE.md, "The rooms"). One row a room: what it may import besides itself. */
const rooms = {
  log: [],
  addon: [],
  events: [],
  diagnostics: [],
  containers: ['events', 'diagnostics'],
  state: ['events', 'containers', 'log'],
  fields: ['events', 'state', 'containers'],
  filter: ['events', 'state', 'fields', 'diagnostics'],
  rules: ['events', 'fields', 'filter', 'diagnostics'],
  sources: ['events', 'state', 'addon', 'log'],
  config: ['diagnostics'],
  alerts: ['events', 'state', 'fields', 'filter', 'rules', 'config'],
  metrics: ['log'],
  outputs: ['alerts', 'addon', 'log', 'metrics', 'config'],
  web: ['metrics', 'log', 'config'],
  service: ['addon', 'log', 'metrics'],
  engine: ['events', 'state', 'fields', 'filter', 'rules', 'sources', 'containers', 'alerts', 'config', 'log', 'metrics', 'diagnostics', 'addon'],
  cli: ['events', 'state', 'fields', 'filter', 'rules', 'sources', 'alerts', 'outputs', 'web', 'metrics', 'service', 'engine', 'config', 'log', 'diagnostics', 'addon'],
};

module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(([room, may]) => ({
      name: `${room}-imports-downwards`,
      severity: 'error',
      from: { path: `^daemon/${room}/` },
      to: { path: '^(daemon|test)/', pathNot: `^daemon/(${[room, ...may].join('|')})/` },
    })),
    { name: 'no-unlisted-room', severity: 'error', from: { path: '^test/' }, to: { path: `^daemon/(?!(${Object.keys(rooms).join('|')})/)` } },
    { name: 'main-imports-cli-only', severity: 'error', from: { path: '^daemon/main\\.ts$' }, to: { path: '^daemon/', pathNot: '^daemon/cli/' } },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'not-to-test', severity: 'error', from: { path: '^daemon/' }, to: { path: '^test/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};
