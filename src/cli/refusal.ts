/** Why a command is not done, in words for whoever typed it: they go to standard error, and the exit code is 1. */
export class Refusal extends Error {}
