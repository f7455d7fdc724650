import leven from 'leven';
import { Config, type Environment } from './config.js';
import { variablesOf } from './variable.js';

/** Names are similar if at most one of this many characters differs, such as `TRUSTED_PROXY` and `TRUSTED_PROXIES`. */
const CHARACTERS_PER_DIFFERENCE = 4;

/**
 * Returns a warning for each variable of the environment that Foyer ignores, but whose name is similar to that of a
 * setting. The warnings contain no values.
 */
export function similarVariables(env: Environment): string[] {
  const names = [...variablesOf(new Config())].map(({ name }) => name);
  return Object.keys(env)
    .filter((name) => !names.includes(name))
    .flatMap((name) => {
      const similar = names.find(
        (known) => leven(name.toUpperCase(), known) <= Math.floor(known.length / CHARACTERS_PER_DIFFERENCE),
      );
      return similar ? [`The variable ${name} is not a setting and is ignored: did you mean ${similar}?`] : [];
    });
}
