import { inProject } from './processes.ts';

/**
 * A module of the service as it was built, for Node does not run its sources.
 *
 * @param name of the source, below `src`, without its ending
 */
export async function built<Module>(name: string): Promise<Module> {
  return (await import(inProject('dist', 'src', `${name}.js`))) as Module;
}
