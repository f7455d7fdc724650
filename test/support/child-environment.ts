/**
 * The part of our environment that a child process inherits: the path of programs, and the compile cache of V8, which
 * makes the next start faster.
 */
export const childEnvironment = {
  PATH: process.env.PATH ?? '',
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
};
