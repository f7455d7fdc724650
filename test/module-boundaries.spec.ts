import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The parts of the report of dependency-cruiser that this test uses. */
interface Report {
  /** A cycle is reported for one of its files. */
  summary: { violations: { from: string; rule: { name: string }; cycle?: { name: string }[] }[] };
}

/** Files that violate a border: the name below `src`, the text, and the rules that it breaks. */
const violatingFiles: [title: string, file: string, text: string, rules: string[]][] = [
  [
    'a domain folder imports an API',
    'addresses/planted.ts',
    "import '../glue/glue-error.js';",
    ['addresses-imports-below', 'domain-knows-no-api'],
  ],
  [
    'a nested folder imports a folder above',
    'customers/search/planted.ts',
    "import '../../admin/clients.service.js';",
    ['customers-imports-below'],
  ],
  [
    'a folder imports a folder above at run time',
    'sessions/planted.ts',
    "export const later = () => import('../customers/customers.service.js');",
    ['sessions-imports-below'],
  ],
  [
    'a folder imports a type of a folder above',
    'common/planted.ts',
    "import type { Customer } from '../customers/customer.entity.js';\nexport type Planted = Customer;",
    ['common-imports-below'],
  ],
  ['a folder imports the start-up code', 'limits/planted.ts', "import '../app.js';", ['limits-imports-below']],
  ['a service imports a DTO', 'consents/planted.service.ts', "import './consents.dto.js';", ['domain-knows-no-api']],
  [
    'an entity imports a DTO of an API',
    'consents/planted.entity.ts',
    "import '../emporix/metadata.dto.js';",
    ['domain-knows-no-api'],
  ],
  [
    'a service imports a package for requests',
    'history/planted.service.ts',
    "import 'class-validator';",
    ['domain-knows-no-http'],
  ],
  [
    'an API imports another API',
    'glue/planted.ts',
    "import '../emporix/emporix.filter.js';",
    ['glue-knows-no-emporix'],
  ],
  [
    'a command imports the service',
    'cli/planted.command.ts',
    "import { inTenant } from './context.js';\nexport const planted = inTenant;",
    ['help-loads-no-service'],
  ],
  ['the start imports the test mode', 'planted.ts', "import './testing/testing.module.js';", ['tests-only']],
  ['passwords import Nest', 'passwords/formats/planted.ts', "import '@nestjs/common';", ['passwords-stand-alone']],
  [
    'an SQL fragment imports another folder',
    'customers/planted.fragments.ts',
    "import '../addresses/address-book.js';",
    ['fragments-stand-alone'],
  ],
  ['a new folder has no borders', 'planted/deep/planted.ts', "import 'node:fs';", ['folder-without-borders']],
  ['two files form a cycle', 'config/planted.ts', "import './planted-too.js';", ['no-cycle']],
];

describe('the borders of src', () => {
  const copy = mkdtempSync(path.join(tmpdir(), 'foyer-borders-'));
  let violations: Report['summary']['violations'];

  beforeAll(() => {
    const project = path.join(import.meta.dirname, '..');
    for (const name of ['src', 'mikro-orm.config.ts', 'package.json', 'tsconfig.json', '.dependency-cruiser.js']) {
      cpSync(path.join(project, name), path.join(copy, name), { recursive: true });
    }
    symlinkSync(path.join(project, 'node_modules'), path.join(copy, 'node_modules'));
    for (const [, file, text] of violatingFiles) addFile(file, text);
    addFile('config/planted-too.ts', "import './planted.js';");
    const program = path.join(project, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
    const { stdout } = spawnSync(process.execPath, [program, 'src', '--output-type', 'json'], {
      ...{ cwd: copy, encoding: 'utf8', maxBuffer: 100_000_000 },
    });
    violations = (JSON.parse(stdout) as Report).summary.violations;
  }, 120_000);

  afterAll(() => rmSync(copy, { recursive: true }));

  function addFile(file: string, text: string): void {
    mkdirSync(path.dirname(path.join(copy, 'src', file)), { recursive: true });
    writeFileSync(path.join(copy, 'src', file), `${text}\n`);
  }

  it.each(violatingFiles)('are violated when %s', (_title, file, _text, rules) => {
    const broken = violations.filter(({ from, cycle = [] }) =>
      [from, ...cycle.map(({ name }) => name)].includes(`src/${file}`),
    );
    expect([...new Set(broken.map(({ rule }) => rule.name))].sort()).toEqual(rules);
  });

  it('are not violated by other files', () => {
    expect(violations.filter(({ from }) => !from.includes('planted'))).toEqual([]);
  });
});
