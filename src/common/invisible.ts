/**
 * Control characters, line separators, every blank except the ASCII space, format characters such as bidirectional
 * overrides, and Unicode's default ignorable characters. None of them is visible in an address or a link, so two
 * different texts can look the same. U+2800, an empty Braille cell, belongs to none of these classes.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;

/** Whether a text contains an invisible character. */
export function hasInvisible(text: string): boolean {
  return INVISIBLE.test(text);
}
