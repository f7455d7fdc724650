/** The parts of Bruno's own parser and printer that the collections use; the package has no types. */
declare module '@usebruno/lang' {
  export interface Pair {
    name: string;
    value: string;
    enabled: boolean;
  }

  export interface BruRequest {
    meta: { name: string; type: 'http'; seq: string };
    http: { method: string; url: string; body: 'none' | 'json' | 'formUrlEncoded'; auth: 'none' | 'bearer' };
    auth?: { bearer: { token: string } };
    params?: (Pair & { type: 'query' })[];
    headers?: Pair[];
    body?: { json?: string; formUrlEncoded?: Pair[] };
    vars?: { res: (Pair & { local: boolean })[] };
    assertions?: Pair[];
    script?: { req: string };
  }

  interface BruEnvironment {
    variables: (Pair & { secret: boolean })[];
  }

  const lang: {
    jsonToBruV2: (request: BruRequest) => string;
    bruToJsonV2: (text: string) => BruRequest;
    envJsonToBruV2: (environment: BruEnvironment) => string;
    bruToEnvJsonV2: (text: string) => BruEnvironment;
  };
  export default lang;
}
