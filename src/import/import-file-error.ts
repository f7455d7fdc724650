/** The file as a whole cannot be imported. */
export class ImportFileError extends Error {}
