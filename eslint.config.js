import tseslint from 'typescript-eslint';

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
      'soak/**',
      'scripts/**',
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
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
);
