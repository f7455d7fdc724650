import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { MikroORM } from '@mikro-orm/postgresql';
import ts from 'typescript';

/**
 * `npm run architecture`: generates the diagrams of docs/architecture.md, in the blocks after the comments
 * `<!-- modules -->` and `<!-- entities -->`. It reads the built service, and requires no database.
 */
const FILE = 'docs/architecture.md';
const diagrams = { modules: moduleDiagram(), entities: await entityDiagram() };

let page = readFileSync(FILE, 'utf8');
for (const [name, diagram] of Object.entries(diagrams)) {
  const block = new RegExp(`(?<=<!-- ${name} -->\n\n\`\`\`mermaid\n)[^\`]*`);
  if (!block.test(page)) throw new Error(`${FILE} has no block "${name}"`);
  page = page.replace(block, () => `${diagram}\n`);
}
writeFileSync(FILE, page);

/**
 * The folders of `src` and their imports. An import that follows from others is omitted: with a → b → c, there is no
 * arrow a → c. Imports of SQL fragments are omitted too, because every folder may import them.
 */
function moduleDiagram(): string {
  const imports = new Map<string, Set<string>>();
  for (const file of globSync('src/**/*.ts', { exclude: ['**/*.spec.ts'] })) {
    const from = folderOf(file);
    const found = imports.get(from) ?? new Set();
    for (const { fileName } of ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles) {
      if (fileName.endsWith('.fragments.js')) continue;
      const target = join(dirname(file), fileName);
      if (fileName.startsWith('.') && target.startsWith('src') && folderOf(target) !== from)
        found.add(folderOf(target));
    }
    imports.set(from, found);
  }
  const reachable = (folder: string, seen = new Set<string>()): Set<string> => {
    for (const next of imports.get(folder) ?? []) if (!seen.has(next)) reachable(next, seen.add(next));
    return seen;
  };
  const arrows = [...imports].flatMap(([from, found]) =>
    [...found]
      .filter((to) => ![...found].some((between) => between !== to && reachable(between).has(to)))
      .map((to) => `  ${from} --> ${to}`),
  );
  return ['flowchart TD', ...arrows.sort()].join('\n');
}

/** The folder directly below `src`, or `start` for the files beside the folders. */
function folderOf(file: string): string {
  const [folder = '', rest] = relative('src', file).split('/');
  return rest ? folder : 'start';
}

/**
 * The entities with their keys, without the tenant. A line is a relation of the ORM, or a property such as `customerId`
 * that holds the id of another entity.
 */
async function entityDiagram(): Promise<string> {
  const config = new URL('../dist/mikro-orm.config.js', import.meta.url).href;
  const { ormOptions } = (await import(config)) as typeof import('../mikro-orm.config.ts');
  const entities = [...new MikroORM(ormOptions('postgresql://nowhere/none', 1)).getMetadata().getAll().values()];
  const names = new Map(entities.map(({ className }) => [`${className.toLowerCase()}id`, className]));

  const lines = entities
    .sort((a, b) => a.className.localeCompare(b.className))
    .flatMap(({ className, props }) => {
      const [attributes, references]: [string[], string[]] = [[], []];
      for (const { name, primary, runtimeType, targetMeta, nullable } of props) {
        const target = targetMeta?.className ?? names.get(name.toLowerCase());
        const keys = [primary && 'PK', target && 'FK'].filter(Boolean).join(', ');
        if (keys && name !== 'tenant') attributes.push(`    ${targetMeta ? target : runtimeType} ${name} ${keys}`);
        if (target) references.push(`  ${target} ${nullable ? '|o' : '||'}--o{ ${className} : ${name}`);
      }
      return [`  ${className} {`, ...attributes, '  }', ...references];
    });
  return ['erDiagram', ...lines].join('\n');
}
