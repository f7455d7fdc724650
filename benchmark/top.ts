import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * `node benchmark/top.ts {file}.cpuprofile [seconds]`: lists the processor time by package and function, of the whole
 * profile or of its last seconds.
 */

interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string } }[];
  samples: number[];
  /** Microseconds before each sample. */
  timeDeltas: number[];
}

const [file, seconds = 'Infinity'] = process.argv.slice(2);
if (!file) throw new Error('The path of a .cpuprofile file is required.');
const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as Profile;
const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
const byFunction = new Map<string, number>();
const byPackage = new Map<string, number>();

let left = Number(seconds) * 1e6;
let busy = 0;
for (let index = samples.length - 1; index >= 0 && left > 0; index--) {
  const { functionName, url } = frames.get(samples[index] ?? 0) ?? { functionName: '?', url: '' };
  const time = timeDeltas[index] ?? 0;
  left -= time;
  if (functionName === '(idle)') continue;
  busy += time;
  const place = placeOf(url);
  const parts = place.split('/');
  const source = url ? parts.slice(0, place.startsWith('@') ? 2 : 1).join('/') : functionName;
  add(byFunction, `${functionName || '(anonymous)'}  ${place}`, time);
  add(byPackage, source.startsWith('node:') ? 'node:' : source, time);
}
print('By package', byPackage);
print('By function', byFunction);

/** The path of a file within `node_modules`, or relative to the current folder. */
function placeOf(url: string): string {
  if (!url.startsWith('file:')) return url;
  return path.relative('', fileURLToPath(url)).split('node_modules/').at(-1) ?? '';
}

function add(times: Map<string, number>, name: string, time: number): void {
  times.set(name, (times.get(name) ?? 0) + time);
}

function print(title: string, times: Map<string, number>): void {
  console.log(`\n${title}, of ${(busy / 1e6).toFixed(1)} busy seconds`);
  for (const [name, time] of [...times].sort((a, b) => b[1] - a[1]).slice(0, 30)) {
    console.log(
      `${((100 * time) / busy).toFixed(1).padStart(5)}%  ${(time / 1000).toFixed(0).padStart(6)} ms  ${name}`,
    );
  }
}
