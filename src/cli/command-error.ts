/** The reason why a command failed, for the operator. It is printed to standard error, and the exit code is 1. */
export class CommandError extends Error {}
