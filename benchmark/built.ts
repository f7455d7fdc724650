import { inProject } from './processes.ts';

/**
 * Imports a built module of the service, because Node cannot run its sources.
 *
 * @param name the path of the source below `src`, without its extension
 */
export async function importBuilt<Module>(name: string): Promise<Module> {
  return (await import(inProject('dist', 'src', `${name}.js`))) as Module;
}
