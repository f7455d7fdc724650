import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import bruno, { type BruRequest } from '@usebruno/lang';

const COLLECTION = 'collections/bruno';

/** The requests of a folder of the collection, in the order of `seq`. */
export function brunoFolder(folder: string): BruRequest[] {
  const path = join(COLLECTION, folder);
  return readdirSync(path)
    .map((file) => bruno.bruToJsonV2(readFileSync(join(path, file), 'utf8')))
    .sort((a, b) => Number(a.meta.seq) - Number(b.meta.seq));
}

/** The variables of an environment of the collection. */
export function brunoEnvironment(name: string): Record<string, string> {
  const { variables } = bruno.bruToEnvJsonV2(readFileSync(join(COLLECTION, `environments/${name}.bru`), 'utf8'));
  return Object.fromEntries(variables.map((variable) => [variable.name, variable.value]));
}

/**
 * Sends requests one after the other, as Bruno does: scripts before the request, the request, the variables that the
 * response sets, assertions of the status.
 *
 * @returns the name of each request, with the status that it got and the status that it asserts
 */
export async function runBruno(
  requests: BruRequest[],
  environment: Record<string, string>,
): Promise<{ name: string; status: number; asserted: number }[]> {
  const values: Record<string, unknown> = { ...environment };
  const setVar = (name: string, value: unknown): void => void (values[name] = value);
  const resolve = (text: string): string =>
    text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => {
      const value = values[name];
      if (typeof value !== 'string') throw new Error(`${whole} has no value`);
      return value;
    });
  const results: { name: string; status: number; asserted: number }[] = [];
  for (const { meta, http, auth, headers = [], body, vars, assertions, script } of requests) {
    if (script) runInNewContext(script.req, { bru: { setVar } });
    const form = body?.formUrlEncoded?.map(({ name, value }): [string, string] => [name, resolve(value)]);
    const response = await fetch(resolve(http.url), {
      method: http.method.toUpperCase(),
      headers: {
        ...Object.fromEntries(headers.map(({ name, value }) => [name, resolve(value)])),
        ...(auth && { authorization: `Bearer ${resolve(auth.bearer.token)}` }),
      },
      body: form ? new URLSearchParams(form) : body?.json && resolve(body.json),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    const res = { status: response.status, body: text ? (JSON.parse(text) as unknown) : '' };
    for (const { name, value } of vars?.res ?? []) setVar(name, runInNewContext(value, { res }));
    const asserted = assertions?.find(({ name }) => name === 'res.status')?.value.replace('eq ', '');
    results.push({ name: meta.name, status: response.status, asserted: Number(asserted) });
  }
  return results;
}
