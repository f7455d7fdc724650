/** A request of a `.http` file, with its variables unresolved. */
export interface HttpRequest {
  name: string | undefined;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
}

export interface HttpFile {
  variables: Record<string, string>;
  requests: HttpRequest[];
}

interface Exchange {
  request: { body: unknown };
  response: { status: number; body: unknown };
}

/** Parses a `.http` file in the syntax of REST Client. @throws Error for a block without a request line */
export function parseHttpFile(text: string): HttpFile {
  const variables = Object.fromEntries(
    [...text.matchAll(/^@(\w+) =(.*)$/gm)].map(([, name, value]) => [name, value?.trim()]),
  );
  const blocks = text.split(/^###.*$/m).slice(text.includes('###') ? 1 : 0);
  return { variables: variables as Record<string, string>, requests: blocks.map(parseBlock) };
}

function parseBlock(block: string): HttpRequest {
  const [head = '', ...body] = block.trim().split(/\n\n/);
  const name = /^# @name (\w+)$/m.exec(head)?.[1];
  const [first = '', ...headers] = head.split('\n').filter((line) => !line.startsWith('#'));
  const [, method, url] = /^([A-Z]+) (\S+)$/.exec(first) ?? [];
  if (!method || !url) throw new Error(`No request line in:\n${block}`);
  return {
    name,
    method,
    url,
    headers: Object.fromEntries(
      headers.map((line) => [line.split(':', 1)[0], line.replace(/^[^:]*:\s*/, '')]),
    ) as Record<string, string>,
    body: body.length > 0 ? body.join('\n\n') : undefined,
  };
}

/**
 * Sends the requests of a file one after the other.
 *
 * @param overrides replace variables of the file
 * @returns the status of each request
 */
export async function runHttpFile(
  { variables, requests }: HttpFile,
  overrides: Record<string, string>,
): Promise<[string | undefined, number][]> {
  const exchanges: Record<string, Exchange> = {};
  const values: Record<string, string> = { ...variables, ...overrides };
  const resolve = (text: string): string =>
    text.replace(/\{\{([^}]+)\}\}/g, (whole, expression: string) => {
      if (expression === '$timestamp') return String(Math.floor(Date.now() / 1000));
      const value = values[expression] ?? valueIn(exchanges, expression.split('.'));
      if (typeof value !== 'string') throw new Error(`${whole} has no value`);
      return value;
    });
  const statuses: [string | undefined, number][] = [];
  for (const { name, method, url, headers, body } of requests) {
    const sent = body && resolve(body);
    const response = await fetch(resolve(url), {
      method,
      headers: Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, resolve(value)])),
      body: sent,
      signal: AbortSignal.timeout(20_000),
    });
    const received = await response.text();
    if (name) {
      exchanges[name] = {
        request: { body: parse(sent) },
        response: { status: response.status, body: parse(received) },
      };
    }
    statuses.push([name, response.status]);
  }
  return statuses;
}

/** The value at a path such as `login.response.body.$.access_token`, in which `$` is the whole body. */
function valueIn(from: unknown, path: string[]): unknown {
  return path
    .filter((part) => part !== '$')
    .reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], from);
}

function parse(text = ''): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
