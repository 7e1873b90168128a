import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ConfigMapVolume {
  readonly folder: string;
  /** Puts a version of the ConfigMap in place. */
  write(files: Readonly<Record<string, string>>): void;
}

/**
 * A folder as the kubelet makes them of ConfigMaps: files are links through `..data`, which leads to the folder of the
 * version that counts. A new version is a new folder, and a new link that is renamed over the old one; then the old
 * folder goes.
 */
export function configMapVolume(folder: string): ConfigMapVolume {
  const at = (name: string): string => join(folder, name);
  let version = 0;
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  return {
    folder,
    write(files) {
      const before = `..2026_11_26_00_00_00.${String(version)}`;
      const now = `..2026_11_26_00_00_00.${String(++version)}`;
      mkdirSync(at(now));
      for (const [name, text] of Object.entries(files))
        writeFileSync(join(at(now), name), text, { mode: 0o644 });
      chmodSync(at(now), 0o755);
      symlinkSync(now, at('..data_tmp'));
      renameSync(at('..data_tmp'), at('..data'));
      const present = readdirSync(folder).filter(name => !name.startsWith('..'));
      for (const name of Object.keys(files))
        if (!present.includes(name)) symlinkSync(join('..data', name), at(name));
      for (const name of present) if (!(name in files)) rmSync(at(name));
      rmSync(at(before), { recursive: true, force: true });
    },
  };
}
