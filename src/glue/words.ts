import { salutations } from './rules.js';

/** `MR` of the first dialect is `Mr` here; a title that is no salutation of this dialect is none. */
export function salutationOf(title: string | null): string | null {
  return salutations.find((salutation) => salutation.toUpperCase() === title?.replace('.', '').toUpperCase()) ?? null;
}

/** `Mr` of this dialect is `MR` in the first one. */
export function titleOf(salutation: string | null | undefined): string | null | undefined {
  return salutation?.toUpperCase() ?? salutation;
}
