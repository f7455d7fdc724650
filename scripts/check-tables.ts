import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/*
 * Reports SQL and Kysely calls that name a table of another folder (`docs/decisions/0048-table-owners.md`). The owner of
 * a table is the folder of its entity. Part of `npm run lint`.
 */

/** Migrations name every table. */
const EXEMPT = ['migrations'];

const files = globSync('src/**/*.ts').filter((file) => !file.endsWith('.spec.ts'));
const texts = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));

/** The owner of each table. */
const owners = new Map(
  [...texts].flatMap(([file, text]) =>
    [...text.matchAll(/\btableName: '(\w+)'/g)].map(([, table = '']) => [table, folderOf(file)] as const),
  ),
);

const anyTable = `"?\\b(${[...owners.keys()].join('|')})\\b"?`;
/** A table in an SQL clause, or before the name of a column; the text of a template may end after the dot. */
const inSql = [
  new RegExp(`\\b(?:from|join|into|update|using|only|table|truncate)\\s+${anyTable}`, 'gi'),
  new RegExp(`(?<![\\w./'-])${anyTable}\\.(?:[a-z_"*]|\\$$)`, 'g'),
];
/** A table as an argument of a Kysely method: `customers`, `customers as c`, `customers.id`. */
const inArgument = new RegExp(`^${anyTable}(?: as |\\.|$)`);
/** The Kysely methods that take tables. */
const takesTable = /^(?:selectFrom|insertInto|updateTable|deleteFrom|mergeInto|from|using|table|\w+Join\w*)$/;

/** The folder below `src` of a file, or `src` for a file directly in it. */
function folderOf(file: string): string {
  return path.dirname(file).split(path.sep)[1] ?? 'src';
}

/** The tables that a node of the syntax tree names. */
function tablesIn(node: ts.Node): string[] {
  if (isKeyOfTables(node)) return [node.text].filter((name) => owners.has(name));
  if (!ts.isStringLiteralLike(node) && !ts.isTemplateHead(node) && !ts.isTemplateMiddleOrTemplateTail(node)) return [];
  const { parent } = node;
  if (ts.isImportDeclaration(parent) || (ts.isPropertyAssignment(parent) && parent.name === node)) return [];
  const call = ts.findAncestor(node, ts.isCallExpression);
  const method = call && ts.isPropertyAccessExpression(call.expression) ? call.expression.name.text : '';
  const [, argument] = (takesTable.test(method) && inArgument.exec(node.text)) || [];
  if (argument) return [argument];
  if (node.text.includes('_') && owners.has(node.text)) return [node.text];
  const text = ts.isTemplateHead(node) || ts.isTemplateMiddle(node) ? `${node.text}$` : node.text;
  return inSql.flatMap((pattern) => [...text.matchAll(pattern)].map(([, table = '']) => table));
}

/** Whether a node is a key of a type for Kysely: `Record<'customers', …>`, or a property whose name has an underscore. */
function isKeyOfTables(node: ts.Node): node is ts.Identifier | ts.StringLiteral {
  if (ts.isIdentifier(node)) return ts.isPropertySignature(node.parent) && node.text.includes('_');
  if (!ts.isStringLiteral(node) || !ts.isLiteralTypeNode(node.parent)) return false;
  const type = ts.findAncestor(node, ts.isTypeReferenceNode);
  return type?.typeName.getText() === 'Record' && !ts.isIndexedAccessTypeNode(node.parent.parent);
}

const findings: string[] = [];
for (const [file, text] of texts) {
  const folder = folderOf(file);
  if (EXEMPT.includes(folder)) continue;
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    for (const table of tablesIn(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      const owner = owners.get(table);
      if (owner !== folder) findings.push(`${file}:${line + 1}: "${table}" belongs to ${owner}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

for (const finding of findings) console.error(finding);
if (findings.length > 0) {
  console.error(`${findings.length} uses of another folder's table: import an SQL fragment from its owner.`);
  process.exitCode = 1;
}
