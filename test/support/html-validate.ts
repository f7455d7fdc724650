import type { ConfigData } from 'html-validate';

/** The rules for the HTML of mails. Each rule that is off would reject what mail clients require. */
export const mailHtmlRules: ConfigData = {
  extends: ['html-validate:recommended', 'html-validate:document'],
  rules: {
    // Many clients ignore style elements and classes.
    'no-inline-style': 'off',
    // Outlook for Windows ignores the same properties of CSS.
    'no-deprecated-attr': 'off',
    // The title is the subject, and the rule is for search engines.
    'long-title': 'off',
    // Old clients do not know its synonym `none`.
    'presentation-role-style': ['error', { prefer: 'presentation' }],
  },
};
