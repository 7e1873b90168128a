/** The table of README.md, from values.yaml and its comments. */
import { parse } from 'yaml';

/** Keys of `falco` are those of falco.yaml: docs/config.md has them. */
const NOT_BELOW = ['falco'];

/** @returns rows of path, default and meaning, of every key that has a comment and a value of its own */
function rowsOf(source) {
  const values = parse(source);
  const rows = [];
  const path = [];
  let comment = [];
  for (const line of source.split('\n')) {
    const [, indent, mark, key] = /^( *)(# ?|)([\w-]+:.*|.*)$/.exec(line);
    if (mark !== '') {
      comment.push(line.trim().replace(/^# ?/, ''));
      continue;
    }
    const named = /^([\w-]+):/.exec(key);
    if (named === null) {
      comment = [];
      continue;
    }
    path.length = indent.length / 2;
    path.push(named[1]);
    const about = comment.filter(text => !/^(customRules:| {2})/.test(text)).join(' ');
    comment = [];
    if (NOT_BELOW.includes(path[0]) && path.length > 1) continue;
    const value = path.reduce((at, part) => at?.[part], values);
    if (about !== '') rows.push({ path: path.join('.'), value, about });
  }
  return rows;
}

function shown(value, path) {
  if (NOT_BELOW.includes(path)) return 'see values.yaml';
  if (typeof value === 'object' && value !== null) {
    const text = JSON.stringify(value);
    if (Object.keys(value).length > 0 && text.length > 60)
      return Array.isArray(value) ? 'see values.yaml' : '';
    if (!Array.isArray(value) && Object.keys(value).length > 0) return '';
    return `\`${text}\``;
  }
  return `\`${JSON.stringify(value)}\``;
}

export function valuesTable(source) {
  const rows = rowsOf(source).map(
    ({ path, value, about }) => `| \`${path}\` | ${shown(value, path)} | ${about.replaceAll('|', '\\|')} |`,
  );
  return ['| value | default | |', '| --- | --- | --- |', ...rows].join('\n');
}
