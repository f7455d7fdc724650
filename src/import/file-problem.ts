/** A problem of the file as a whole. */
export class FileProblem extends Error {}
