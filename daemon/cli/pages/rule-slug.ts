/** `Redirect STDOUT/STDIN to …` → `redirect-stdout-stdin-to-…`: a name that files and links can have. */
export function foldName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
