import { median } from '../benchmark/measure.ts';
import type { AttackReport } from './attacks.ts';
import { type HonestFigures, type HonestOperation, honestOperations } from './honest-load.ts';

/** How many times its median without load an operation may take under load. */
const MAX_SLOWDOWN = 5;
/** The share of requests that must succeed under load. */
const MIN_SUCCESS_SHARE = 0.9;

/** By attack, how often each status came. */
export function attackTable(report: AttackReport): string {
  const rows = Object.entries(report).map(([name, outcomes]) => {
    const counts = Object.entries(outcomes).map(([outcome, count]) => `${outcome}: ${count}`);
    return `| ${name} | ${counts.join(', ')} |`;
  });
  return ['| attack | responses by status |', '| --- | --- |', ...rows].join('\n');
}

/** The honest operations without and with the hostile load. */
export function honestTable(quiet: HonestFigures, loaded: HonestFigures): string {
  const rows = honestOperations.map((name) => {
    const [before, during] = [median(quiet[name].times), median(loaded[name].times)];
    const share = (100 * successShare(loaded, name)).toFixed(1);
    return `| ${name} | ${before.toFixed(1)} | ${during.toFixed(1)} | ${(during / before).toFixed(1)} | ${share} % |`;
  });
  const head = '| honest operation | quiet median ms | median ms under load | times | successful |';
  return [head, '| --- | ---: | ---: | ---: | ---: |', ...rows].join('\n');
}

/** The operations that became too slow, or failed too often. */
export function slowOperations(quiet: HonestFigures, loaded: HonestFigures): HonestOperation[] {
  return honestOperations.filter(
    (name) =>
      !(median(loaded[name].times) <= MAX_SLOWDOWN * median(quiet[name].times)) ||
      successShare(loaded, name) < MIN_SUCCESS_SHARE,
  );
}

function successShare(figures: HonestFigures, name: HonestOperation): number {
  const { times, failed } = figures[name];
  return times.length / (times.length + failed);
}
