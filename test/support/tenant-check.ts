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
  // A column of a subquery whose rows are hashed, for example `(hashed SubPlan 2).col1`.
  const column = (whole: string, name: string, n: string): string =>
    nodes.find((other) => other['Subplan Name'] === name)?.Output?.[Number(n) - 1] ?? whole;
  return Object.entries(node).flatMap(([name, value]) => {
    if (!/(Cond|Filter)$/.test(name)) return [];
    const condition = String(value)
      .replaceAll(/\(hashed (SubPlan \d+)\)\.col(\d+)/g, column)
      .replaceAll(/[()]/g, '');
    return [...condition.matchAll(/(\S+) = (\S+)/g)].map(([, ...sides]) => sides);
  });
}
