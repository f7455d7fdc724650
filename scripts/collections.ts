import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brunoFiles } from './collections/bruno-files.ts';
import { httpFile } from './collections/http-files.ts';
import { journey } from './collections/journey.ts';
import { type CollectionRequest, requestsOf } from './collections/requests.ts';

/**
 * `npm run collections`: generates requests for editors (`collections/http`) and for Bruno (`collections/bruno`) from the
 * OpenAPI documents. Both also contain a journey from the first visit to the logout.
 */
const ROOT = 'collections';

const requests = [...requestsOf('emporix'), ...requestsOf('glue')];
const byFolder = new Map<string, CollectionRequest[]>([['journey', journey]]);
for (const request of requests) byFolder.set(request.folder, [...(byFolder.get(request.folder) ?? []), request]);

for (const folder of ['http', 'bruno']) rmSync(join(ROOT, folder), { recursive: true, force: true });
for (const [folder, contents] of byFolder) write(`http/${folder}.http`, httpFile(contents));
for (const [path, text] of brunoFiles(requests)) write(`bruno/${path}`, text);

function write(path: string, text: string): void {
  const file = join(ROOT, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
