import bruno, { type Pair } from '@usebruno/lang';
import { demoVariables, journey, logins } from './journey.ts';
import type { CollectionRequest } from './requests.ts';

/**
 * Returns the files of the Bruno collection, by their paths. The folder `journey` requires no other requests. The
 * requests of the other folders use the tokens that the requests in `tokens` set.
 */
export function brunoFiles(requests: CollectionRequest[]): Map<string, string> {
  const tokens = [...new Set(Object.values(logins).flat())].map((request) => ({ ...request, folder: 'tokens' }));
  const files = new Map<string, string>();
  files.set('bruno.json', `${JSON.stringify({ version: '1', name: 'Foyer', type: 'collection' }, null, 2)}\n`);
  files.set('environments/demo.bru', environment());
  const numbers = new Map<string, number>();
  for (const request of [...journey, ...tokens, ...requests]) {
    const number = (numbers.get(request.folder) ?? 0) + 1;
    numbers.set(request.folder, number);
    files.set(`${request.folder}/${request.name}.bru`, fileOf(request, number));
  }
  return files;
}

function environment(): string {
  const variables = pairs(demoVariables).map((pair) => ({ ...pair, secret: false }));
  return bruno.envJsonToBruV2({ variables });
}

function fileOf({ body, headers, token, sets = {}, fresh = {}, ...request }: CollectionRequest, number: number): string {
  const search = Object.entries(request.query).map(([key, value]) => `${key}=${value}`);
  const form = body && 'form' in body ? body.form : undefined;
  const scripts = Object.entries(fresh).map(
    ([name, text]) => `bru.setVar(${JSON.stringify(name)}, \`${text('${Date.now()}')}\`);`,
  );
  return bruno.jsonToBruV2({
    meta: { name: request.title, type: 'http', seq: String(number) },
    http: {
      method: request.method.toLowerCase(),
      url: `${request.url}${search.length > 0 ? `?${search.join('&')}` : ''}`,
      body: form ? 'formUrlEncoded' : body ? 'json' : 'none',
      auth: token ? 'bearer' : 'none',
    },
    params: pairs(request.query).map((pair) => ({ ...pair, type: 'query' })),
    headers: pairs(headers),
    ...(token && { auth: { bearer: { token: `{{${token}}}` } } }),
    ...(body && {
      body: form ? { formUrlEncoded: pairs(form) } : { json: JSON.stringify('json' in body && body.json, null, 2) },
    }),
    vars: {
      res: Object.entries(sets).map(([name, path]) => ({
        ...{ name, value: `res.body.${path}`, enabled: true, local: false },
      })),
    },
    assertions: [{ name: 'res.status', value: `eq ${request.status}`, enabled: true }],
    ...(scripts.length > 0 && { script: { req: scripts.join('\n') } }),
  });
}

function pairs(values: Record<string, string>): Pair[] {
  return Object.entries(values).map(([name, value]) => ({ name, value: String(value), enabled: true }));
}
