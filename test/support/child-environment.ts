/**
 * What a process that a story starts gets of our own environment: where programs are, and where V8 keeps what it has
 * compiled, so that the next one starts faster.
 */
export const childEnvironment = {
  PATH: process.env.PATH ?? '',
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
};
