/** What a value must be, in words that follow its name, and whether it is. */
export interface Rule {
  says: string;
  holds: (value: unknown) => boolean;
}
