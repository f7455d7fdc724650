/**
 * The borders of `src`: dependencies point downwards, without cycles. `npm run lint` checks them, and
 * `test/module-boundaries.spec.ts` adds violations.
 */

/**
 * Each folder of `src`, from the top to the bottom, with the folders that it may import. Only a folder that stands below
 * may be listed. A path that does not end in a folder is one file.
 *
 * @type {Record<string, string[]>}
 */
const folders = {
  cli: [
    '*',
    'testing',
    'demo',
    'glue',
    'import',
    'admin',
    'employee',
    'companies',
    'credentials',
    'customers',
    'mailer',
    'sessions',
    'tenants',
    'database',
    'config',
    'common',
  ],
  // Only `foyer test` loads it.
  testing: [
    '*',
    'demo',
    'employee',
    'auth',
    'credentials',
    'customers',
    'mailer',
    'limits',
    'sessions',
    'jobs',
    'tenants',
    'database',
    'config',
    'common',
  ],
  backoffice: ['config'],
  'start-page': ['demo', 'mailer', 'config', 'common'],
  'swagger-ui': ['demo', 'config', 'common'],
  demo: ['auth', 'employee', 'companies', 'credentials', 'customers', 'sessions', 'tenants', 'config', 'common'],
  glue: [
    'employee',
    'auth',
    'companies',
    'credentials',
    'customers',
    'second-factor',
    'addresses',
    'limits',
    'health',
    'sessions',
    'tenants',
    'database',
    'config',
    'common',
  ],
  import: [
    'employee',
    'companies',
    'credentials',
    'customers',
    'addresses',
    'consents',
    'passwords',
    'history',
    'sessions',
    'tenants',
    'database',
    'common',
  ],
  admin: [
    'employee',
    'credentials',
    'customers',
    'mailer',
    'limits',
    'sessions',
    'history',
    'tenants',
    'database',
    'common',
  ],
  employee: [
    'auth',
    'companies',
    'consents',
    'credentials',
    'customers',
    'second-factor',
    'addresses',
    'notes',
    'mailer',
    'limits',
    'sessions',
    'history',
    'jobs',
    'tenants',
    'database',
    'config',
    'common',
  ],
  housekeeping: ['auth', 'credentials', 'second-factor', 'mailer', 'sessions', 'history', 'jobs', 'database', 'common'],
  auth: [
    'companies',
    'consents',
    'credentials',
    'session-context',
    'customers',
    'second-factor',
    'addresses',
    'mailer',
    'limits',
    'sessions',
    'history',
    'tenants',
    'database',
    'config',
    'common',
  ],
  // The entities of all rows of a customer.
  privacy: [
    'companies',
    'credentials',
    'session-context',
    'customers',
    'second-factor',
    'addresses',
    'consents',
    'notes',
    'mailer',
    'limits',
    'sessions',
    'history',
    'tenants',
    'database',
    'common',
  ],
  companies: ['customers', 'mailer', 'limits', 'sessions', 'tenants', 'database', 'common'],
  credentials: [
    'customers',
    'second-factor',
    'passwords',
    'mailer',
    'limits',
    'sessions',
    'history',
    'jobs',
    'tenants',
    'database',
    'config',
    'common',
  ],
  'session-context': ['addresses', 'limits', 'sessions', 'tenants', 'database', 'common'],
  // The types of the terms that its query grammar returns.
  emporix: ['customers/search/terms', 'tenants', 'database', 'common'],
  customers: ['addresses', 'second-factor', 'limits', 'sessions', 'history', 'tenants', 'database', 'config', 'common'],
  addresses: ['second-factor', 'sessions', 'history', 'tenants', 'database', 'common'],
  consents: ['limits', 'sessions', 'tenants', 'database', 'common'],
  notes: ['tenants', 'database', 'common'],
  'second-factor': ['sessions', 'history', 'tenants', 'database', 'config', 'common'],
  passwords: ['common'],
  mailer: ['sessions', 'jobs', 'tenants', 'database', 'config', 'common'],
  health: ['sessions', 'common'],
  limits: ['sessions', 'tenants', 'config', 'common'],
  sessions: ['history', 'tenants', 'database', 'config', 'common'],
  history: ['tenants', 'database', 'config', 'common'],
  jobs: ['tenants', 'database', 'config'],
  tenants: ['database', 'config', 'common'],
  migrations: ['database'],
  database: ['config', 'common'],
  config: ['common'],
  common: [],
};

const names = Object.keys(folders);
for (const [name, below] of Object.entries(folders)) {
  const upwards = below.filter((other) => names.includes(other) && names.indexOf(other) < names.indexOf(name));
  if (upwards.length > 0) throw new Error(`${name} stands below ${upwards.join(', ')} and must not import it`);
}

/** Files that form requests and responses. All others are the domain. */
const http = [
  '\\.(controller|dto|filter|guard|interceptor|pipe)\\.ts$',
  '^src/(backoffice|start-page|swagger-ui)/serve-[a-z-]+\\.ts$',
  '^src/swagger-ui/send-prepared\\.ts$',
  // Decorators of handlers and parameters.
  '^src/sessions/access/(access|access-token\\.strategy|large-bodies)\\.ts$',
  '^src/limits/(limited|limits)\\.ts$',
  '^src/employee/(paging|customers-csv)\\.ts$',
  // Decorators for OpenAPI, and responses with an ETag.
  '^src/common/(openapi|prepared-body)\\.ts$',
];

/** Rules that class-validator evaluates, for requests and for settings. */
const rules = [
  '^src/common/(custom-id|email|validation|validation-metadata-cache)\\.ts$',
  '^src/tenants/(new-password|[a-z-]*settings?[a-z-]*)\\.ts$',
  '^src/config/',
];

/** SQL over the tables of the folder, for the statements of all folders: PostgreSQL joins tables without borders. */
const fragments = '\\.fragments\\.ts$';

/** Modules, the start, the programs, and the APIs themselves. */
const composed = ['\\.module\\.ts$', '^src/[^/]+\\.ts$', '^src/(cli|demo|emporix|glue|migrations|testing)/'];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'Move what both files need to a third one, below them.',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'folder-without-borders',
      comment: 'List the folder in .dependency-cruiser.js, with what it may import.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/(${names.join('|')})/` },
      to: {},
    },
    ...Object.entries(folders).map(([name, below]) => ({
      name: `${name}-imports-below`,
      comment: 'Dependencies point downwards: let the upper folder call the lower one with what it needs.',
      severity: 'error',
      from: { path: `^src/${name}/` },
      to: {
        path: '^src/',
        // The border of `emporix` depends on the kind of file, not on the folder.
        pathNot: [
          `^src/(${[name, 'emporix', ...below.filter((other) => other !== '*')].join('|')})[/.]`,
          fragments,
          ...(below.includes('*') ? ['^src/[^/]+$'] : []),
        ],
      },
    })),
    {
      name: 'fragments-stand-alone',
      comment: 'Every folder may import fragments of SQL, so they depend on no other folder.',
      severity: 'error',
      from: { path: fragments },
      to: { path: '^src/', pathNot: '^src/database/' },
    },
    {
      name: 'domain-knows-no-api',
      comment: 'Services and entities take plain values, and the controller of an API shapes them.',
      severity: 'error',
      from: { path: '^src/', pathNot: [...http, ...composed] },
      to: { path: ['^src/(emporix|glue)/', ...http] },
    },
    {
      name: 'domain-knows-no-http',
      comment: 'Services and entities take plain values, and the controller of an API shapes them.',
      severity: 'error',
      from: { path: '^src/', pathNot: [...http, ...rules, ...composed] },
      to: {
        path: 'node_modules/(fastify|@nestjs/swagger|@nestjs/platform-fastify|class-validator|class-transformer)/',
      },
    },
    {
      name: 'tests-only',
      comment: 'The routes of the test mode require no token: only `foyer test` loads them.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(testing/|cli/(test\\.actions|bin)\\.)' },
      to: { path: '^src/testing/' },
    },
    {
      name: 'glue-knows-no-emporix',
      comment: 'An API knows nothing of the form of another one.',
      severity: 'error',
      from: { path: '^src/glue/' },
      to: { path: '^src/emporix/' },
    },
    {
      name: 'help-loads-no-service',
      comment: 'The description of a command imports its action with `onDemand`, so that the help is printed at once.',
      severity: 'error',
      from: { path: '^src/cli/(foyer|program|on-demand|[a-z-]+\\.command)\\.ts$' },
      to: {
        path: '^src/',
        pathNot: '^src/cli/(program|on-demand|[a-z-]+\\.command)\\.ts$',
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'passwords-stand-alone',
      comment: 'Hashing needs neither Nest nor a database.',
      severity: 'error',
      from: { path: '^src/passwords/' },
      to: { path: 'node_modules/(@nestjs|@mikro-orm|pg|pg-boss)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
