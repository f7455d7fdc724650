import path from 'node:path';
import { ESLint, type Linter } from 'eslint';
import tseslint from 'typescript-eslint';

describe('the dependencies of a class in src', () => {
  const eslint = new ESLint({
    cwd: path.join(import.meta.dirname, '..'),
    // The rule needs no types.
    overrideConfig: tseslint.configs.disableTypeChecked as Linter.Config,
    ruleFilter: ({ ruleId }) => ruleId === 'no-restricted-syntax',
  });

  /** Returns the messages about a class with this number of dependencies. */
  async function lint(file: string, dependencies: number): Promise<string[]> {
    const parameters = Array.from({ length: dependencies }, (_, index) => `private readonly d${index}: Planted`);
    const text = `export class Planted { constructor(${parameters.join(', ')}) {} }`;
    const results = await eslint.lintText(text, { filePath: path.join('src', file) });
    return results.flatMap(({ messages }) => messages.map(({ message }) => message));
  }

  // The second file is one of those that may read the scope of the request.
  it.each(['auth/planted.service.ts', 'tenants/tenants.service.ts'])('are at most eight, in %s', async (file) => {
    expect(await lint(file, 8)).toEqual([]);
    expect(await lint(file, 9)).toEqual(['At most eight dependencies: split the class by subject.']);
  });
});
