import { foyer } from '../../src/cli/program.js';

/** How a run of the command line ended. */
export interface Run {
  code: number;
  out: string;
  err: string;
}

/** Runs the command line in this process, which is many times faster than to start one. It has no standard input. */
export async function runHere(words: string[], env: Record<string, string>): Promise<Run> {
  const told = { out: '', err: '' };
  const spies = [
    jest.spyOn(console, 'log').mockImplementation((line) => void (told.out += `${String(line)}\n`)),
    jest.spyOn(console, 'error').mockImplementation((line) => void (told.err += `${String(line)}\n`)),
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((told.out += String(text)))),
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((told.err += String(text)))),
  ];
  const before = process.env;
  process.env = { ...before, ...env };
  try {
    return { code: await foyer(words), ...told };
  } finally {
    process.env = before;
    for (const spy of spies) spy.mockRestore();
  }
}
