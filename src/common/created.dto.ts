/** Where the new thing is found. */
export class CreatedDto {
  /** @example 4711000815 */
  id!: string;

  static of({ id }: { id: string }): CreatedDto {
    return { id };
  }
}
