import { Client } from 'pg';

interface Plan {
  'Relation Name'?: string;
  Alias?: string;
  Output?: string[];
  Plans?: Plan[];
  [property: string]: unknown;
}

/**
 * Finds statements that read, change or delete rows of tenants without a condition on the tenant. PostgreSQL plans each
 * statement: in its plan, the column `tenant` of every table must equal a value, directly or through other tables.
 *
 * @returns the tables, by the text of the statement
 */
export async function statementsWithoutTenant(texts: Iterable<string>, url: string): Promise<Record<string, string[]>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'tenant'`,
    );
    const tables = new Set(rows.map(({ name }) => name));
    const found: Record<string, string[]> = {};
    for (const text of new Set(texts)) {
      if (!/^\s*(select|insert|update|delete|with)\b/i.test(text)) continue;
      const plans = await client.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
        `explain (generic_plan, verbose, format json) ${text}`,
      );
      const nodes = plans.rows.flatMap((row) => row['QUERY PLAN'].flatMap(({ Plan }) => nodesOf(Plan)));
      const without = scansWithoutTenant(nodes, tables);
      if (without.length > 0) found[text] = without;
    }
    return found;
  } finally {
    await client.end();
  }
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

function scansWithoutTenant(nodes: Plan[], tables: Set<string>): string[] {
  const scans = nodes.filter(
    ({ 'Node Type': type, 'Relation Name': table = '' }) => String(type).endsWith('Scan') && tables.has(table),
  );
  const unknown = new Set(scans.map(({ Alias }) => `${Alias}.tenant`));
  const equal = nodes.flatMap((node) => equalities(node, nodes));
  // A tenant is known if it equals anything except another unknown tenant.
  for (let before = -1; before !== unknown.size;) {
    before = unknown.size;
    for (const sides of equal) {
      if (sides.some((side) => !unknown.has(side))) sides.forEach((side) => unknown.delete(side));
    }
  }
  return scans.filter(({ Alias }) => unknown.has(`${Alias}.tenant`)).map((scan) => scan['Relation Name'] ?? '');
}

/** The two sides of each equality in the conditions of a node. */
function equalities(node: Plan, nodes: Plan[]): string[][] {
  const conditions = Object.entries(node).filter(([name]) => /(Cond|Filter)$/.test(name));
  return conditions.flatMap(([, value]) => [...comparedWithHashes(String(value), nodes), ...guaranteed(String(value))]);
}

/**
 * The equalities with a column of a subquery whose rows are hashed, for example `(hashed SubPlan 2).col1`. They select
 * rows of the subquery, even where an OR stands beside them.
 */
function comparedWithHashes(condition: string, nodes: Plan[]): string[][] {
  const found = condition.matchAll(/([^\s()]+) = \(hashed (SubPlan \d+)\)\.col(\d+)/g);
  return [...found].map(([, side = '', name, n]) => {
    const column = nodes.find((other) => other['Subplan Name'] === name)?.Output?.[Number(n) - 1];
    return [side, column ?? side];
  });
}

/** The equalities that a condition guarantees: those of each operand of AND, and those that all operands of OR have. */
function guaranteed(condition: string): string[][] {
  const inner = withoutParentheses(condition);
  const [first = [], ...others] = operands(inner, ' OR ').map((operand) =>
    operands(operand, ' AND ').flatMap((part) => (part === inner ? equality(part) : guaranteed(part))),
  );
  return first.filter((sides) => others.every((all) => all.some((other) => other.join() === sides.join())));
}

function equality(condition: string): string[][] {
  const [, ...sides] = /(\S+) = (\S+)/.exec(condition.replaceAll(/[()]/g, '')) ?? [];
  return sides.length > 0 ? [sides] : [];
}

function withoutParentheses(text: string): string {
  const isWrapped = text.startsWith('(') && operands(text.slice(1, -1), ')').length === 1 && text.endsWith(')');
  return isWrapped ? withoutParentheses(text.slice(1, -1)) : text;
}

/** Splits a condition at an operator outside of all parentheses. */
function operands(text: string, operator: string): string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let index = 0; index < text.length; index++) {
    if (depth === 0 && text.startsWith(operator, index)) {
      parts.push(text.slice(start, index));
      start = index + operator.length;
    }
    if (text[index] === '(') depth++;
    else if (text[index] === ')') depth--;
  }
  return [...parts, text.slice(start)];
}
