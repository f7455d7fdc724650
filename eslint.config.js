import tseslint from 'typescript-eslint';

/**
 * The files that may read `RequestScope.current`, ambient state that the signature of a method does not show. All but
 * the last two read the caller, the origin, the store or the response, in at most ten places: for the history, logs,
 * fair queues and the memory of responses. The last two read the tenant and its settings. Authorisation is decided from
 * arguments, such as the `Reach` of the caller. Do not lengthen this list: pass an argument.
 */
const readersOfScope = [
  'src/history/history.service.ts',
  'src/history/security-log.ts',
  'src/mailer/mail-hashes.ts',
  'src/customers/search/search-queue.ts',
  'src/credentials/password-hash.ts',
  'src/auth/sso/provider-client.ts',
  'src/tenants/response-budget.ts',
  'src/tenants/tenants.service.ts',
  'src/tenants/new-password.ts',
];

const ambientScope = {
  selector: 'MemberExpression[object.name="RequestScope"][property.name="current"]',
  message: 'Pass the reach or the origin as an argument: eslint.config.js explains why.',
};

/** A class that needs more has more than one subject. A class that only bundles some of them does not help. */
const ninthDependency = {
  selector: 'MethodDefinition[kind="constructor"] > FunctionExpression[params.length>8]',
  message: 'At most eight dependencies: split the class by subject.',
};

export default tseslint.config(
  { ignores: ['**/dist', 'coverage', '.foyer', 'clients/typescript/src/{emporix,glue}', 'site/.cache', 'site/pages'] },
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
  { files: ['src/**/*.ts'], rules: { 'no-restricted-syntax': ['error', ninthDependency] } },
  {
    files: ['src/**/*.ts'],
    ignores: [...readersOfScope, 'src/**/*.spec.ts'],
    rules: { 'no-restricted-syntax': ['error', ninthDependency, ambientScope] },
  },
  {
    // Entry points and what runs beside the service: they read the environment and talk to a person.
    files: [
      '*.js',
      '*.ts',
      'src/*.ts',
      'src/demo/*.ts',
      'src/cli/*.{ts,cts}',
      'src/testing/*.cts',
      'src/testing/*.spec.ts',
      'test/**',
      'tour/**',
      'abuse/**',
      'benchmark/**',
      'soak/**',
      'scripts/**',
      'backoffice/vite.config.ts',
      'clients/typescript/*.ts',
      'examples/storefront/vite.config.ts',
    ],
    rules: { 'no-restricted-properties': 'off', 'no-console': 'off' },
  },
  {
    // Parsed answers and jest's matchers are `any` at their edges, and stories export no API.
    files: ['test/**/*.ts', 'src/**/*.spec.ts', 'tour/**/*.ts', 'abuse/**/*.ts', 'benchmark/**/*.ts', 'soak/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
    },
  },
  {
    // Dictionaries of short functions, whose types are inferred.
    files: ['backoffice/src/texts/*.ts', 'backoffice/src/api/pending.ts'],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
);
