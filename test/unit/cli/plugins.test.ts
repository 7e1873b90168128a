import assert from 'node:assert/strict';
import { pluginInfo, pluginListing, pluginProblems } from '../../../daemon/cli/list-plugins.js';
import { loadConfigText } from '../../../daemon/config/load.js';

describe('Plugins that the configuration names', () => {
  const problems = (yaml: string) => {
    const loaded = loadConfigText(yaml, []);
    assert.ok(loaded.ok, loaded.ok ? '' : loaded.message);
    return pluginProblems(loaded.config, loaded.root.entries.has('load_plugins'));
  };
  const FOREIGN = 'plugins: [{name: cloudtrail, library_path: libcloudtrail.so}]\n';
  const NOT_LOADED =
    /^Plugin 'cloudtrail' is not loaded: this daemon takes no libraries of others; built in: container/;

  it('are no matter when they are built in', () => {
    const yaml = 'plugins: [{name: container, library_path: libcontainer.so}]\nload_plugins: [container]\n';
    assert.deepEqual(problems(yaml), { warnings: [] });
    assert.deepEqual(problems('load_plugins: [container]\n'), { warnings: [] });
  });

  it('are warned of when they would be loaded and cannot be', () => {
    for (const yaml of [FOREIGN, `${FOREIGN}load_plugins: [cloudtrail]\n`]) {
      const { warnings } = problems(yaml);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]!, NOT_LOADED);
    }
    assert.deepEqual(problems(`${FOREIGN}load_plugins: []\n`), { warnings: [] });
  });

  it('need their entry where nobody would know otherwise where events come from', () => {
    assert.deepEqual(problems('load_plugins: [json]\n'), { warnings: [] });
    assert.equal(
      problems('load_plugins: [k8saudit]\n').fatal,
      "Cannot load plugin 'k8saudit': plugin config not found for given name",
    );
  });

  it('are listed with what they can do, and described', () => {
    assert.match(pluginListing(), /^3 Plugins Loaded:\n\nName: container\n/);
    assert.match(
      pluginListing(),
      /Name: k8saudit\n.*\n.*\nVersion: 0\.18\.0\nCapabilities: \n {2}- Event Sourcing \(ID=1, source='k8s_audit'\)\n {2}- Field Extraction\n/,
    );
    const info = pluginInfo('/usr/share/falco/plugins/libk8saudit.so') ?? '';
    assert.match(info, /Init config schema type: JSON\n\{\n/);
    assert.match(info, /Suggested open params:\nhttp:\/\/:9765\/k8s-audit: /);
    assert.match(pluginInfo('container') ?? '', /Init config schema type: JSON\n\{\n[^]*"label_max_len"/);
    assert.match(pluginInfo('json') ?? '', /Init config schema type: Not available/);
    assert.equal(pluginInfo('okta'), undefined);
  });

  it('have to be there when load_plugins names them', () => {
    assert.equal(
      problems('load_plugins: [okta]\n').fatal,
      "Cannot load plugin 'okta': plugin config not found for given name",
    );
  });
});
