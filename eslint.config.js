import tseslint from 'typescript-eslint';

/**
 * The house: what each part may not reach, and what to do instead. Dependencies point one way:
 * admin, import → employee → auth → credentials, companies → customers → addresses; all of these → sessions, mailer → jobs → tenants
 * → common, config.
 */
const parts = [
  'admin',
  'import',
  'employee',
  'auth',
  'companies',
  'credentials',
  'customers',
  'addresses',
  'consents',
  'session-context',
  'sessions',
  'mailer',
  'jobs',
  'history',
  'tenants',
  'database',
];

/** @type {Record<string, { not: string[], instead: string }>} */
const borders = {
  import: { not: ['admin', 'auth', 'addresses'], instead: 'An import brings customers and their credentials.' },
  employee: {
    not: ['admin', 'import'],
    instead: 'Admins look after staff, imports bring what staff keeps; what staff does knows nothing of them.',
  },
  auth: { not: ['admin', 'import', 'employee'], instead: 'Employees call auth, never the other way round.' },
  credentials: {
    not: ['admin', 'import', 'employee', 'auth', 'companies'],
    instead: 'Let auth call credentials, with what it needs to know.',
  },
  companies: {
    not: ['admin', 'import', 'employee', 'auth', 'credentials'],
    instead: 'A company knows its customers, not how they log in: let auth and employee call companies.',
  },
  customers: {
    not: ['admin', 'import', 'employee', 'auth', 'companies', 'credentials'],
    instead: 'A customer knows nothing of how it logs in: put it into credentials, which may know customers.',
  },
  addresses: {
    not: ['admin', 'import', 'employee', 'auth', 'companies', 'credentials', 'customers'],
    instead: "An address knows only its customer's number.",
  },
  consents: {
    not: ['admin', 'import', 'employee', 'auth', 'credentials', 'customers', 'addresses', 'session-context'],
    instead: "A consent knows only its customer's number.",
  },
  'session-context': {
    not: ['admin', 'import', 'employee', 'auth', 'credentials', 'customers', 'addresses', 'consents'],
    instead: 'A context asks the tables what it needs in its one statement.',
  },
  sessions: {
    not: parts.filter((part) => !['history', 'sessions', 'tenants', 'database'].includes(part)),
    instead: 'Sessions serve every module: let the module hand in what it wants loaded.',
  },
  mailer: {
    not: ['admin', 'import', 'employee', 'auth', 'companies', 'credentials', 'customers', 'addresses'],
    instead: 'The mailer sends what it is given: add a kind of mail to its templates.',
  },
  jobs: {
    not: parts.filter((part) => !['jobs', 'tenants', 'database'].includes(part)),
    instead: 'Jobs know nothing of what is done in them: let the module name its queue with jobs.serve().',
  },
  tenants: { not: parts.filter((part) => !['tenants', 'database'].includes(part)), instead: 'Tenants come first.' },
  database: { not: parts.filter((part) => part !== 'database'), instead: 'The database module knows no domain.' },
  common: { not: parts.filter((part) => part !== 'database'), instead: 'Words that every module speaks know none.' },
  config: { not: [...parts, 'common'], instead: 'The configuration stands alone.' },
};

const domainFiles = {
  files: ['src/**/*.service.ts', 'src/**/*.entity.ts'],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: '\\.(dto|controller|filter)\\.js$',
            message:
              'Services and entities know no DTO and no HTTP: take plain values, and let the controller shape them.',
          },
          { group: ['fastify', '@nestjs/swagger', 'class-validator'], message: 'Services and entities know no HTTP.' },
        ],
      },
    ],
  },
};

export default tseslint.config(
  { ignores: ['dist', 'coverage', '.foyer'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/ban-ts-comment': 'error',
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only src/config reads the environment: take Config.',
        },
      ],
      'no-console': 'error',
    },
  },
  ...Object.entries(borders).map(([part, { not, instead }]) => ({
    files: [`src/${part}/**/*.ts`],
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ regex: `^\\.\\./(${not.join('|')})/`, message: instead }] }],
    },
  })),
  domainFiles,
  {
    // Entry points and what runs beside the service: they read the environment and talk to a person.
    files: [
      '*.js',
      '*.ts',
      'src/*.ts',
      'src/demo/*.ts',
      'src/cli/*.ts',
      'test/**',
      'tour/**',
      'abuse/**',
      'benchmark/**',
    ],
    rules: { 'no-restricted-properties': 'off', 'no-console': 'off' },
  },
  {
    // Parsed answers and jest's matchers are `any` at their edges, and stories export no API.
    files: ['test/**/*.ts', 'src/**/*.spec.ts', 'tour/**/*.ts', 'abuse/**/*.ts', 'benchmark/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
    },
  },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
);
