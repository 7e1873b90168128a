/** Completions for bash, zsh and fish: options, and what their arguments can be. */
import { rows } from '../../config/table-walk.js';
import { FLAGS, type Flag } from '../flags.js';
import { optionNames } from './option-text.js';

const ALL: readonly Flag[] = Object.values(FLAGS);

/** Keys as -o takes them, with the `=` that has to follow. */
function keys(): readonly string[] {
  return rows()
    .filter(({ path, key }) => key.kind === 'key' && !path.includes('[]'))
    .map(({ path }) => `${path}=`);
}

/** @returns a script that bash reads */
export function bashCompletion(): string {
  const withValue = ALL.filter(({ argument, kind }) => argument !== '' && kind !== 'optional');
  const cases = withValue.map(flag => `    ${optionNames(flag).join('|')}) ${bashValues(flag)} ;;`);
  const optional = ALL.filter(({ kind }) => kind === 'optional').flatMap(({ long, values }) =>
    Array.isArray(values) ? values.map(value => `--${long}=${String(value)}`) : [],
  );
  const names = [...ALL.flatMap(optionNames), ...optional];
  return `# Completion of falco(8) for bash.
_falco() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  # bash breaks words at "=": of --format=te the option is two words before.
  if [ "$before" = = ] && [ "$COMP_CWORD" -ge 2 ]; then
    before=\${COMP_WORDS[COMP_CWORD-2]}
  elif [ "$word" = = ]; then
    word=
  fi
  case $before in
${cases.join('\n')}
    *)
      mapfile -t COMPREPLY < <(compgen -W '${names.join(' ')}' -- "$word")
      ;;
  esac
}
complete -F _falco falco
`;
}

function bashValues({ values }: Flag): string {
  if (values === 'file') return 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word")';
  if (values === undefined) return ':';
  const [words, more] = values === 'key' ? [keys(), 'compopt -o nospace; '] : [values, ''];
  return `${more}mapfile -t COMPREPLY < <(compgen -W '${words.join(' ')}' -- "$word")`;
}

/** @returns a script for the function path of zsh */
export function zshCompletion(): string {
  const specs = ALL.flatMap(flag => {
    const names = optionNames(flag);
    const once = flag.kind === 'texts' || flag.kind === 'words' ? '*' : `(${names.join(' ')})`;
    return names.map(name => {
      const long = name.startsWith('--');
      const joint = flag.argument === '' ? '' : flag.kind === 'optional' ? '=-' : long ? '=' : '+';
      return `  ${zshQuoted(`${once}${name}${joint}[${zshText(flag.meaning)}]${zshValues(flag)}`)}`;
    });
  });
  return `#compdef falco
# Completion of falco(8) for zsh.
local -a keys
keys=(
${keys()
  .map(key => `  ${zshQuoted(key)}`)
  .join('\n')}
)
_arguments -s \\
${specs.join(' \\\n')}
`;
}

function zshValues({ argument, kind, values }: Flag): string {
  if (argument === '') return '';
  const message = `${kind === 'optional' ? '::' : ':'}${argument.replace('...', '').toLowerCase().replace('=', ' = ')}:`;
  if (values === 'file') return `${message}_files`;
  if (values === 'key') return `${message}{compadd -S "" -a keys}`;
  return values === undefined ? message : `${message}(${values.join(' ')})`;
}

const zshText = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&');
const zshQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** @returns a script that fish reads */
export function fishCompletion(): string {
  const lines = ALL.map(flag => {
    const { short, long, argument, kind, meaning, values } = flag;
    const names = `${short === '' ? '' : ` -s ${short}`}${long === '' ? '' : ` -l ${long}`}`;
    const takes = argument === '' || kind === 'optional' ? '' : values === 'file' ? ' -r -F' : ' -x';
    const words = values === undefined || values === 'file' ? [] : values === 'key' ? keys() : values;
    const choices = words.length === 0 ? '' : ` -a ${fishQuoted(words.join(' '))}`;
    return `complete -c falco${names}${takes}${choices} -d ${fishQuoted(meaning)}`;
  });
  return `# Completion of falco(8) for fish.\ncomplete -c falco -f\n${lines.join('\n')}\n`;
}

const fishQuoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
